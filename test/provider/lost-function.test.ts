/** What is said of a guest that takes a virtual function from itself. */
import { expect, test } from "vitest";
import { CURRENT_CHECK } from "../../src/pci/mapping-check.ts";
import { faultsOn } from "../../src/pci/usage/broken.ts";
import { whatIsWrong } from "../../src/provider/data-sources/pci-devices/broken-guests.ts";
import { coverageOf, guest } from "../pci/support/guests.ts";
import { host } from "../pci/support/hardware.ts";

const HOST = host({
  "0000:05:00.0": { iommugroup: 5, virtfns: { virtfn0: "0000:05:00.4", virtfn1: "0000:05:00.5" } },
  "0000:05:00.4": { iommugroup: 6, physfn: "0000:05:00.0" },
  "0000:05:00.5": { iommugroup: 5, physfn: "0000:05:00.0" },
});

test.each<[string, Parameters<typeof guest>[1], string]>([
  [
    "by another entry",
    [
      ["hostpci0", "0000:05:00.4"],
      ["hostpci1", "0000:05:00.0"],
    ],
    "takes 0000:05:00.4, a virtual function of 0000:05:00.0, which hostpci1 takes from the host: bound to vfio-pci, it has " +
      "no virtual functions. Take one of the two out of the guest.",
  ],
  [
    "with the group of the function itself",
    [["hostpci0", "0000:05:00.5"]],
    "takes 0000:05:00.5, a virtual function of 0000:05:00.0, which it takes from the host with IOMMU group 5: bound to " +
      "vfio-pci, it has no virtual functions. Pass 0000:05:00.0 itself, or make the host put them into groups of their own (ACS).",
  ],
])("%s", (_why, entries, text) => {
  const coverage = coverageOf({}, [HOST]);
  const faults = faultsOn(
    [HOST],
    [guest(100, entries)],
    coverage,
    () => true,
    () => CURRENT_CHECK,
  );
  expect(faults.map(whatIsWrong)).toEqual([text]);
});
