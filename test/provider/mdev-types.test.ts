import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CtyUnknown } from "../../src/cty/unknown.ts";
import { Diagnostics } from "../../src/framework/diagnostics.ts";
import { mdevTypes } from "../../src/provider/data-sources.ts";
import { type ConfiguredProvider, configuredFor, type Plain } from "../support/provider/reading.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import type { Json } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const DATA_SOURCE = "gpuhost_mdev_types";

interface Arguments {
  readonly node: string;
  readonly path?: string;
  readonly mapping?: string;
}

const GVT_G = [
  {
    type: "i915-GVTg_V5_4",
    name: "GVTg_V5_4",
    description: "low_gm_size: 128MB\nhigh_gm_size: 512MB\nfence: 4\nresolution: 1920x1200\nweight: 4\n",
    available: 1,
  },
  {
    type: "i915-GVTg_V5_8",
    name: null,
    description: "low_gm_size: 64MB\nhigh_gm_size: 384MB\nfence: 4\nresolution: 1024x768\nweight: 2\n",
    available: 2,
  },
];

let pve9: PveStandIn;
let pve7: PveStandIn;
beforeAll(async () => {
  [pve9, pve7] = await Promise.all([startPve(), startPve({ source: "pve7" })]);
});
afterAll(async () => {
  await Promise.all([pve9.close(), pve7.close()]);
});

/** A stand-in of the recorded cluster in another release. */
async function startRelease(version: string): Promise<PveStandIn> {
  const stand = await startPve();
  stand.cluster.version = { ...stand.cluster.version, version };
  return stand;
}

async function read(pve: PveStandIn, arguments_: Arguments, token = pve.tokens.discovery) {
  const { state, told } = await (await configuredFor(pve, token)).read({ ...arguments_ }, DATA_SOURCE);
  return { types: state?.["types"] ?? null, told };
}

describe("the types of a device", () => {
  it.each([
    ["pve9", "0000:00:02.0"],
    ["pve9", "00:02.0"],
    ["pve7", "0000:00:02.0"],
  ])("are those of %s at %s, ordered by type", async (name, path) => {
    const pve = name === "pve9" ? pve9 : pve7;
    expect(await read(pve, { node: "pve1", path })).toEqual({ types: GVT_G, told: [] });
  });

  it("are those of a virtual function, which NVIDIA's newer driver makes vGPUs on", async () => {
    const { types, told } = await read(pve9, { node: "pve2", path: "C1:00.4" });
    expect(types).toEqual([
      {
        type: "nvidia-1145",
        name: "NVIDIA L40S-1B",
        description: "Num Heads: 4, Framebuffer: 1024M",
        available: 1,
      },
      {
        type: "nvidia-1155",
        name: "NVIDIA L40S-8Q",
        description: "Num Heads: 4, Framebuffer: 8192M",
        available: 1,
      },
    ]);
    expect(told).toEqual([]);
  });

  it("take one request when there are any, and the node's devices only when there are none", async () => {
    const stand = await startPve();
    await read(stand, { node: "pve1", path: "00:02.0" });
    const asked = stand.requests.lines.filter((line) => line.includes("/nodes/"));
    await stand.close();
    expect(asked).toEqual(["GET /nodes/pve1/hardware/pci/0000:00:02.0/mdev"]);
  });

  it("are none for a device that offers none, with a warning that says which do", async () => {
    expect(await read(pve9, { node: "pve2", path: "c1:00.0" })).toEqual({
      types: [],
      told: [
        {
          severity: "warning",
          summary: "No Mediated Devices",
          detail:
            "types is empty, since no mediated devices are offered by:\n  - pve2 0000:c1:00.0 [10de:26b9] class 030200 NVIDIA Corporation Device 26b9\n" +
            "On pve2 they are offered by:\n  - pve2 0000:c1:00.4 [10de:26b9] class 030200 NVIDIA Corporation Device 26b9\n" +
            "  - pve2 0000:c1:00.5 [10de:26b9] class 030200 NVIDIA Corporation Device 26b9",
          attribute: "path",
        },
      ],
    });
  });

  it("are none on a node without any, with a warning about the driver", async () => {
    const { types, told } = await read(pve9, { node: "pve3", path: "03:00.0" });
    expect(types).toEqual([]);
    expect(told.map(({ severity, detail }) => [severity, detail.split("\n").at(-1)])).toEqual([
      ["warning", "No device of pve3 offers any: their driver has to be loaded on the host."],
    ]);
  });

  it("are none without a warning where a device has made all that it can", async () => {
    expect(await read(pve9, { node: "pve2", path: "c1:00.5" })).toEqual({ types: [], told: [] });
  });
});

describe("an address that Proxmox has nothing to say of", () => {
  it("is an error where nothing is there, with what is near", async () => {
    expect(await read(pve9, { node: "pve3", path: "03:00.7" })).toEqual({
      types: null,
      told: [
        {
          severity: "error",
          summary: "PCI Device Not Found",
          detail: expect.stringMatching(
            /^There is no PCI device at "03:00\.7"\. 6 devices were read, of pve3\.\nWhat comes nearest:\n {2}- pve3 0000:03:00\.0 /,
          ),
          attribute: "path",
        },
      ],
    });
  });

  it("is an error of its own where the domain has more digits than Proxmox takes", async () => {
    expect(await read(pve9, { node: "pve2", path: "10000:e1:00.0" })).toEqual({
      types: null,
      told: [
        {
          severity: "error",
          summary: "Domain Too Long for Proxmox",
          detail:
            "Proxmox VE does not tell the mediated device types of 10000:e1:00.0 on pve2: in this question it takes domains of four digits only. " +
            "From Proxmox VE 8.3 on it tells them by the name of a PCI mapping: map the device, and set mapping in place of path.",
          attribute: "path",
        },
      ],
    });
    const nowhere = await read(pve9, { node: "pve2", path: "10000:e1:00.1" });
    expect(nowhere.told.map(({ summary }) => summary)).toEqual(["PCI Device Not Found"]);
  });
});

describe("the types of a mapping", () => {
  it("are those of its device", async () => {
    expect(await read(pve9, { node: "pve1", mapping: "igd-mdev" })).toEqual({ types: GVT_G, told: [] });
  });

  it.each(["8.0.3", "8.2.2", "9.2.11"])(
    "are those of all its devices on the node, what is left added up, on %s",
    async (version) => {
      const stand = await startRelease(version);
      const map = [
        "id=10de:2204,node=pve1,path=0000:01:00.0;0000:01:00.1",
        "id=8086:3e92,node=pve1,path=0000:00:02.0",
        "id=10de:26b9,node=pve2,path=0000:c1:00.4",
        "id=8086:3e92,node=pve1,path=0000:00:14.0",
        "id=8086:3e92,node=pve1,path=0000:00:02.0",
      ];
      stand.cluster.mappings.set("mixed", { map, mdev: 1 });
      stand.cluster.nodes.get("pve1")?.mediatedTypes.set("0000:00:14.0", [
        { type: "i915-GVTg_V5_8", available: 7, description: "another" },
        { type: "a-third", available: 3, description: "" },
      ]);
      const answer = await read(stand, { node: "pve1", mapping: "mixed" });
      const asked = stand.requests.lines.filter((line) => line.includes("/mdev"));
      await stand.close();
      expect(answer).toEqual({
        types: [
          { type: "a-third", name: null, description: "", available: 3 },
          GVT_G[0],
          { ...GVT_G[1], available: 2 + 7 },
        ],
        told: [],
      });
      expect(asked).toEqual([
        "GET /nodes/pve1/hardware/pci/0000:00:02.0/mdev",
        "GET /nodes/pve1/hardware/pci/0000:00:14.0/mdev",
      ]);
    },
  );

  /** What releases say of a mapping with these lines, with more types for one device of the node pve2. */
  function readIn(
    versions: readonly string[],
    mapping: string,
    lines: string[],
    device: string,
    types: Json[],
  ) {
    return Promise.all(
      versions.map(async (version) => {
        const stand = await startRelease(version);
        stand.cluster.mappings.set(mapping, { map: lines, mdev: 1 });
        stand.cluster.nodes.get("pve2")?.mediatedTypes.set(device, types);
        const answer = await read(stand, { node: "pve2", mapping });
        await stand.close();
        return answer;
      }),
    );
  }

  it("add up the virtual functions of a card, each of which answers for the whole: an upper bound", async () => {
    const lines = ["id=10de:26b9,node=pve2,path=0000:c1:00.5", "id=10de:26b9,node=pve2,path=0000:c1:00.4"];
    const [answer] = await readIn(["9.2.11"], "vgpus", lines, "0000:c1:00.5", [
      { type: "nvidia-1145", available: 1, description: "Num Heads: 4, Framebuffer: 1024M" },
    ]);
    expect(answer?.types).toMatchObject([
      { type: "nvidia-1145", available: 2 },
      { type: "nvidia-1155", available: 1 },
    ]);
    expect(answer?.told).toEqual([]);
  });

  it("are in part those of a mapping with a domain of five digits and more devices, with a warning", async () => {
    const lines = ["id=8086:0b60,node=pve2,path=10000:e1:00.0", "id=10de:26b9,node=pve2,path=0000:c1:00.4"];
    const [answer] = await readIn(["8.3.0"], "far", lines, "10000:e1:00.0", [
      { type: "far", available: 1, description: "" },
    ]);
    expect(answer?.types).toMatchObject([{ type: "far" }, { type: "nvidia-1145" }, { type: "nvidia-1155" }]);
    expect(answer?.told).toEqual([
      {
        severity: "warning",
        summary: "Mapping Counted in Part",
        detail:
          'Of the mapping "far" Proxmox itself tells the types of the first device that offers them, and available is what that one has left. By address it does not tell those of 10000:e1:00.0, whose domain has more than four digits.',
        attribute: "mapping",
      },
    ]);
  });

  it("are told for a domain of five digits too, but only by Proxmox VE 8.3 and later", async () => {
    const lines = ["id=8086:0b60,node=pve2,path=10000:e1:00.0"];
    const [byName, byLines] = await readIn(["8.3.0", "8.2.2"], "far", lines, "10000:e1:00.0", [
      { type: "far", available: 1, description: "" },
    ]);
    expect(byName?.types).toMatchObject([{ type: "far" }]);
    expect(byLines?.told.map(({ summary, attribute }) => [summary, attribute])).toEqual([
      ["Domain Too Long for Proxmox", "mapping"],
    ]);
  });

  it("are none where its devices offer none, with a warning", async () => {
    const { types, told } = await read(pve9, { node: "pve1", mapping: "gpu-ok" });
    expect(types).toEqual([]);
    expect(
      told.map(({ severity, attribute, detail }) => [severity, attribute, detail.split("\n").slice(0, 2)]),
    ).toEqual([
      [
        "warning",
        "mapping",
        [
          "types is empty, since no mediated devices are offered by:",
          "  - pve1 0000:01:00.0 [10de:2204] class 030000 NVIDIA Corporation GA102 [GeForce RTX 3090]",
        ],
      ],
    ]);
  });

  it("are none where nothing is at its address, with a warning", async () => {
    const stand = await startPve();
    stand.cluster.mappings.set("moved", { map: ["id=8086:3e92,node=pve1,path=0000:00:03.0"], mdev: 1 });
    const answer = await read(stand, { node: "pve1", mapping: "moved" });
    await stand.close();
    expect(answer).toEqual({
      types: [],
      told: [
        {
          severity: "warning",
          summary: "No Mediated Devices",
          detail:
            "types is empty, since pve1 has nothing at 0000:00:03.0, where the mapping expects a device. The data source gpuhost_pci_mappings tells how its lines should read.",
          attribute: "mapping",
        },
      ],
    });
  });

  it.each<[string, Arguments, string, string, string]>([
    [
      "there is none of the name",
      { node: "pve1", mapping: "igd-mdevs" },
      "mapping",
      "PCI Mapping Not Found",
      'There is no mapping "igd-mdevs" (GET /api2/json/cluster/mapping/pci at ENDPOINT), or it is hidden because Mapping.Audit on /mapping/pci/igd-mdevs is missing. Is igd-mdev meant?',
    ],
    [
      "it has no line for the node",
      { node: "pve2", mapping: "igd-mdev" },
      "node",
      "PCI Mapping Has No Line for the Node",
      'The mapping "igd-mdev" has no line for pve2; it has lines for pve1.',
    ],
  ])("cannot be read where %s", async (_why, arguments_, attribute, summary, detail) => {
    expect(await read(pve9, arguments_)).toEqual({
      types: null,
      told: [{ severity: "error", summary, detail: detail.replace("ENDPOINT", pve9.endpoint), attribute }],
    });
  });

  it("can be read in part without the privilege to see the mapping, as Proxmox itself allows", async () => {
    const answer = await read(pve9, { node: "pve1", mapping: "igd-mdev" }, pve9.tokens.sysAudit);
    expect(answer).toEqual({
      types: GVT_G,
      told: [
        {
          severity: "warning",
          summary: "Mapping Counted in Part",
          detail:
            'Of the mapping "igd-mdev" Proxmox itself tells the types of the first device that offers them, and available is what that one has left. Its lines are hidden, since Mapping.Audit on /mapping/pci/igd-mdev is missing: grant it to the token and its user.',
          attribute: "mapping",
        },
      ],
    });
  });

  it("cannot be read on Proxmox VE 7, which has none", async () => {
    const { types, told } = await read(pve7, { node: "pve1", mapping: "igd-mdev" });
    expect(types).toBeNull();
    expect(told.map(({ summary, detail }) => [summary, detail])).toEqual([
      [
        "Proxmox VE Has No PCI Mappings",
        `PCI mappings exist from Proxmox VE 8 on, and this one is older: it answered "Method 'GET /cluster/mapping/pci' not implemented" ` +
          `(GET /api2/json/cluster/mapping/pci at ${pve7.endpoint}). Upgrade it, or do without mappings.`,
      ],
    ]);
  });
});

describe("a node", () => {
  it("that is no member is an error, with the names that are near", async () => {
    expect((await read(pve9, { node: "pve5", path: "00:02.0" })).told).toEqual([
      {
        severity: "error",
        summary: "Node Not Found",
        detail: `"pve5" is no node of this cluster (GET /api2/json/nodes at ${pve9.endpoint}). Its members are pve1, pve2, pve3 and pve4.`,
        attribute: "node",
      },
    ]);
  });

  it("that is offline is an error, and is not asked", async () => {
    const stand = await startPve();
    const { told } = await read(stand, { node: "pve4", mapping: "igd-mdev" });
    const asked = stand.requests.lines.filter((line) => line.includes("pve4"));
    await stand.close();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Node Cannot Be Read",
        detail: `The cluster reports pve4 as offline (GET /api2/json/nodes at ${stand.endpoint}), and nobody else knows what its devices offer. Bring it back, or leave this data source out until then.`,
        attribute: "node",
      },
    ]);
    expect(asked).toEqual([]);
  });

  it.each(["/mdev", "/hardware/pci"])("that does not answer %s is an error", async (path) => {
    const stand = await startPve();
    stand.faults.add(
      { kind: "status", status: 595, reason: "No route to host" },
      { path: new RegExp(`${path}$`) },
    );
    const { types, told } = await read(stand, { node: "pve1", path: "01:00.0" });
    await stand.close();
    expect(types).toBeNull();
    expect(told.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["error", "Unable to Read Mediated Device Types"],
    ]);
    expect(told[0]?.detail).toContain(
      'The endpoint answers, but the API of node "pve1" does not (595 No route to host).',
    );
  });

  it("that refuses to answer is an error that grants what is missing", async () => {
    const { told } = await read(pve9, { node: "pve1", path: "00:02.0" }, pve9.tokens.nothing);
    expect(told.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["error", "Unable to Read Mediated Device Types"],
    ]);
    expect(told[0]?.detail).toContain("pveum acl modify / ");
  });
});

describe("an argument that is wrong by itself", () => {
  let provider: ConfiguredProvider;
  beforeAll(async () => {
    provider = await configuredFor(pve9);
  });

  it.each<[{ readonly [name: string]: Plain }, string, string]>([
    [
      { node: "pve1" },
      "",
      "Nothing says whose types to read: set path to the address of a device, or mapping to the name of a PCI mapping.",
    ],
    [
      { node: "pve1", path: "00:02.0", mapping: "igd-mdev" },
      "mapping",
      "path and mapping exclude each other: set path to the address of a device, or mapping to the name of a PCI mapping.",
    ],
    [
      { node: "pve1", path: "00:02" },
      "path",
      '"00:02" is a slot: write the function too, such as "0000:00:02.0".',
    ],
    [
      { node: "pve1", path: "pve1/00:02.0" },
      "path",
      '"pve1/00:02.0" is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.',
    ],
    [
      { node: "pve1", mapping: "1gd" },
      "mapping",
      '"1gd" cannot be the name of a Proxmox mapping: names have two characters or more, a letter first, then letters, digits, "_" and "-".',
    ],
  ])("is refused at validation: %j", (arguments_, attribute, detail) => {
    const told = provider.validate(arguments_, DATA_SOURCE);
    expect(told.map((diagnostic) => [diagnostic.severity, diagnostic.attribute, diagnostic.detail])).toEqual([
      ["error", attribute, detail],
    ]);
  });
});

describe("an argument that is not known yet", () => {
  const UNKNOWN = new CtyUnknown();

  it.each([
    [{ node: "pve1", path: UNKNOWN, mapping: null }],
    [{ node: "pve1", path: null, mapping: UNKNOWN }],
    [{ node: UNKNOWN, path: UNKNOWN, mapping: "igd-mdev" }],
    [{ node: "pve1", path: "00:02.0", mapping: UNKNOWN }],
    [{ node: "pve1", path: UNKNOWN, mapping: UNKNOWN }],
  ])("may turn out right, so that nothing is wrong: %j", (configuration) => {
    const diagnostics = new Diagnostics();
    mdevTypes.validate?.(configuration, diagnostics);
    expect([...diagnostics]).toEqual([]);
  });
});

describe("a host with vGPUs", () => {
  it("tells the types of every device, as its driver has them", async () => {
    const file = new URL("../fixtures/clusters/mediated-devices.json", import.meta.url);
    const hardware = readHardwareFile(file);
    const offered = Object.entries(hardware.mdev?.["mdev-host"] ?? {});
    const stand = await startPve({ source: hardware });
    const told = await Promise.all(
      offered.map(async ([path]) => [path, (await read(stand, { node: "mdev-host", path })).types]),
    );
    await stand.close();
    const expected = offered.map(([path, types]) => [
      path,
      (types as readonly { readonly type: string }[])
        .map((type) => ({ name: null, ...type }))
        .toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    ]);
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual(expected);
  });
});
