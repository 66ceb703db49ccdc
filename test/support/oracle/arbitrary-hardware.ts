import fc from "fast-check";
import type { RawPci } from "./cluster.ts";

/** What a function is, by ids and class: few of each kind, so that filters hit and models repeat. */
interface Model {
  vendor: string;
  device: string;
  class: string;
}

const model = (id: string, code: string): Model => ({
  vendor: `0x${id.slice(0, 4)}`,
  device: `0x${id.slice(5)}`,
  class: `0x${code}`,
});

const GPUS = [
  model("10de:2204", "030000"),
  model("10de:26b9", "030200"),
  model("1002:740f", "038000"),
  model("8086:3e92", "030000"),
  // Matrox, but none of its consoles: just below and just above their range.
  model("102b:0521", "030000"),
  model("102b:0539", "030000"),
  model("126f:0751", "030000"),
];
const ACCELERATORS = [
  model("1002:74a1", "120000"),
  model("1002:74a1", "120100"),
  model("1da3:1020", "120000"),
  model("10de:26b9", "120000"),
];
const CONSOLES = [
  model("1a03:2000", "030000"),
  model("102b:0522", "030000"),
  model("102b:0538", "030200"),
  model("19e5:1711", "038000"),
  model("18ca:0020", "030000"),
  model("126f:0750", "030000"),
  model("1234:1111", "030000"),
  model("1af4:1050", "038000"),
  model("15ad:0405", "030000"),
  model("1b36:0100", "030000"),
  model("1013:00b8", "030000"),
  model("1af4:1050", "120000"),
];
const COMPANIONS = [
  model("10de:1aef", "040300"),
  model("10de:1ad6", "0c0330"),
  model("10de:1ad7", "0c8000"),
  model("8086:a348", "040100"),
];
const OTHERS = [
  model("8086:0b60", "010802"),
  model("15b3:1017", "020000"),
  model("10de:22a3", "068000"),
  model("8086:1901", "060400"),
  model("1022:1480", "060000"),
  model("8086:4940", "0b4000"),
  model("8086:0000", "050000"),
  model("10de:2204", "ff0000"),
];

/** Ids that a configuration may ask for. */
export const KNOWN_IDS = [...GPUS, ...ACCELERATORS, ...CONSOLES, ...COMPANIONS, ...OTHERS].map(
  ({ vendor, device }) => `${vendor.slice(2)}:${device.slice(2)}`,
);

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, "0");

const slotArbitrary = fc
  .record({
    domain: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(1, 0x10000, 0xffffffff)),
    bus: fc.constantFrom(0, 1, 1, 1, 3, 0xc1, 0xff),
    device: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 0x1f)),
  })
  .map(({ domain, bus, device }) => `${hex(domain, 4)}:${hex(bus, 2)}:${hex(device, 2)}`);

/** An address of one function, mostly one that exists somewhere. */
export const pathArbitrary = fc
  .tuple(slotArbitrary, fc.integer({ min: 0, max: 7 }))
  .map(([slot, number]) => `${slot}.${number}`);
export { slotArbitrary };

/** What stands at the functions of a slot, from 0 on; null leaves one out. */
const slotModels: fc.Arbitrary<(Model | null)[]> = fc.oneof(
  // A usual card, and one with everything on it.
  fc
    .tuple(fc.constantFrom(...GPUS), fc.subarray(COMPANIONS, { minLength: 0, maxLength: 3 }))
    .map(([gpu, companions]) => [gpu, ...companions]),
  fc.constantFrom(...GPUS, ...ACCELERATORS, ...CONSOLES, ...OTHERS).map((single) => [single]),
  // As many functions of one model as SR-IOV makes.
  fc
    .tuple(fc.constantFrom(...GPUS, ...ACCELERATORS), fc.integer({ min: 2, max: 8 }))
    .map(([same, count]) => Array.from({ length: count }, () => same)),
  // Anything anywhere: the main function need not be .0, nor need there be one.
  fc.array(fc.option(fc.constantFrom(...GPUS, ...ACCELERATORS, ...CONSOLES, ...COMPANIONS, ...OTHERS)), {
    minLength: 1,
    maxLength: 8,
  }),
);

const group: fc.Arbitrary<Pick<RawPci, "iommugroup">> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }).map((iommugroup) => ({ iommugroup })) },
  { weight: 3, arbitrary: fc.constantFrom(0, 7).map((iommugroup) => ({ iommugroup })) },
  fc.constantFrom({ iommugroup: -1 }, {}),
);

const names: fc.Arbitrary<Partial<RawPci>> = fc.oneof(
  fc.constant({}),
  fc.constant({ vendor_name: "NVIDIA Corporation" }),
  fc.constant({ vendor_name: "NVIDIA Corporation", device_name: "GA102 [GeForce RTX 3090]" }),
  fc.constant({ vendor_name: "XFX Limited", device_name: "IceQ X\u00c2\u00b2" }),
  fc.constant({ vendor_name: "Gesellschaft f\u00fcr Grafik", device_name: "X\u00b2 \u00e2\u0082\u00ac" }),
  fc.constant({ vendor_name: " ", device_name: "  " }),
  fc.constant({ vendor_name: " Spaced", device_name: "Out " }),
  fc.constant({ vendor_name: "", device_name: "" }),
);

const subsystem: fc.Arbitrary<Partial<RawPci>> = fc.oneof(
  fc.constant({}),
  fc.constant({ subsystem_vendor: "0x0000", subsystem_device: "0x0000" }),
  fc.constant({ subsystem_vendor: "0x1462" }),
  fc.constant({ subsystem_vendor: "0x1462", subsystem_device: "0x3884" }),
  fc.constant({
    subsystem_vendor: "0x1462",
    subsystem_device: "0x3884",
    subsystem_vendor_name: "Micro-Star International Co., Ltd. [MSI]",
  }),
  fc.constant({
    subsystem_vendor: "0x144d",
    subsystem_device: "0xa801",
    subsystem_vendor_name: "Samsung Electronics Co Ltd",
    subsystem_device_name: "SSD 970 EVO",
  }),
);

const traits: fc.Arbitrary<Partial<RawPci>> = fc
  .tuple(
    group,
    names,
    subsystem,
    fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, fc.constant({ mdev: 1 })),
  )
  .map((parts) => Object.assign({}, ...parts) as Partial<RawPci>);

const slotRecords: fc.Arbitrary<RawPci[]> = fc
  .tuple(slotArbitrary, slotModels, fc.array(traits, { minLength: 8, maxLength: 8 }), fc.boolean())
  .map(([slot, models, different, alike]) =>
    models.flatMap((one, number) =>
      one === null ? [] : [{ id: `${slot}.${number}`, ...one, ...different[alike ? 0 : number] }],
    ),
  );

/** How a physical function and its virtual ones are chosen among the functions of a node, by position. */
const sriov = fc.record({
  physical: fc.nat(),
  virtual: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  says: fc.constantFrom("both", "both", "both", "physfn", "virtfns"),
  absent: fc.option(pathArbitrary),
});

/** The records of one node, in no order. */
export const hardwareArbitrary: fc.Arbitrary<RawPci[]> = fc
  .record({
    slots: fc.array(slotRecords, { maxLength: 7 }),
    relations: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      fc.array(sriov, { minLength: 1, maxLength: 2 }),
    ),
    iommu: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
    repeated: fc.boolean(),
  })
  .chain(({ slots, relations, iommu, repeated }) => {
    const all = slots.flat();
    // Proxmox lists an address once; it is no harm to see it twice.
    const records = repeated ? all : all.filter((r, i) => all.findIndex(({ id }) => id === r.id) === i);
    for (const record of iommu ? [] : records) {
      record.iommugroup = -1;
    }
    for (const { physical, virtual, says, absent } of records.length === 0 ? [] : relations) {
      relate(records, physical, virtual, says, absent);
    }
    return fc.shuffledSubarray(records, { minLength: records.length });
  });

function relate(
  records: RawPci[],
  physical: number,
  virtual: number[],
  says: string,
  absent: string | null,
): void {
  const at = (position: number): RawPci => records[position % records.length] as RawPci;
  const pf = at(physical);
  const vfs = [...new Set(virtual.map(at))].filter((vf) => vf.id !== pf.id);
  const named = [...vfs.map((vf) => vf.id), ...(absent === null ? [] : [absent])];
  if (says !== "physfn" && named.length > 0) {
    pf.virtfns = Object.fromEntries(named.map((id, index) => [`virtfn${index}`, id]));
  }
  for (const vf of says === "virtfns" ? [] : vfs) {
    vf.physfn = pf.id;
  }
}
