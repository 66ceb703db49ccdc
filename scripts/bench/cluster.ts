/** Clusters of any size to read: the same names and bytes on every machine. */

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
  readonly [name: string]: string | number;
}

/** The nodes' names in order: `pve001` and so on. */
export function nodeNames({ nodes }: ClusterSize): string[] {
  return Array.from({ length: nodes }, (_, index) => `pve${String(index + 1).padStart(3, "0")}`);
}

const FUNCTIONS_FOR_A_CARD = 15;
/** As many as a large GPU server has. */
const MOST_CARDS = 8;

/** How many graphics cards, of two functions each, a node has. */
export function cardsOf(functions: number): number {
  return Math.min(MOST_CARDS, Math.max(1, Math.floor(functions / FUNCTIONS_FOR_A_CARD)));
}

/**
 * The functions of one node in the order of Proxmox: graphics cards on buses of their own, each card in a group of
 * its own; and bridges, controllers and network cards, one a slot.
 */
export function functionsOf(functions: number): readonly RawFunction[] {
  const cards = cardsOf(functions);
  const devices = Array.from({ length: cards }, (_, card) =>
    graphicsCard(`0000:0${card + 1}:00`, card),
  ).flat();
  for (let index = 0; devices.length < functions; index += 1) {
    const kind = OTHERS[index % OTHERS.length] ?? {};
    devices.push({ class: "", ...kind, id: `${otherSlot(index)}.0`, iommugroup: cards + index });
  }
  return devices.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

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
  const display = { class: "0x030000", device: "0x2204", device_name: "GA102 [GeForce RTX 3090]" };
  const audio = {
    class: "0x040300",
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
