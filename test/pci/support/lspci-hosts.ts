/** Hosts of any devices, for what lspci prints of them. */
import fc from "fast-check";
import type { PciRecord } from "../../../src/pci/device.ts";

interface Named {
  readonly number: string;
  readonly name: string | undefined;
}

/** As in pci.ids: what a number is called is the same everywhere. Some names look like what stands around names. */
const VENDORS: readonly (Named & { readonly devices: readonly Named[] })[] = [
  {
    number: "0x10de",
    name: "NVIDIA Corporation",
    devices: [
      { number: "0x2204", name: "GA102 [GeForce RTX 3090]" },
      { number: "0x2b85", name: undefined },
    ],
  },
  {
    number: "0x1002",
    name: "Advanced Micro Devices, Inc. [AMD/ATI]",
    devices: [
      { number: "0x73bf", name: "Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]" },
      { number: "0x0b0b", name: "Card (rev a1) (prog-if 00 [no])" },
      { number: "0x0c0c", name: "IceQ X² [1002:73bf] (2x) – “ä”" },
    ],
  },
  {
    number: "0x8086",
    name: "Intel Corporation",
    devices: [
      { number: "0x0b60", name: "NVMe DC SSD [3DNAND, Sentinel: Rock] [0300]: Controller" },
      { number: "0x0000", name: undefined },
      { number: "0xa321", name: "Devices: Device 18h; Function 0" },
    ],
  },
  { number: "0xabcd", name: undefined, devices: [{ number: "0x0001", name: undefined }] },
];

/** Devices of every kind. */
export const models = VENDORS.flatMap((vendor) => vendor.devices.map((device) => ({ vendor, device })));
const model = fc.constantFrom(...models);

const subsystem: fc.Arbitrary<Partial<PciRecord>> = fc.oneof(
  fc.constant({ subsystem_vendor: "0x0000", subsystem_device: "0x0000" }),
  model.map(({ vendor, device }) => ({
    subsystem_vendor: vendor.number,
    subsystem_device: device.number,
    subsystem_vendor_name: vendor.name,
  })),
  fc.constant({
    subsystem_vendor: "0x1462",
    subsystem_device: "0x3884",
    subsystem_vendor_name: "Micro-Star International Co., Ltd. [MSI]",
    subsystem_device_name: "Gaming X Trio: 24G (rev 2)",
  }),
);

const record: fc.Arbitrary<PciRecord> = fc
  .record({
    domain: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(1, 0x10000)),
    bus: fc.integer({ min: 0, max: 0xff }),
    slot: fc.integer({ min: 0, max: 0x1f }),
    number: fc.integer({ min: 0, max: 7 }),
    class: fc.constantFrom(
      "0x030000",
      "0x030200",
      "0x040300",
      "0x0c0330",
      "0x010802",
      "0x060400",
      "0x120000",
      "0xff0001",
    ),
    model,
    subsystem,
    iommugroup: fc.integer({ min: -1, max: 300 }),
  })
  .map(({ domain, bus, slot, number, model: { vendor, device }, subsystem: of, ...rest }) => {
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
    return {
      id: `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${number}`,
      vendor: vendor.number,
      device: device.number,
      vendor_name: vendor.name,
      device_name: device.name,
      ...of,
      ...rest,
    };
  });

/** The devices of a host. */
export const host = fc.uniqueArray(record, { selector: ({ id }) => id, minLength: 1, maxLength: 12 });
