/** Clusters of any size to read: the same names and bytes on every machine. */

/** How many nodes a cluster has, and how many functions each of them. */
export interface ClusterSize {
  readonly nodes: number;
  /** PCI functions of each node, of every class. */
  readonly functions: number;
}

/** A function as `GET /nodes/{node}/hardware/pci` lists it. */
export interface RawFunction {
  readonly id: string;
  readonly class: string;
  readonly iommugroup: number;
  readonly [name: string]: string | number | Readonly<Record<string, string>>;
}

/** The nodes' names in order: `pve001` and so on. */
export function nodeNames({ nodes }: ClusterSize): string[] {
  return Array.from({ length: nodes }, (_, index) => `pve${String(index + 1).padStart(3, "0")}`);
}

/** The number in a large GPU server. */
const MOST_CARDS = 8;
/** In a hundred functions: the number of cards, and of virtual functions and accelerators. */
const CARDS = 0.08;
const FURTHER = 0.06;

/** A passthrough unit, as in its mapping. */
export interface RawUnit {
  /** Without a function for a card, because its sound is passed along. */
  readonly path: string;
  readonly gpu: boolean;
}

/** The functions of one node in Proxmox's order, and the units among them. */
export interface NodeHardware {
  readonly functions: readonly RawFunction[];
  readonly units: readonly RawUnit[];
}

/**
 * One node, as dense as GPU hosts are: 14 of 100 functions are the main function of a unit. Eight are graphics cards with
 * sound on buses of their own. Then come repeated sets: an accelerator with four virtual functions, and one without. The
 * rest are bridges, controllers and network cards, one in each slot. Everything that can be a unit is in a group of its
 * own.
 */
export function hardwareOf(count: number): NodeHardware {
  const cards = Math.min(MOST_CARDS, Math.max(1, Math.floor(count * CARDS)));
  const further = Math.round(count * FURTHER);
  const functions = Array.from({ length: cards }, (_, card) =>
    graphicsCard(`0000:0${card + 1}:00`, card),
  ).flat();
  functions.push(...accelerators(further, cards));
  const units = functions
    .filter(({ class: code }) => code !== AUDIO_CLASS)
    .map(({ id, vendor, class: code }) => ({
      path: code === DISPLAY_CLASS ? id.slice(0, -2) : id,
      // AMD's accelerators count as graphics processors, others do not.
      gpu: code === DISPLAY_CLASS || vendor === AMD,
    }));
  for (let index = 0; functions.length < count; index += 1) {
    const kind = OTHERS[index % OTHERS.length] ?? {};
    functions.push({ class: "", ...kind, id: `${otherSlot(index)}.0`, iommugroup: units.length + index });
  }
  return { functions: functions.toSorted((a, b) => (a.id < b.id ? -1 : 1)), units };
}

/** The functions of one node in Proxmox's order. */
export function functionsOf(count: number): readonly RawFunction[] {
  return hardwareOf(count).functions;
}

/** An accelerator takes a bus, with or without virtual functions. */
const IN_A_SET = 2 + 4;
const SETS_IN_A_DOMAIN = 128;

/** The first `count` of sets, each of an accelerator, its virtual functions, and an accelerator of another make. */
function accelerators(count: number, firstGroup: number): RawFunction[] {
  const sets = Array.from({ length: Math.ceil(count / IN_A_SET) }, (_, set) => {
    const domain = hex(1 + Math.floor(set / SETS_IN_A_DOMAIN), 4);
    const bus = (set % SETS_IN_A_DOMAIN) * 2;
    const here = Math.min(IN_A_SET, count - set * IN_A_SET);
    return accelerator(`${domain}:${hex(bus, 2)}`, `${domain}:${hex(bus + 1, 2)}`, here);
  });
  return sets.flat().map((one, index) => ({ ...one, iommugroup: firstGroup + index }));
}

function accelerator(bus: string, nextBus: string, count: number): RawFunction[] {
  const physical = `${bus}:00.0`;
  const slots = Array.from({ length: Math.min(count, IN_A_SET - 1) - 1 }, (_, slot) => `${bus}:02.${slot}`);
  const virtfns = Object.fromEntries(slots.map((slot, index) => [`virtfn${index}`, slot]));
  const board = {
    class: ACCELERATOR_CLASS,
    vendor: AMD,
    vendor_name: "Advanced Micro Devices, Inc. [AMD/ATI]",
    subsystem_vendor: AMD,
    subsystem_vendor_name: "Advanced Micro Devices, Inc. [AMD/ATI]",
    subsystem_device: "0x74a1",
    iommugroup: 0,
  };
  const set = [
    {
      ...board,
      id: physical,
      device: "0x74a1",
      device_name: "Aqua Vanjaram [Instinct MI300X]",
      ...(slots.length > 0 ? { virtfns } : {}),
    },
    ...slots.map((id) => ({
      ...board,
      id,
      device: "0x74b5",
      device_name: "Aqua Vanjaram [Instinct MI300X VF]",
      physfn: physical,
    })),
    {
      id: `${nextBus}:00.0`,
      class: ACCELERATOR_CLASS,
      vendor: "0x1da3",
      vendor_name: "Habana Labs Ltd.",
      device: "0x1020",
      device_name: "Gaudi2 AI Training Accelerator",
      subsystem_vendor: "0x1da3",
      subsystem_device: "0x1020",
      iommugroup: 0,
    },
  ];
  return set.slice(0, count);
}

const DISPLAY_CLASS = "0x030000";
const AUDIO_CLASS = "0x040300";
const ACCELERATOR_CLASS = "0x120000";
const AMD = "0x1002";

/** Bus 00 first, then from bus 10 on, then in further domains as behind Intel's VMD. */
function otherSlot(index: number): string {
  const bus = Math.floor(index / 32);
  const beyond = bus - 1;
  const domain = bus === 0 ? 0 : Math.floor(beyond / BUSES);
  const domainText = domain === 0 ? "0000" : hex(0xffff + domain, 5);
  return `${domainText}:${hex(bus === 0 ? 0 : FIRST_BUS + (beyond % BUSES), 2)}:${hex(index % 32, 2)}`;
}

const FIRST_BUS = 0x10;
const BUSES = 0x100 - FIRST_BUS;

function graphicsCard(slot: string, iommugroup: number): RawFunction[] {
  const board = {
    vendor: "0x10de",
    vendor_name: "NVIDIA Corporation",
    subsystem_vendor: "0x1462",
    subsystem_vendor_name: "Micro-Star International Co., Ltd. [MSI]",
    subsystem_device: "0x3884",
    iommugroup,
  };
  const display = { class: DISPLAY_CLASS, device: "0x2204", device_name: "GA102 [GeForce RTX 3090]" };
  const audio = {
    class: AUDIO_CLASS,
    device: "0x1aef",
    device_name: "GA102 High Definition Audio Controller",
  };
  return [
    { id: `${slot}.0`, ...display, ...board },
    { id: `${slot}.1`, ...audio, ...board },
  ];
}

const OTHERS = [
  {
    class: "0x020000",
    vendor: "0x8086",
    device: "0x1572",
    vendor_name: "Intel Corporation",
    device_name: "Ethernet Controller X710 for 10GbE SFP+",
    subsystem_vendor: "0x8086",
    subsystem_device: "0x0007",
    subsystem_vendor_name: "Intel Corporation",
    subsystem_device_name: "Ethernet Converged Network Adapter X710",
  },
  {
    class: "0x060400",
    vendor: "0x1022",
    device: "0x1483",
    vendor_name: "Advanced Micro Devices, Inc. [AMD]",
    device_name: "Starship/Matisse GPP Bridge",
  },
  {
    class: "0x010802",
    vendor: "0x144d",
    device: "0xa80a",
    vendor_name: "Samsung Electronics Co Ltd",
    device_name: "NVMe SSD Controller PM9A1/PM9A3/980PRO",
    subsystem_vendor: "0x144d",
    subsystem_device: "0xa813",
    subsystem_vendor_name: "Samsung Electronics Co Ltd",
    subsystem_device_name: "NVMe SSD Controller PM9A3",
  },
  {
    class: "0x0c0330",
    vendor: "0x1022",
    device: "0x148c",
    vendor_name: "Advanced Micro Devices, Inc. [AMD]",
    device_name: "Starship USB 3.0 Host Controller",
    subsystem_vendor: "0x15d9",
    subsystem_device: "0x1b95",
    subsystem_vendor_name: "Super Micro Computer Inc",
  },
] as const;

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
