import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAddress, parseAddress } from "../../src/pci/address.ts";
import { PciFormatError } from "../../src/pci/format-error.ts";
import { addressMappingName, parseMappingName, parseMappingPrefix } from "../../src/pci/mapping-name.ts";

describe("addressMappingName", () => {
  test.each([
    ["gpu", "pve1", "0000:03:00.0", "gpu-pve1-03-00"],
    ["gpu", "pve1", "0000:03:00", "gpu-pve1-03-00"],
    ["gpu", "pve1", "0000:c1:00.4", "gpu-pve1-c1-00-4"],
    ["gpu", "pve1", "10000:e1:00.0", "gpu-pve1-10000-e1-00"],
    ["gpu", "pve1", "0001:e1:1f.7", "gpu-pve1-0001-e1-1f-7"],
    ["x", "Node-2", "00:02", "x-Node-2-00-02"],
  ])("makes of %s, %s and %s the name %s", (prefix, node, address, name) => {
    expect(addressMappingName(prefix, node, parseAddress(address))).toBe(name);
  });

  test("gives different functions of a node different names", () => {
    const address = fc.record({
      domain: fc.constantFrom(0, 1, 0x10000),
      bus: fc.integer({ min: 0, max: 0xff }),
      device: fc.integer({ min: 0, max: 0x1f }),
      function: fc.integer({ min: 0, max: 7 }),
    });
    fc.assert(
      fc.property(address, address, (a, b) => {
        fc.pre(formatAddress(a) !== formatAddress(b));
        expect(addressMappingName("gpu", "pve1", a)).not.toBe(addressMappingName("gpu", "pve1", b));
      }),
    );
  });
});

describe("texts that become names", () => {
  test.each(["g", "gpu", "GPU_1-", "a-b_c9"])("take %s for a prefix", (text) => {
    expect(parseMappingPrefix(text)).toBe(text);
  });

  test.each(["", "1gpu", "-gpu", "_gpu", "gpu.", "gpu 1", "gpü", "gpu\n"])(
    "refuse %j as a prefix",
    (text) => {
      const message = `"${text}" cannot begin the name of a Proxmox mapping: write a letter first, then letters, digits, "_" and "-".`;
      expect(() => parseMappingPrefix(text)).toThrow(new PciFormatError(message));
    },
  );

  test.each(["gp", "gpu-pve1-03-00", "A_"])("take %s for the name of a mapping", (text) => {
    expect(parseMappingName(text)).toBe(text);
  });

  test.each(["", "g", "1gpu", "gpu,1", "gpu=1", "gpu/1", "gpu\n"])(
    "refuse %j as the name of a mapping",
    (text) => {
      const message =
        `"${text}" cannot be the name of a Proxmox mapping: names have two characters or more, a letter first, ` +
        'then letters, digits, "_" and "-".';
      expect(() => parseMappingName(text)).toThrow(new PciFormatError(message));
    },
  );
});
