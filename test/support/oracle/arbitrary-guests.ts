import fc from "fast-check";
import type { Cluster, RawGuest, RawMapping, RawPci } from "./cluster.ts";

/** A card with its sound, at 00.0 and 00.1 of a bus. */
function card(bus: number, group: number): RawPci[] {
  const at = (fn: number): string => `0000:0${bus}:00.${fn}`;
  const subsystem = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };
  return [
    { id: at(0), class: "0x030000", vendor: "0x10de", device: "0x2204", iommugroup: group, ...subsystem },
    { id: at(1), class: "0x040300", vendor: "0x10de", device: "0x1aef", iommugroup: group, ...subsystem },
  ];
}

/** A network card with two virtual functions, each in a group of its own. */
const NETWORK: RawPci[] = [
  {
    id: "0000:08:00.0",
    class: "0x020000",
    vendor: "0x15b3",
    device: "0x1017",
    iommugroup: 80,
    virtfns: { virtfn0: "0000:08:00.2", virtfn1: "0000:08:00.3" },
  },
  {
    id: "0000:08:00.2",
    class: "0x020000",
    vendor: "0x15b3",
    device: "0x1018",
    iommugroup: 82,
    physfn: "0000:08:00.0",
  },
  {
    id: "0000:08:00.3",
    class: "0x020000",
    vendor: "0x15b3",
    device: "0x1018",
    iommugroup: 83,
    physfn: "0000:08:00.0",
  },
];

const lineOf = (record: RawPci, path: string): string => {
  const subsystem = record.subsystem_vendor === undefined ? "" : ",subsystem-id=1462:3884";
  const id = `${record.vendor.slice(2)}:${record.device.slice(2)}`;
  return `id=${id},iommugroup=${record.iommugroup},node=pve1,path=${path}${subsystem}`;
};

const hostpci = (addresses: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom("one", "two", "one", "two", "gone").map((name) => `mapping=${name},pcie=1`),
    },
    { weight: 2, arbitrary: fc.constantFrom(...addresses).map((path) => `${path},pcie=1`) },
    fc.constantFrom("0000:01:00", "02:00", "0000:07:00.0"),
  );

/** One node with a few cards, mappings of them, and guests that want them. */
export const guestsArbitrary: fc.Arbitrary<Cluster> = fc
  .record({
    groups: fc.array(fc.constantFrom(1, 2, 3, 4), { minLength: 2, maxLength: 4 }),
    network: fc.boolean(),
  })
  .chain(({ groups, network }) => {
    const cards = groups.flatMap((group, index) => card(index + 1, group));
    const devices = network ? [...cards, ...NETWORK] : cards;
    const line = fc
      .tuple(fc.constantFrom(...devices), fc.constantFrom("function", "slot", "wrong"))
      .map(([record, how]) => {
        const slot = how === "slot" && record.class === "0x030000";
        const text = lineOf(record, slot ? record.id.slice(0, -2) : record.id);
        return how === "wrong" && record.iommugroup === 1
          ? text.replace("iommugroup=1", "iommugroup=9")
          : text;
      });
    const mapping = (id: string): fc.Arbitrary<RawMapping> =>
      fc.array(line, { minLength: 1, maxLength: 2 }).map((map) => ({ id, map }));
    const guest = fc
      .array(hostpci(devices.map(({ id }) => id)), { minLength: 1, maxLength: 2 })
      .map((entries) => entries.map((value, index) => ({ key: `hostpci${index}`, value })));
    return fc
      .record({
        one: mapping("one"),
        two: mapping("two"),
        guests: fc.array(guest, { minLength: 2, maxLength: 4 }),
      })
      .map(
        ({ one, two, guests }): Cluster => ({
          version: { version: "9.2.11" },
          nodes: [{ node: "pve1", status: "online" }],
          pci: { pve1: devices },
          mappings: [one, two],
          guests: guests.map(
            (pending, index): RawGuest => ({
              vmid: 101 + index,
              type: "qemu",
              node: "pve1",
              status: "stopped",
              template: 0,
              pending,
            }),
          ),
        }),
      );
  });
