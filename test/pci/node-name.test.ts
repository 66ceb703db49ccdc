import { describe, expect, test } from "vitest";
import { PciFormatError } from "../../src/pci/format-error.ts";
import { parseNodeName } from "../../src/pci/node-name.ts";

describe("parseNodeName", () => {
  test.each(["pve1", "PVE-2", "a", "10g-host"])("takes %s", (text) => {
    expect(parseNodeName(text)).toBe(text);
  });

  test.each(["", "-pve", "pve-", "pve 1", "pve/1", "pve_1", "pve1.lan", "pve1\n"])("refuses %j", (text) => {
    const message = `"${text}" is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".`;
    expect(() => parseNodeName(text)).toThrow(new PciFormatError(message));
  });
});
