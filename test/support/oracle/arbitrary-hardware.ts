import fc from "fast-check";
import type { RawPci } from "./cluster.ts";
import {
  ACCELERATORS,
  APUS,
  COMPANIONS,
  CONSOLES,
  GPUS,
  type Model,
  OF_PROCESSOR,
  OTHERS,
  VENDORS,
  VIRTUAL_KINDS,
} from "./models.ts";
import { padded } from "./place.ts";

/** A function before its node's pci.ids has named it. */
export interface Unnamed {
  record: RawPci;
  model: Model;
}

export const slotArbitrary = fc
  .record({
    domain: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(1, 0x10000, 0xffffffff)),
    bus: fc.constantFrom(0, 1, 1, 1, 3, 0xc1, 0xff),
    device: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 0x1f)),
  })
  .map(({ domain, bus, device }) => `${padded(domain, 4)}:${padded(bus, 2)}:${padded(device, 2)}`);

/** An address of one function, mostly one that exists somewhere. */
export const pathArbitrary = fc
  .tuple(slotArbitrary, fc.integer({ min: 0, max: 7 }))
  .map(([slot, number]) => `${slot}.${number}`);

const EVERYTHING = [
  ...GPUS,
  ...ACCELERATORS,
  ...CONSOLES,
  ...Object.values(COMPANIONS).flat(),
  ...OF_PROCESSOR,
  ...OTHERS,
];

/** What stands at the functions of a slot, from 0 on; null leaves one out. */
const slotModels: fc.Arbitrary<(Model | null)[]> = fc.oneof(
  // A usual card with some of what its maker puts beside it.
  fc
    .constantFrom(...GPUS)
    .chain((gpu) => fc.subarray(COMPANIONS[gpu.vendor] ?? []).map((companions) => [gpu, ...companions])),
  // An APU.
  fc
    .tuple(fc.constantFrom(...APUS), fc.subarray(COMPANIONS["0x1002"] ?? []), fc.subarray(OF_PROCESSOR))
    .map(([gpu, sound, processor]) => [gpu, ...sound, ...processor]),
  // Several accelerators in one slot.
  fc.array(fc.option(fc.constantFrom(...ACCELERATORS), { freq: 6 }), { minLength: 2, maxLength: 4 }),
  fc.constantFrom(...GPUS, ...ACCELERATORS, ...CONSOLES, ...OTHERS).map((single) => [single]),
  // As many functions of one model as SR-IOV makes.
  fc
    .tuple(fc.constantFrom(...GPUS, ...ACCELERATORS), fc.integer({ min: 2, max: 8 }))
    .map(([same, count]) => Array.from({ length: count }, () => same)),
  // Anything anywhere: the main function need not be .0, nor need there be one.
  fc.array(fc.option(fc.constantFrom(...EVERYTHING)), { minLength: 1, maxLength: 8 }),
);

const group: fc.Arbitrary<Pick<RawPci, "iommugroup">> = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }).map((iommugroup) => ({ iommugroup })) },
  { weight: 3, arbitrary: fc.constantFrom(0, 7).map((iommugroup) => ({ iommugroup })) },
  fc.constantFrom({ iommugroup: -1 }, {}),
);

const subsystem: fc.Arbitrary<Partial<RawPci>> = fc.constantFrom<Partial<RawPci>[]>(
  {},
  { subsystem_vendor: "0x0000", subsystem_device: "0x0000" },
  { subsystem_vendor: "0x1462" },
  { subsystem_vendor: "0x1462", subsystem_device: "0x3884" },
  { subsystem_vendor: "0x10de", subsystem_device: "0x157e" },
  { subsystem_vendor: "0x144d", subsystem_device: "0xa801" },
);

const traits: fc.Arbitrary<Partial<RawPci>> = fc
  .tuple(group, subsystem, fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, fc.constant({ mdev: 1 })))
  .map((parts) => Object.assign({}, ...parts) as Partial<RawPci>);

const bare = ({ vendor, device, class: code }: Model): Pick<RawPci, "vendor" | "device" | "class"> => ({
  vendor,
  device,
  class: code,
});

const slotRecords: fc.Arbitrary<Unnamed[]> = fc
  .tuple(slotArbitrary, slotModels, fc.array(traits, { minLength: 8, maxLength: 8 }), fc.boolean())
  .map(([slot, models, different, alike]) =>
    models.flatMap((model, number) =>
      model === null
        ? []
        : [{ model, record: { id: `${slot}.${number}`, ...bare(model), ...different[alike ? 0 : number] } }],
    ),
  );

/** A card with its virtual functions, or with none yet; now and then with a second port. */
const virtualRecords: fc.Arbitrary<Unnamed[]> = fc
  .record({
    kind: fc.constantFrom(...VIRTUAL_KINDS),
    count: fc.nat({ max: 9 }),
    all: fc.array(traits, { minLength: 11, maxLength: 11 }),
    makes: fc.boolean(),
    secondPort: fc.boolean(),
  })
  .map(({ kind, count, all, makes, secondPort }) => {
    const at = (slot: number, fn: number): string => `0000:${padded(kind.bus, 2)}:${padded(slot, 2)}.${fn}`;
    const first = at(kind.bus === 0 ? 2 : 0, 0);
    const places = kind.places.slice(0, count).map(([slot, fn]) => at(slot, fn));
    const types = kind.nvidia && makes ? { mdev: 1, nvidia: 1 } : {};
    const virtual = places.map((id, index): Unnamed => {
      const { mdev: _, ...rest } = all[index + 1] ?? {};
      return { model: kind.virtual, record: { id, ...bare(kind.virtual), ...rest, ...types, physfn: first } };
    });
    const { mdev: _, ...trait } = all[0] ?? {};
    const virtfns = Object.fromEntries(places.map((id, index) => [`virtfn${index}`, id]));
    const physical: RawPci = {
      id: first,
      ...bare(kind.physical),
      ...trait,
      ...(places.length === 0 ? {} : { virtfns }),
    };
    const port: RawPci = { ...bare(kind.physical), ...trait, id: at(0, 1) };
    const others = secondPort && kind.bus === 0x61 ? [{ model: kind.physical, record: port }] : [];
    return [{ model: kind.physical, record: physical }, ...others, ...virtual];
  });

/** What a node's pci.ids knows: some names it lacks, some it words in another way. */
export interface PciIds {
  lacks: string[];
  rewords: string[];
  lacksVendors: string[];
}

const NAMED = [...EVERYTHING, ...APUS].filter(({ name }) => name !== null);
export const pciIdsArbitrary: fc.Arbitrary<PciIds> = fc.record({
  lacks: fc.subarray([...new Set(NAMED.map(({ vendor, device }) => vendor + device))]),
  rewords: fc.subarray(["0x10de0x2204", "0x80860x3e92"]),
  lacksVendors: fc.oneof(
    { weight: 3, arbitrary: fc.constant<string[]>([]) },
    fc.subarray(Object.keys(VENDORS)),
  ),
});

/** The record with the names that a node's pci.ids has for it. */
export function named({ record, model }: Unnamed, ids: PciIds): RawPci {
  const key = model.vendor + model.device;
  const vendor = ids.lacksVendors.includes(model.vendor) ? undefined : VENDORS[model.vendor];
  // A device stands in pci.ids below its vendor.
  const device = vendor === undefined || ids.lacks.includes(key) ? null : model.name;
  const maker = record.subsystem_device === "0x3884" ? "Micro-Star International Co., Ltd. [MSI]" : undefined;
  const whole = record.subsystem_vendor === "0x144d";
  return {
    ...record,
    ...(vendor === undefined ? {} : { vendor_name: vendor }),
    ...(device === null ? {} : { device_name: ids.rewords.includes(key) ? `${device} (older)` : device }),
    ...(maker === undefined ? {} : { subsystem_vendor_name: maker }),
    ...(whole && !ids.lacksVendors.includes("0x10de")
      ? { subsystem_vendor_name: "Samsung Electronics Co Ltd", subsystem_device_name: "SSD 970 EVO" }
      : {}),
  };
}

/** The functions of one node, in no order. */
export const hardwareArbitrary: fc.Arbitrary<Unnamed[]> = fc
  .record({
    slots: fc.array(slotRecords, { maxLength: 6 }),
    virtual: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(virtualRecords, { maxLength: 2 })),
    iommu: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
  })
  .chain(({ slots, virtual, iommu }) => {
    const all = [...virtual.flat(), ...slots.flat()];
    const once = all.filter(
      ({ record }, index) => all.findIndex((one) => one.record.id === record.id) === index,
    );
    for (const { record } of iommu ? [] : once) record.iommugroup = -1;
    return fc.shuffledSubarray(once, { minLength: once.length });
  });
