/** What people paste out of a terminal. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../../scripts/project.ts";
import { PciFormatError } from "../../../../src/pci/format-error.ts";
import { parseGroupList } from "../../../../src/pci/lspci/group-list.ts";
import { parseLspci } from "../../../../src/pci/lspci/lspci.ts";
import { withGroups } from "../../../../src/pci/lspci/with-groups.ts";
import type { FuzzTarget } from "../target.ts";

const listing = (name: string): string =>
  readFileSync(join(projectRoot, "test", "fixtures", "lspci", name), "utf8").slice(0, 2_000);

const FORMS = [
  "desktop.nn.txt",
  "desktop.nnk.txt",
  "desktop.nnv.txt",
  "desktop.nnvv.txt",
  "desktop.vmmnnk.txt",
  "desktop.groups.txt",
  "groups-as-headings.txt",
  "prompt.txt",
  "grep-context.txt",
  "hexdump.txt",
  "unindented.txt",
  "device-without-answer.txt",
];

export const lspciTargets: readonly FuzzTarget[] = [
  {
    name: "lspci",
    what: "output of lspci, and listings by IOMMU group",
    refusals: [PciFormatError],
    maxBytes: 3_000,
    seeds: FORMS.map(listing),
    words: [
      "IOMMU Group 1 ",
      "IOMMU group 12:\n\t",
      "\tSubsystem: ",
      "Slot:\t",
      "Class:\t",
      "Device:\t",
      "\tKernel driver in use: ",
      "[10de:2204]",
      " (rev ff)",
      " (prog-if 00 [VGA controller])",
      "\r\n",
      "--\n",
      "root@pve:~# lspci -nn\n",
      "01:00.0 ",
      "0000:",
      "\t",
      '"',
      "[0300]",
      "!!! Unknown header type 7f",
      "group ",
    ],
    run: (input) => {
      const text = input.toString("utf8");
      try {
        parseGroupList(text);
      } catch (error) {
        if (!(error instanceof PciFormatError)) throw error;
      }
      const devices = parseLspci(text);
      const paths = new Set(devices.map(({ path }) => path));
      if (paths.size !== devices.length) throw new Error("a device is read twice");
      withGroups(devices, parseGroupList(text));
    },
  },
];
