/** Small clusters whose guests take PCI devices, rightly and wrongly, for `doctor` and for starts on a stand-in. */
import fc from "fast-check";
import { hardwareOf, pciFunction } from "../provider/hardware.ts";
import type { PciDevice } from "../pve/cluster.ts";
import type { Hardware } from "../pve/hardware-file.ts";
import type { GuestRecord } from "../pve/hardware-guests.ts";

const VGPU = "nvidia-256";
const SUBSYSTEM = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };
const BRIDGE = pciFunction("0000:00:01.0", "8086:1901", "060400", 1, "PCIe Controller");
const GRAPHICS = pciFunction("0000:00:02.0", "8086:3e92", "030000", 2, "UHD Graphics 630");
const DISK = pciFunction("0000:05:00.0", "144d:a808", "010802", 5, "SSD 970 EVO");
const MEDIATED = pciFunction("0000:04:00.0", "10de:1eb8", "030200", 40, "Tesla T4", { mdev: 1 });

const cardAt = (bus: number, group: number, ofSound: number): PciDevice[] => [
  pciFunction(`0000:0${bus}:00.0`, "10de:2204", "030000", group, "GeForce RTX 3090", SUBSYSTEM),
  pciFunction(`0000:0${bus}:00.1`, "10de:1aef", "040300", ofSound, "Audio Controller", SUBSYSTEM),
];

/** Two cards: each in groups of its own, with the bridge, with the disk, or in none. */
const cards = fc
  .constantFrom([10, 10, 11], [10, 20, 11], [1, 1, 1], [5, 5, 5], [-1, -1, -1])
  .map(([first = -1, sound = -1, second = -1]) => [...cardAt(1, first, sound), ...cardAt(2, second, second)]);

/** A physical function with two virtual ones. */
const sriov = (
  bus: string,
  ids: readonly [string, string],
  code: string,
  groups: readonly number[],
  more: object,
) => {
  const at = [0, 4, 5].map((fn) => `0000:${bus}:00.${fn}`);
  const [physfn = "", virtfn0 = "", virtfn1 = ""] = at;
  const [first = -1, ...others] = groups;
  return [
    pciFunction(physfn, ids[0], code, first, "physical function", { virtfns: { virtfn0, virtfn1 } }),
    ...[virtfn0, virtfn1].map((id, index) =>
      pciFunction(id, ids[1], code, others[index] ?? -1, "virtual function", { physfn, ...more }),
    ),
  ];
};

const network = fc.oneof(
  fc
    .constantFrom([80, 82, 83], [80, 80, 80])
    .map((groups) => sriov("08", ["15b3:1017", "15b3:1018"], "020000", groups, {})),
  fc
    .constantFrom(80, 81)
    .map((group) => [
      pciFunction("0000:08:00.0", "8086:1521", "020000", 80, "I350"),
      pciFunction("0000:08:00.1", "8086:1521", "020000", group, "I350"),
    ]),
);
const vgpus = sriov("61", ["10de:2235", "10de:2235"], "030200", [61, 65, 66], { mdev: 1, nvidia: 1 });

const PARTS: readonly fc.Arbitrary<readonly PciDevice[]>[] = [
  cards,
  network,
  fc.constant([MEDIATED]),
  fc.constant(vgpus),
  fc.constant([BRIDGE, GRAPHICS]),
];

const devices = fc
  .record({
    parts: fc.tuple(
      ...PARTS.map((part: fc.Arbitrary<readonly PciDevice[]>) => fc.option(part, { nil: [], freq: 2 })),
    ),
    iommu: fc.integer({ min: 0, max: 7 }),
  })
  .map(({ parts, iommu }) =>
    [DISK, ...parts.flat()].map((device) => (iommu === 0 ? { ...device, iommugroup: -1 } : device)),
  );

type Slip = "group" | "id" | "path" | null;

function lineOf({ id, vendor, device, iommugroup, ...rest }: PciDevice, slot: boolean, slip: Slip): string {
  const group = slip === "group" ? iommugroup + 1 : iommugroup;
  const path = slip === "path" ? id.replace(/:..:/, ":0a:") : id;
  return [
    `id=${slip === "id" ? "10de:1111" : `${vendor.slice(2)}:${device.slice(2)}`}`,
    ...(group < 0 ? [] : [`iommugroup=${group}`]),
    "node=pve1",
    `path=${slot ? path.replace(/\.0$/, "") : path}`,
    ...("subsystem_vendor" in rest ? ["subsystem-id=1462:3884"] : []),
  ].join(",");
}

const NAMES = ["one", "two"];

function mappingOf(id: string, of: readonly PciDevice[]) {
  const slip = fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.constantFrom("group", "id", "path"));
  return fc
    .record({
      lines: fc.array(fc.tuple(fc.constantFrom(...of), fc.boolean(), slip), { maxLength: 3 }),
      flagIsRight: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ lines, flagIsRight }) => {
      const mediated = lines.some(([device]) => device["mdev"] === 1);
      const map = lines.map(([device, slot, wrong]) => lineOf(device, slot, wrong as Slip));
      return { id, type: "pci", map, ...(mediated === flagIsRight > 0 ? { mdev: 1 } : {}) };
    });
}

function guestOf(vmid: number, of: readonly PciDevice[]): fc.Arbitrary<GuestRecord> {
  const ids = of.map(({ id }) => id);
  const address = fc.constantFrom(...ids, ...ids.map((id) => id.slice(5, 10)), "0000:0f:00.0");
  const what = fc.oneof(
    fc.constantFrom(...NAMES, "gone").map((name) => `mapping=${name}`),
    address,
    fc.tuple(address, address).map((both) => both.join(";")),
  );
  const how = fc.constantFrom("", "", ",pcie=1", ",pcie=1", `,mdev=${VGPU}`, ",legacy-igd=1");
  const entry = fc.tuple(what, how).map((parts) => parts.join(""));
  const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 1 });
  return fc
    .record({
      machine: fc.constantFrom("q35", "q35", "pc"),
      vga: fc.constantFrom("std", "none"),
      onboot: fc.constantFrom(0, 1),
      template: fc.constantFrom(0, 0, 0, 1),
      hostpci0: entry,
      hostpci10: rarely(rarely(entry)),
      args: rarely(rarely(fc.constantFrom(...ids).map((id) => `-device vfio-pci,host=${id}`))),
      pending: rarely(rarely(entry.map((hostpci0) => ({ hostpci0 })))),
    })
    .map((guest) => {
      const given = Object.entries(guest).filter(([, value]) => value !== undefined);
      return { vmid, node: "pve1", ...Object.fromEntries(given) } as GuestRecord;
    });
}

/** One host on which nothing runs, with mappings and guests. Every device that makes mediated ones has one type. */
export const passthroughArbitrary: fc.Arbitrary<Hardware> = devices.chain((all) =>
  fc
    .record({
      mappings: fc.tuple(...NAMES.map((id) => mappingOf(id, all))),
      guests: fc.tuple(guestOf(101, all), guestOf(102, all), guestOf(103, all)),
    })
    .map(({ mappings, guests }) => {
      const makers = all.filter((device) => device["mdev"] === 1).map(({ id }) => id);
      const types = [{ type: VGPU, available: 9, description: "" }];
      return {
        ...hardwareOf({ pve1: all }),
        mappings,
        guests,
        mdev: { pve1: Object.fromEntries(makers.map((id) => [id, types])) },
      };
    }),
);
