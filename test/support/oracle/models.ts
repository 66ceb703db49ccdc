/** What a function is, by ids, class and the name that pci.ids has for it: few of each kind, so that models repeat. */
export interface Model {
  vendor: string;
  device: string;
  class: string;
  /** Null where pci.ids does not know it. */
  name: string | null;
}

const model = (id: string, code: string, name: string | null = null): Model => ({
  vendor: `0x${id.slice(0, 4)}`,
  device: `0x${id.slice(5)}`,
  class: `0x${code}`,
  name,
});

/** Vendors by id, as pci.ids calls them. */
export const VENDORS: Record<string, string> = {
  "0x10de": "NVIDIA Corporation",
  "0x1002": "Advanced Micro Devices, Inc. [AMD/ATI]",
  "0x1022": "Advanced Micro Devices, Inc. [AMD]",
  "0x8086": "Intel Corporation",
  "0x15b3": "Mellanox Technologies",
  "0x1da3": "Gesellschaft f\u00fcr Grafik",
};

export const GPUS = [
  model("10de:2204", "030000", "GA102 [GeForce RTX 3090]"),
  model("10de:26b9", "030200", "AD102GL [L40S]"),
  model("1002:740f", "038000", "Aldebaran/MI200 [Instinct MI210]"),
  model("8086:3e92", "030000", "CoffeeLake-S GT2 [UHD Graphics 630]"),
  model("1da3:0001", "030000", "X\u00c2\u00b2 \u00e2\u0082\u00ac"),
  // Ids that several models bear.
  model("10de:25b6", "030200", "GA107GL [A2 / A16]"),
  model("1002:744c", "030000", "Navi 31 [Radeon RX 7900 XT/7900 XTX]"),
  // Matrox, but none of its consoles: just below and just above some of them. The like of others.
  model("102b:0521", "030000"),
  model("102b:0539", "030000"),
  model("126f:0751", "030000"),
  model("1002:515f", "030000"),
];
export const ACCELERATORS = [
  model("1002:74a1", "120000", "Aqua Vanjaram [Instinct MI300X]"),
  model("1002:74a1", "120100", "Aqua Vanjaram [Instinct MI300X]"),
  model("1da3:1020", "120000", "Gaudi2 AI Training Accelerator"),
  model("10ee:5000", "120000", "Alveo U200 XDMA Platform"),
  model("10ee:5001", "120000"),
];
export const CONSOLES = [
  model("1a03:2000", "030000", "ASPEED Graphics Family"),
  model("102b:0522", "030000"),
  model("102b:053a", "030200"),
  model("19e5:1711", "038000"),
  model("18ca:0020", "030000"),
  model("126f:0750", "030000"),
  model("1002:515e", "030000", "ES1000"),
  model("1002:5159", "030000"),
  model("1002:4752", "030000"),
  model("1234:1111", "030000"),
  model("1af4:1050", "038000"),
  model("80ee:beef", "030000"),
  model("1414:5353", "030000"),
  model("1ab8:4005", "030000"),
  model("1d0f:1111", "030000"),
  model("15ad:0405", "030000"),
  model("1b36:0100", "030000"),
  model("1013:00b8", "030000"),
];
/** Sound, USB-C and UCSI of cards, by their vendor. */
export const COMPANIONS: Record<string, Model[]> = {
  "0x10de": [model("10de:1aef", "040300"), model("10de:1ad6", "0c0330"), model("10de:1ad7", "0c8000")],
  "0x1002": [model("1002:ab30", "040300"), model("1002:7446", "0c0330")],
  "0x8086": [model("8086:4f90", "040300")],
};
/** What an APU puts into the slot of its GPU besides: the processor's. */
export const OF_PROCESSOR = [
  model("1022:15c7", "108000", "Phoenix CCP/PSP 3.0 Device"),
  model("1022:15b9", "0c0330"),
  model("1022:15ba", "0c0330"),
  model("1022:15e2", "048000", "ACP/ACP3X/ACP6x Audio Coprocessor"),
  model("1022:15e3", "040300", "Family 17h/19h HD Audio Controller"),
];
export const APUS = [
  model("1002:1900", "030000", "Phoenix3"),
  model("1002:15dd", "030000", "Raven Ridge [Radeon Vega Series / Radeon Vega Mobile Series]"),
];
export const OTHERS = [
  model("8086:0b60", "010802"),
  model("15b3:1017", "020000", "MT27800 Family [ConnectX-5]"),
  model("15b3:1018", "020000", "MT27800 Family [ConnectX-5 Virtual Function]"),
  model("10de:22a3", "068000", "GH100 [H100 NVSwitch]"),
  model("8086:1901", "060400"),
  model("1022:1480", "060000"),
  model("8086:a30e", "060100"),
  model("8086:4940", "0b4000"),
  model("8086:0000", "050000"),
  model("10de:2204", "ff0000", "GA102 [GeForce RTX 3090]"),
];

/** A card with virtual functions: where it may lie, and what they are. */
export interface VirtualKind {
  physical: Model;
  /** Of another id, or of the physical function's. */
  virtual: Model;
  /** Slot and function of each virtual one, the physical one being 00.0 of its bus or, on bus 00, 02.0. */
  places: (readonly [slot: number, fn: number])[];
  bus: number;
  nvidia: boolean;
}

const steps = (slot: number, from: number, to: number): (readonly [number, number])[] =>
  Array.from({ length: to - from + 1 }, (_, index) => [slot, from + index] as const);

export const VIRTUAL_KINDS: VirtualKind[] = [
  { bus: 0, nvidia: false, ...same(model("8086:46d3", "030000", "Alder Lake-N")), places: steps(2, 1, 7) },
  {
    bus: 0x4d,
    nvidia: false,
    ...same(model("8086:56c0", "038000")),
    places: [...steps(0, 1, 7), ...steps(1, 0, 1)],
  },
  {
    bus: 0xc1,
    nvidia: true,
    ...same(model("10de:26b9", "030200", "AD102GL [L40S]")),
    places: [...steps(0, 4, 7), ...steps(1, 0, 3)],
  },
  {
    bus: 0x84,
    nvidia: false,
    physical: model("1002:6929", "030000", "Tonga XT GL [FirePro S7150]"),
    virtual: model("1002:692f", "030000", "Tonga XTV GL [FirePro S7150V]"),
    places: steps(2, 0, 3),
  },
  {
    bus: 0x85,
    nvidia: false,
    physical: model("1002:74a1", "120000", "Aqua Vanjaram [Instinct MI300X]"),
    virtual: model("1002:74b5", "120000", "Aqua Vanjaram [Instinct MI300X VF]"),
    places: steps(2, 0, 0),
  },
  {
    bus: 0x86,
    nvidia: false,
    physical: model("1002:73a1", "030000", "Navi 21 [Radeon Pro V620]"),
    virtual: model("1002:73ae", "030000", "Navi 21 [Radeon Pro V620 MxGPU]"),
    places: steps(2, 0, 1),
  },
  {
    bus: 0x61,
    nvidia: false,
    physical: model("15b3:1017", "020000", "MT27800 Family [ConnectX-5]"),
    virtual: model("15b3:1018", "020000", "MT27800 Family [ConnectX-5 Virtual Function]"),
    places: steps(0, 2, 5),
  },
];

function same(one: Model): Pick<VirtualKind, "physical" | "virtual"> {
  return { physical: one, virtual: one };
}

/** Ids that a configuration may ask for. */
export const KNOWN_IDS = [
  ...GPUS,
  ...ACCELERATORS,
  ...CONSOLES,
  ...Object.values(COMPANIONS).flat(),
  ...OF_PROCESSOR,
  ...APUS,
  ...OTHERS,
  ...VIRTUAL_KINDS.flatMap(({ physical, virtual }) => [physical, virtual]),
].map(({ vendor, device }) => `${vendor.slice(2)}:${device.slice(2)}`);
