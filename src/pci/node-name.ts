/** Names of Proxmox nodes: the host name without its domain. */
import { PciFormatError } from "./format-error.ts";

/** Source: pve-common `src/PVE/JSONSchema.pm`, format `pve-node`. */
const NODE_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/**
 * Accepts a node's name.
 * @param whole what the user wrote, if the text is a part of it; the message has both.
 * @throws PciFormatError for what cannot be the name of a Proxmox node.
 */
export function parseNodeName(text: string, whole: string = text): string {
  if (NODE_NAME.test(text)) return text;
  throw new PciFormatError(
    `${whole === text ? "" : `"${whole}": `}"${text}" is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".`,
  );
}
