/** Names of Proxmox nodes: the host name without its domain. */
import { PciFormatError } from "./format-error.ts";

/** Source: pve-common `src/PVE/JSONSchema.pm`, format `pve-node`. */
const NODE_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i;

/**
 * Accepts a node's name.
 * @throws PciFormatError for what cannot be the name of a Proxmox node.
 */
export function parseNodeName(text: string): string {
  if (NODE_NAME.test(text)) return text;
  throw new PciFormatError(
    `"${text}" is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".`,
  );
}
