/** The made-up hosts of the benchmarks are what they say of themselves, as the provider sees them. */
import { expect, test } from "vitest";
import { hardwareOf } from "../../../scripts/bench/cluster.ts";
import { devicesFromRecords } from "../../../src/pci/device.ts";
import { arrangeHost } from "../../../src/pci/host.ts";
import { unitsOf } from "../../../src/pci/unit.ts";
import { root } from "../../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../../src/proxmox/answers/pci-record.ts";

function unitsSeen(count: number) {
  const records = decodePciRecords(root(JSON.parse(JSON.stringify(hardwareOf(count).functions))));
  expect(records).toHaveLength(count);
  return unitsOf(arrangeHost("pve001", devicesFromRecords("pve001", records), true));
}

test("of 100 functions 14 are units: eight cards with sound, accelerators and virtual functions", () => {
  const units = unitsSeen(100);
  const kinds = Object.groupBy(units, ({ kind, functions }) => `${kind} of ${functions.length}`);
  expect(Object.fromEntries(Object.entries(kinds).map(([kind, of]) => [kind, of?.length]))).toEqual({
    "card of 2": 8,
    "pf of 1": 1,
    "vf of 1": 4,
    "card of 1": 1,
  });
  expect(units.every(({ isolated }) => isolated === true)).toBe(true);
});

test.each([2, 6, 30, 60, 100, 2000, 8000])("of %d functions the units are those that are told", (count) => {
  const paths = unitsSeen(count).map(({ path }) => path);
  expect(paths.toSorted()).toEqual(
    hardwareOf(count)
      .units.map(({ path }) => path)
      .toSorted(),
  );
});
