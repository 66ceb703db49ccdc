/** What each complete example has to make of which hardware. */
import type { RunningGuest } from "../support/pve/belongings.ts";
import type { Json } from "../support/pve/json.ts";

export interface Cycle {
  /** Folder in examples/complete. */
  readonly example: string;
  /** File in test/fixtures/clusters; null for what `npm run pve` serves by itself. */
  readonly hardware: string | null;
  readonly variables?: Readonly<Record<string, Json>>;
  /** The machines that run, by name. */
  readonly guests: Readonly<Record<string, RunningGuest>>;
  /** The devices that they hold; a part of a card that is shared is none. */
  readonly devices: readonly string[];
}

/** A machine with its mappings, each with `,mdev=TYPE` behind it where it has a type. */
const guest = (node: string, ...mappings: readonly string[]): RunningGuest => ({
  node,
  hostpci: mappings.map((mapping) => `mapping=${mapping},pcie=1,rombar=1,x-vga=0`),
});

const TALOS = {
  hardware: null,
  guests: {
    "ctrl-00": guest("pve1"),
    "work-00": guest("pve1", "gpu-work-00-0", "gpu-work-00-1"),
    "work-01": guest("pve2", "gpu-work-01-0", "gpu-work-01-1"),
  },
  devices: ["pve1/0000:01:00.0", "pve1/0000:01:00.1", "pve2/0000:41:00.0", "pve2/0000:81:00.0"],
} as const;

/** The three cards of twin-1, with their sound. */
const THREE_TWINS = ["01", "02", "03"].flatMap((bus) => [
  `twin-1/0000:${bus}:00.0`,
  `twin-1/0000:${bus}:00.1`,
]);

export const cycles: readonly Cycle[] = [
  {
    example: "card-per-guest",
    hardware: null,
    guests: {
      "guest-gpu-pve1-00-02": guest("pve1", "gpu-pve1-00-02"),
      "guest-gpu-pve1-01-00": guest("pve1", "gpu-pve1-01-00"),
      "guest-gpu-pve1-02-00": guest("pve1", "gpu-pve1-02-00"),
      "guest-gpu-pve1-05-00": guest("pve1", "gpu-pve1-05-00"),
      "guest-gpu-pve2-41-00": guest("pve2", "gpu-pve2-41-00"),
      "guest-gpu-pve2-81-00": guest("pve2", "gpu-pve2-81-00"),
      "guest-gpu-pve2-a1-00": guest("pve2", "gpu-pve2-a1-00"),
      "guest-gpu-pve2-a2-00": guest("pve2", "gpu-pve2-a2-00"),
      "guest-gpu-pve2-a4-00": guest("pve2", "gpu-pve2-a4-00"),
    },
    devices: [
      "pve1/0000:00:02.0",
      // A card with its sound.
      "pve1/0000:01:00.0",
      "pve1/0000:01:00.1",
      // Four functions by their slot.
      "pve1/0000:02:00.0",
      "pve1/0000:02:00.1",
      "pve1/0000:02:00.2",
      "pve1/0000:02:00.3",
      "pve1/0000:05:00.0",
      "pve1/0000:05:00.1",
      "pve2/0000:41:00.0",
      "pve2/0000:81:00.0",
      "pve2/0000:a1:00.0",
      "pve2/0000:a2:00.0",
      "pve2/0000:a4:00.0",
    ],
  },
  {
    example: "card-per-guest",
    hardware: "long-domains",
    guests: {
      "guest-gpu-vmd-e1-00": guest("vmd", "gpu-vmd-e1-00"),
      "guest-gpu-vmd-10000-e1-00": guest("vmd", "gpu-vmd-10000-e1-00"),
      "guest-gpu-vmd-10001-01-00": guest("vmd", "gpu-vmd-10001-01-00"),
      "guest-gpu-vmd-abcd-e1-00": guest("vmd", "gpu-vmd-abcd-e1-00"),
    },
    devices: [
      "vmd/0000:e1:00.0",
      "vmd/0000:e1:00.1",
      "vmd/10000:e1:00.0",
      "vmd/10000:e1:00.1",
      "vmd/10001:01:00.0",
      "vmd/10001:01:00.1",
      "vmd/abcd:e1:00.0",
      "vmd/abcd:e1:00.1",
    ],
  },
  {
    example: "card-per-guest",
    // The card at 0b shares its group with a function of the processor's, and goes to nobody.
    hardware: "display-not-first",
    guests: {
      "guest-gpu-pve1-0c-00-3": guest("pve1", "gpu-pve1-0c-00-3"),
    },
    devices: ["pve1/0000:0c:00.3"],
  },
  {
    example: "identical-cards",
    hardware: null,
    guests: {
      "guest-gpu-pve2-10de-20f1-0": guest("pve2", "gpu-pve2-10de-20f1-0"),
      "guest-gpu-pve2-10de-20f1-1": guest("pve2", "gpu-pve2-10de-20f1-1"),
    },
    devices: ["pve2/0000:41:00.0", "pve2/0000:81:00.0"],
  },
  {
    example: "identical-cards",
    hardware: "identical-cards",
    guests: {
      "guest-gpu-twin-1-10de-2204-0": guest("twin-1", "gpu-twin-1-10de-2204-0"),
      "guest-gpu-twin-1-10de-2204-1": guest("twin-1", "gpu-twin-1-10de-2204-1"),
      "guest-gpu-twin-1-10de-2204-2": guest("twin-1", "gpu-twin-1-10de-2204-2"),
    },
    devices: [
      "twin-1/0000:01:00.0",
      "twin-1/0000:01:00.1",
      "twin-1/0000:02:00.0",
      "twin-1/0000:02:00.1",
      "twin-1/0000:03:00.0",
      "twin-1/0000:03:00.1",
    ],
  },
  {
    // The second card shares its group with a disk and the network, which nobody has said may go.
    example: "whole-group",
    hardware: "consumer-no-acs",
    guests: {
      "desktop-group-1": guest("desktop", "gpu-desktop-01-00"),
      "desktop-group-2": guest("desktop", "gpu-desktop-00-02"),
    },
    devices: ["desktop/0000:00:02.0", "desktop/0000:01:00.0", "desktop/0000:01:00.1"],
  },
  {
    example: "whole-group",
    hardware: "consumer-no-acs",
    variables: { spare: ["desktop/0000:02:00.0", "desktop/0000:03:00.0"] },
    guests: {
      "desktop-group-1": guest("desktop", "gpu-desktop-01-00"),
      "desktop-group-2": guest("desktop", "gpu-desktop-00-02"),
      "desktop-group-4": guest("desktop", "gpu-desktop-04-00", "peer-desktop-02-00", "peer-desktop-03-00"),
    },
    devices: [
      "desktop/0000:00:02.0",
      "desktop/0000:01:00.0",
      "desktop/0000:01:00.1",
      "desktop/0000:02:00.0",
      "desktop/0000:03:00.0",
      "desktop/0000:04:00.0",
      "desktop/0000:04:00.1",
    ],
  },
  {
    // The two GPUs of one board are in one group: they go together, and need nobody's leave.
    example: "whole-group",
    hardware: "dual-gpu-cards",
    guests: {
      "dual-group-27": guest("dual", "gpu-dual-06-00"),
      "dual-group-28": guest("dual", "gpu-dual-07-00"),
      "dual-group-30": guest("dual", "gpu-dual-0a-00"),
      "dual-group-40": guest("dual", "gpu-dual-86-00", "gpu-dual-87-00"),
    },
    devices: [
      "dual/0000:06:00.0",
      "dual/0000:07:00.0",
      "dual/0000:0a:00.0",
      "dual/0000:0a:00.1",
      "dual/0000:86:00.0",
      "dual/0000:87:00.0",
    ],
  },
  {
    example: "virtual-functions",
    // Of the recorded card's virtual functions one has types; NVIDIA's belong to one guest each.
    hardware: null,
    variables: { guests: { vgpu: { node: "pve2", mapping: "gpu-10de-26b9-vf-mdev" } } },
    guests: { vgpu: guest("pve2", "gpu-10de-26b9-vf-mdev,mdev=nvidia-1155") },
    devices: ["pve2/0000:c1:00.4"],
  },
  ...(["sriov-9.2", "sriov-8.4"] as const).map((hardware) => ({
    example: "virtual-functions",
    hardware,
    guests: Object.fromEntries(
      [0, 1].flatMap((number) => [
        [
          `gpu-10de-26b9-vf-mdev-pve-sriov-${number}`,
          guest("pve-sriov", "gpu-10de-26b9-vf-mdev,mdev=nvidia-1155"),
        ],
        [`gpu-8086-56c0-vf-pve-sriov-${number}`, guest("pve-sriov", "gpu-8086-56c0-vf")],
      ]),
    ),
    devices: [
      "pve-sriov/0000:a4:00.1",
      "pve-sriov/0000:a4:00.2",
      "pve-sriov/0000:c1:00.4",
      "pve-sriov/0000:c1:00.5",
    ],
  })),
  {
    example: "vgpu",
    hardware: null,
    variables: {
      guests: {
        office: { node: "pve1", mapping: "gpu-8086-3e92-mdev" },
        lab: { node: "pve1", mapping: "gpu-8086-3e92-mdev" },
        render: { node: "pve2", mapping: "gpu-10de-26b9-vf-mdev" },
      },
      mdev_types: { "gpu-10de-26b9-vf-mdev": "nvidia-1155" },
    },
    // Of the first type that the graphics offer there is one left, and two guests want it.
    guests: {
      office: guest("pve1", "gpu-8086-3e92-mdev,mdev=i915-GVTg_V5_8"),
      lab: guest("pve1", "gpu-8086-3e92-mdev,mdev=i915-GVTg_V5_8"),
      render: guest("pve2", "gpu-10de-26b9-vf-mdev,mdev=nvidia-1155"),
    },
    devices: ["pve2/0000:c1:00.4"],
  },
  {
    example: "vgpu",
    hardware: "nvidia-vgpu-9.2",
    guests: {
      "gpu-10de-1eb8-mdev-plain-0": guest("plain", "gpu-10de-1eb8-mdev,mdev=nvidia-222"),
      "gpu-10de-1eb8-mdev-plain-1": guest("plain", "gpu-10de-1eb8-mdev,mdev=nvidia-222"),
      "gpu-10de-26b9-vf-mdev-vgpu-0": guest("vgpu", "gpu-10de-26b9-vf-mdev,mdev=nvidia-1148"),
      "gpu-10de-26b9-vf-mdev-vgpu-1": guest("vgpu", "gpu-10de-26b9-vf-mdev,mdev=nvidia-1148"),
    },
    devices: ["vgpu/0000:c1:00.4", "vgpu/0000:c1:00.5"],
  },
  {
    example: "vgpu",
    hardware: "mediated-devices",
    guests: {
      "gpu-8086-3e92-mdev-mdev-host-0": guest("mdev-host", "gpu-8086-3e92-mdev,mdev=i915-GVTg_V5_8"),
      "gpu-8086-3e92-mdev-mdev-host-1": guest("mdev-host", "gpu-8086-3e92-mdev,mdev=i915-GVTg_V5_8"),
      "gpu-10de-1e30-129e-mdev-mdev-host-0": guest("mdev-host", "gpu-10de-1e30-129e-mdev,mdev=nvidia-256"),
      "gpu-10de-1e30-129e-mdev-mdev-host-1": guest("mdev-host", "gpu-10de-1e30-129e-mdev,mdev=nvidia-256"),
      "gpu-10de-2236-vf-mdev-mdev-host-0": guest("mdev-host", "gpu-10de-2236-vf-mdev,mdev=nvidia-556"),
      "gpu-10de-2236-vf-mdev-mdev-host-1": guest("mdev-host", "gpu-10de-2236-vf-mdev,mdev=nvidia-556"),
    },
    devices: ["mdev-host/0000:41:00.4", "mdev-host/0000:41:00.5"],
  },
  {
    example: "pool-with-failover",
    hardware: "identical-cards",
    guests: {
      "gpu-10de-2204-twin-1": guest("twin-1", "gpu-10de-2204"),
      "gpu-10de-2204-twin-2": guest("twin-2", "gpu-10de-2204"),
    },
    devices: ["twin-1/0000:01:00.0", "twin-1/0000:01:00.1", "twin-2/0000:01:00.0", "twin-2/0000:01:00.1"],
  },
  {
    example: "homelab-host",
    hardware: "consumer-no-acs",
    guests: {
      desktop: { node: "desktop", hostpci: ["mapping=gpu-desktop,pcie=1,rombar=1,x-vga=1"] },
      media: guest("desktop", "gpu-media"),
    },
    devices: ["desktop/0000:00:02.0", "desktop/0000:01:00.0", "desktop/0000:01:00.1"],
  },
  {
    // On one board the sound shares its group with USB, which the host keeps; on another all is in one group.
    example: "apu",
    hardware: "apu-slots",
    guests: {
      "guest-cezanne": guest("cezanne", "gpu-cezanne-0c-00", "sound-cezanne-0c-00-1"),
      "guest-phoenix": guest("phoenix", "gpu-phoenix-c6-00", "sound-phoenix-c6-00-1"),
      "guest-raven": guest("raven", "gpu-raven-38-00"),
    },
    devices: [
      "cezanne/0000:0c:00.0",
      "cezanne/0000:0c:00.1",
      "phoenix/0000:c6:00.0",
      "phoenix/0000:c6:00.1",
      "raven/0000:38:00.0",
    ],
  },
  ...(["igpu-vfs-9.2", "igpu-vfs-8.4"] as const).map((hardware) => ({
    example: "intel-igpu-vfs",
    hardware,
    guests: {
      "igpu-n100-0": guest("n100", "gpu-8086-46d3-vf"),
      "igpu-n100-1": guest("n100", "gpu-8086-46d3-vf"),
    },
    devices: ["n100/0000:00:02.1", "n100/0000:00:02.2"],
  })),
  {
    example: "gpu-workers-by-count",
    hardware: "identical-cards",
    guests: {
      "worker-1": guest("twin-1", "gpu-twin-1-01-00"),
      "worker-2": guest("twin-1", "gpu-twin-1-02-00"),
      "worker-3": guest("twin-1", "gpu-twin-1-03-00"),
    },
    devices: THREE_TWINS,
  },
  {
    example: "talos-gpu-workers",
    hardware: "identical-cards",
    guests: {
      "talos-gpu-1": guest("twin-1", "gpu-twin-1-01-00"),
      "talos-gpu-2": guest("twin-1", "gpu-twin-1-02-00"),
      "talos-gpu-3": guest("twin-1", "gpu-twin-1-03-00"),
    },
    devices: THREE_TWINS,
  },
  { example: "talos-gpu-nodes", ...TALOS },
  { example: "talos-gpu-nodes-by-hand", ...TALOS },
];
