/** What is told of hardware that people have: one cluster a kind, recorded or made after public listings. */
import { describe, expect, it } from "vitest";
import { configuredFor, type Plain, type Reading } from "../support/provider/reading.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { startPve } from "../support/pve/stand-in.ts";

interface Unit {
  readonly kind: string;
  readonly node: string;
  readonly path: string;
  readonly functions: readonly string[];
  readonly isolated: boolean | null;
  readonly group_peers: readonly string[];
  readonly mapping_name: string;
}
type Pools = { readonly [name: string]: { readonly map: readonly { readonly path: string }[] } };

async function readCluster(name: string, arguments_: { readonly [name: string]: Plain }): Promise<Reading> {
  const source = readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url));
  const stand = await startPve({ source });
  const reading = await (await configuredFor(stand)).read(arguments_);
  await stand.close();
  return reading;
}

const GPUS = { classes: ["gpu", "accelerator"] };
const unitsOf = ({ state }: Reading) => (state?.["gpus"] ?? []) as unknown as readonly Unit[];
const short = (path: string) => path.slice("0000:".length);

/** `pve1 card 01:00` for every unit. */
const units = (reading: Reading) =>
  unitsOf(reading).map(({ node, kind, path }) => `${node} ${kind} ${short(path)}`);
const pools = ({ state }: Reading) =>
  Object.fromEntries(
    Object.entries((state?.["pools"] ?? {}) as unknown as Pools).map(([name, { map }]) => [
      name,
      map.map(({ path }) => short(path)).join(" "),
    ]),
  );
const said = ({ told }: Reading, summary: string) =>
  told.find((one) => one.summary === summary)?.detail ?? null;
const numbered = (before: string, numbers: readonly number[]) =>
  numbers.map((number) => `${before}${number}`);

const UNTOLD = "Virtual Functions Are Not Reported";
const untold = (nodes: string) =>
  `Proxmox VE reports which device is a virtual function from version 9.1.12 on. On ${nodes} a display controller or ` +
  "accelerator is taken for one by its place, its id or its name, and any other device by its name alone; " +
  "physical_function stays null and virtual_functions empty.";

describe("virtual functions", () => {
  it.each([["igpu-vfs-8.4"], ["igpu-vfs-9.2"]])("of an integrated GPU: %s", async (cluster) => {
    const reading = await readCluster(cluster, GPUS);
    const vfs = numbered("00:02.", [1, 2, 3, 4, 5, 6, 7]);
    expect(units(reading)).toEqual(["n100 pf 00:02.0", ...vfs.map((path) => `n100 vf ${path}`)]);
    expect(pools(reading)).toEqual({ "gpu-8086-46d3-vf": vfs.join(" ") });
    expect(said(reading, UNTOLD)).toBe(cluster === "igpu-vfs-8.4" ? untold("n100") : null);
    expect(said(reading, "Card Has Live Virtual Functions")).toBe(
      "Starting a guest on one of these cards would destroy its virtual functions:\n  - n100 0000:00:02.0 (Intel " +
        "Corporation Alder Lake-N [Intel Graphics])\nThey are left out of pools. Pass the virtual functions through " +
        'instead, and make no mapping of these: in for_each, leave out the elements of mappings whose kind is "pf".',
    );
  });

  it.each([["amd-vfs-8.4"], ["amd-vfs-9.2"]])(
    "of AMD's cards, with ids of their own: %s",
    async (cluster) => {
      const reading = await readCluster(cluster, GPUS);
      expect(units(reading)).toEqual([
        "instinct-1 pf 85:00.0",
        "instinct-1 vf 85:02.0",
        "instinct-1 pf a5:00.0",
        "instinct-1 vf a5:02.0",
        "instinct-2 pf 43:00.0",
        "instinct-2 vf 43:02.0",
        "instinct-2 card c3:00.0",
        "mxgpu pf 84:00.0",
        ...numbered("mxgpu vf 84:02.", [0, 1, 2, 3, 4, 5, 6, 7]),
        "mxgpu pf 87:00.0",
        ...numbered("mxgpu vf 87:02.", [0, 1]),
      ]);
      expect(pools(reading)).toEqual({
        "gpu-1002-686c-0c00-vf": "87:02.0 87:02.1",
        "gpu-1002-692f-vf": numbered("84:02.", [0, 1, 2, 3, 4, 5, 6, 7]).join(" "),
        "gpu-1002-740f": "c3:00.0",
        "gpu-1002-7410-vf": "43:02.0",
        "gpu-1002-74b5-vf": "85:02.0 a5:02.0",
      });
      expect(said(reading, UNTOLD)).toBe(
        cluster === "amd-vfs-8.4" ? untold("instinct-1, instinct-2 and mxgpu") : null,
      );
    },
  );

  it.each([
    ["nvidia-vgpu-8.2", ""],
    ["nvidia-vgpu-8.4", "-mdev"],
    ["nvidia-vgpu-9.2", "-mdev"],
  ])("of NVIDIA's cards, that make vGPUs or do not: %s", async (cluster, mdev) => {
    const reading = await readCluster(cluster, GPUS);
    const plain = numbered("21:00.", [4, 5, 6, 7]);
    const vgpu = [...numbered("c1:00.", [4, 5, 6, 7]), ...numbered("c1:01.", [0, 1, 2, 3])];
    expect(units(reading)).toEqual([
      "plain pf 21:00.0",
      ...plain.map((path) => `plain vf ${path}`),
      "plain card 3b:00.0",
      "vgpu pf c1:00.0",
      ...vgpu.map((path) => `vgpu vf ${path}`),
      "vgpu card e1:00.0",
    ]);
    expect(pools(reading)).toEqual({
      "gpu-10de-1eb8-mdev": "3b:00.0",
      "gpu-10de-2231-vf": plain.join(" "),
      "gpu-10de-26b9": "e1:00.0",
      [`gpu-10de-26b9-vf${mdev}`]: vgpu.join(" "),
    });
    // The sound of a card whose virtual functions lie in its slot stays behind.
    expect(said(reading, "Functions Are Left Behind")).toContain(
      "is mapped as 0000:21:00.0, without 0000:21:00.1",
    );
  });

  it.each<[string, { readonly [name: string]: Plain }, string | null]>([
    ["selected ones", GPUS, "newer and old"],
    ["a card of theirs alone", { paths: ["newer/03:00.0"] }, "newer"],
    ["something else", { classes: ["gpu"], vendor_ids: ["1002"] }, null],
    ["nothing, on a filter for them", { vendor_ids: ["1002"], virtual_functions: false }, "newer and old"],
    ["nothing, on a filter for cards at one address", { physical_function: "41:00.0" }, "newer and old"],
    ["those of one card that are told", { physical_function: "newest/03:00.0" }, null],
    ["those of one card that are not", { physical_function: "old/03:00.0" }, "old"],
  ])(
    "of a cluster in mid-upgrade are told of the members that cannot tell: %s",
    async (_what, arguments_, nodes) => {
      const reading = await readCluster("mid-upgrade", arguments_);
      expect(said(reading, UNTOLD)).toBe(nodes === null ? null : untold(nodes));
    },
  );

  it("of every class are told by their names for the filters", async () => {
    const all = await readCluster("sriov-8.4", { classes: ["network"] });
    const virtual = await readCluster("sriov-8.4", { classes: ["network"], virtual_functions: true });
    const pathsOf = ({ state }: Reading) =>
      ((state?.["devices"] ?? []) as unknown as { path: string; name: string }[]).filter(({ name }) =>
        name.includes("Virtual Function"),
      );
    expect(pathsOf(virtual)).toEqual(pathsOf(all));
    expect(virtual.state?.["devices"]).toHaveLength(pathsOf(all).length);
    expect(pathsOf(all).length).toBeGreaterThan(0);
  });
});

describe("companions", () => {
  it("of an APU's GPU are not the host's own devices in its slot", async () => {
    const reading = await readCluster("apu-slots", GPUS);
    expect(
      unitsOf(reading).map(({ path, functions, isolated, group_peers }) => ({
        path,
        functions,
        isolated,
        group_peers,
      })),
    ).toEqual(
      [
        { bus: "0c", peers: [] },
        { bus: "04", peers: [2, 3, 4, 6] },
        { bus: "c6", peers: [] },
        { bus: "38", peers: [] },
      ].map(({ bus, peers }) => ({
        path: `0000:${bus}:00.0`,
        functions: numbered(`0000:${bus}:00.`, [0, 1]),
        isolated: peers.length === 0,
        group_peers: numbered(`0000:${bus}:00.`, peers),
      })),
    );
    const table = (reading.state?.["by_node"] ?? {}) as { [node: string]: object };
    expect(Object.keys(table["phoenix"] ?? {})).toEqual(["0000:c6:00.0", "0000:c6:00.1"]);
    expect(said(reading, "Functions Are Left Behind")).toBe(
      "A card is mapped as a whole only when its function .0 is the display or accelerator, none of its functions offers " +
        "mediated devices, and nothing but its own functions lies in its slot:" +
        [
          ["cezanne 0000:0c:00", "Cezanne [Radeon Vega Series / Radeon Vega Mobile Series]"],
          ["optiplex 0000:04:00", "Raven Ridge [Radeon Vega Series / Radeon Vega Mobile Series]"],
          ["phoenix 0000:c6:00", "Phoenix3"],
          ["raven 0000:38:00", "Raven Ridge [Radeon Vega Series / Radeon Vega Mobile Series]"],
        ]
          .map(([at = "", name]) => {
            const slot = at.split(" ")[1];
            return `\n  - ${at}.0 (Advanced Micro Devices, Inc. [AMD/ATI] ${name}) is mapped as ${slot}.0, without ${slot}.1`;
          })
          .join(""),
    );
  });

  it("of a card with USB-C go with it, and only bridges stand aside in its group", async () => {
    const reading = await readCluster("usb-c-cards", GPUS);
    expect(
      unitsOf(reading)
        .filter(({ functions }) => functions.length === 4)
        .map(({ path }) => path.length),
    ).toEqual([10, 10]);
    expect(
      unitsOf(reading).find(({ node, isolated }) => node === "isa-bridge" && isolated === false),
    ).toMatchObject({
      path: "0000:01:00",
      group_peers: ["0000:00:1f.0", "0000:00:1f.3", "0000:00:1f.4", "0000:00:1f.5"],
    });
  });

  it("are no accelerators of an accelerator: an Alveo's two functions are two units", async () => {
    const reading = await readCluster("alveo", { classes: ["accelerator"] });
    expect(
      unitsOf(reading).map(({ mapping_name, path, isolated }) => [mapping_name, path, isolated]),
    ).toEqual([
      ["gpu-shell-u200-01-00", "0000:01:00.0", false],
      ["gpu-shell-u200-01-00-1", "0000:01:00.1", false],
      ["gpu-shell-u250-3b-00", "0000:3b:00.0", false],
      ["gpu-shell-u250-3b-00-1", "0000:3b:00.1", false],
      ["gpu-shell-u250-af-00", "0000:af:00.0", true],
      ["gpu-shell-u250-af-00-1", "0000:af:00.1", true],
    ]);
    const table = (reading.state?.["by_node"] ?? {}) as { [node: string]: object };
    expect(Object.keys(table["shell-u200"] ?? {})).toEqual(["0000:01:00.0", "0000:01:00.1"]);
  });
});

describe("consoles of servers", () => {
  it("make no unit and are no GPUs, but displays", async () => {
    const reading = await readCluster("server-consoles", GPUS);
    expect(units(reading)).toEqual([
      "dgx-station card 07:00.0",
      "dgx-station card 0e:00",
      "poweredge card 82:00",
      "poweredge-old card 04:00",
      "proliant card 0a:00.0",
    ]);
    const displays = await readCluster("server-consoles", { classes: ["display"] });
    const consoles = (
      (displays.state?.["devices"] ?? []) as unknown as { id: string; gpu: boolean }[]
    ).filter(({ gpu }) => !gpu);
    expect(new Set(consoles.map(({ id }) => id))).toEqual(
      new Set(["1002:515e", "1002:5159", "1002:4752", "102b:0534", "10de:1fb0"]),
    );
    expect(units(displays)).toEqual(units(reading));
  });
});

describe("pools", () => {
  it("tell models apart that share an id, by a list that no pci.ids changes", async () => {
    const reading = await readCluster("shared-ids", GPUS);
    expect(pools(reading)).toEqual({
      "gpu-1002-15dd": "44:00.0",
      "gpu-1002-744c-0e3b": "03:00.0",
      "gpu-1002-744c-7905": "03:00.0",
      "gpu-10de-1e30-129e": "73:00.0",
      "gpu-10de-1e30-12ba": "d5:00.0",
      "gpu-10de-25b6": "43:00.0",
      "gpu-10de-25b6-14a9": "42:00.0",
      "gpu-10de-25b6-157e": "41:00.0",
    });
  });
});

describe("names", () => {
  it("are the cluster's: a member with an old pci.ids loses no card", async () => {
    const reading = await readCluster("mid-upgrade", { name_regex: "Flex 170", virtual_functions: false });
    const devices = (reading.state?.["devices"] ?? []) as unknown as { node: string; name: string }[];
    expect(devices.map(({ node, name }) => [node, name])).toEqual(
      ["newer", "newest", "old"].map((node) => [node, "Intel Corporation ATS-M [Data Center GPU Flex 170]"]),
    );
    const alone = await readCluster("mid-upgrade", { name_regex: "Flex 170", nodes: ["old"] });
    expect(alone.state?.["devices"]).toEqual([]);
  });
});
