/** What users write, and what Proxmox keeps of it: addresses, ids, property strings, arguments of QEMU. */
import { formatAddress, parseAddress } from "../../../../src/pci/address.ts";
import { parseClass } from "../../../../src/pci/class.ts";
import { PciFormatError } from "../../../../src/pci/format-error.ts";
import { vfioDevicesOf } from "../../../../src/pci/guest-args.ts";
import { parseHostpci } from "../../../../src/pci/hostpci.ts";
import { parseIdPair, parseVendorId } from "../../../../src/pci/id.ts";
import { parseMappingLine } from "../../../../src/pci/mapping-line.ts";
import { parseNameRegex } from "../../../../src/pci/name-regex.ts";
import { parsePathSelector } from "../../../../src/pci/path-selector.ts";
import { addressesOf, propertiesOf } from "../../../../src/pci/property-string.ts";
import type { FuzzTarget } from "../target.ts";

/** Runs one after another, and takes the refusal of each. */
function each(text: string, ...readers: readonly ((text: string) => unknown)[]): void {
  for (const read of readers) {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof PciFormatError)) throw error;
    }
  }
}

export const pciTargets: readonly FuzzTarget[] = [
  {
    name: "address",
    what: "addresses, selectors, ids, classes and expressions as users write them",
    refusals: [PciFormatError],
    maxBytes: 300,
    seeds: [
      "0000:03:00.0",
      "03:00",
      "10000:e1:00.7",
      "pve1/0000:c1:00.4",
      "10de:2204",
      "0x10DE",
      "0302",
      "gpu",
      "RTX 3090\\]",
      "(?i)rtx",
    ],
    words: [
      "0000:",
      ":00",
      ".0",
      ".8",
      "/",
      "0x",
      "ffff",
      "ffffffff:",
      "1f",
      "20",
      "pve1/",
      "(?i)",
      "(a+)+$",
      "[",
      "\\",
    ],
    run: (input) => {
      const text = input.toString("utf8");
      each(
        text,
        parsePathSelector,
        parseVendorId,
        (value) => parseIdPair(value, "id"),
        parseClass,
        parseNameRegex,
      );
      const address = parseAddress(text);
      const written = formatAddress(address);
      if (formatAddress(parseAddress(written)) !== written)
        throw new Error(`${written} is read as another address`);
    },
  },
  {
    name: "property-string",
    what: "lines of mappings, hostpci entries and arguments of QEMU",
    refusals: [],
    maxBytes: 1_000,
    seeds: [
      "id=10de:2204,iommugroup=1,node=pve1,path=0000:01:00,subsystem-id=1462:3884",
      "0000:01:00.0;0000:01:00.1,pcie=1,x-vga=on,mdev=nvidia-63",
      "mapping=gpu,rombar=0,romfile=x.rom",
      "-device vfio-pci,host=0000:00:02.0,id=hostpci0 -device 'vfio-pci,sysfsdev=/sys/bus/mdev/devices/x'",
    ],
    words: [
      "host=",
      "mapping=",
      "path=",
      "id=",
      "node=",
      ",",
      ";",
      "=",
      "'",
      '"',
      "\\",
      "-device ",
      "vfio-pci",
      "sysfsdev=",
      "description=",
      "%0A",
      "iommugroup=-1",
      ",,",
    ],
    run: (input) => {
      const text = input.toString("utf8");
      propertiesOf(text, "host");
      addressesOf(text);
      parseMappingLine(text);
      parseHostpci(text);
      vfioDevicesOf(text);
    },
  },
];
