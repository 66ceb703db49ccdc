import { describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configuredFor, type Told } from "../support/provider/reading.ts";
import { type Hardware, readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

interface NodeState {
  readonly status: string;
  readonly problems: readonly {
    readonly path: string;
    readonly property: string;
    readonly message: string;
  }[];
  readonly suggestion: readonly { readonly path: string }[] | null;
}
interface MappingState {
  readonly valid: boolean;
  readonly live_migration: boolean;
  readonly repaired: readonly object[] | null;
  readonly nodes: { readonly [node: string]: NodeState };
}
interface Answer {
  readonly mappings: { readonly [name: string]: MappingState };
  readonly told: readonly Told[];
}

/** What the data source says of a cluster, and what was asked of it. */
async function readOf(
  source: Hardware,
  arguments_: { readonly [name: string]: readonly string[] } = {},
  prepare: (pve: PveStandIn) => void = () => {},
): Promise<Answer & { readonly asked: readonly string[] }> {
  const pve = await startPve({ source });
  prepare(pve);
  const { state, told } = await (await configuredFor(pve)).read(arguments_, "gpuhost_pci_mappings");
  const asked = [...pve.requests.lines];
  await pve.close();
  return { mappings: (state?.["mappings"] ?? {}) as unknown as Answer["mappings"], told, asked };
}

const fixture = (name: string): Hardware =>
  readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url));

/** A cluster with mappings, given as lines. */
function clusterWith(
  pci: Parameters<typeof hardwareOf>[0],
  mappings: { readonly [id: string]: readonly string[] },
  version?: string,
): Hardware {
  const list = Object.entries(mappings).map(([id, map]) => ({ id, type: "pci", map: [...map] }));
  return { ...hardwareOf(pci, version), mappings: list };
}

const SUBSYSTEM = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };
const gpu = (id: string, group: number, more = {}) =>
  pciFunction(id, "10de:2204", "030000", group, "GA102 [GeForce RTX 3090]", { ...SUBSYSTEM, ...more });
const LINE = "id=10de:2204,subsystem-id=1462:3884,iommugroup=1,node=pve1";

const suggestions = ({ mappings }: Answer, node: string) =>
  Object.fromEntries(
    Object.entries(mappings).map(([name, { nodes }]) => [
      name,
      nodes[node]?.suggestion?.map(({ path }) => path) ?? null,
    ]),
  );
const messages = ({ mappings }: Answer, name: string, node = "pve1") =>
  mappings[name]?.nodes[node]?.problems.map(({ message }) => message);

describe("clusters that people reported", () => {
  it("have no suggestion for ports that moved by one, and none is given another's place", async () => {
    const answer = await readOf(fixture("ports-moved-by-one"));
    expect(new Set(Object.values(suggestions(answer, "fw")))).toEqual(new Set([null]));
    expect(messages(answer, "wan", "fw")?.[0]).toMatch(
      /^'id' does not match for 'wan' .*; nothing is suggested: only displays and accelerators are followed, since the like of this may be the host's own disk or uplink; with these ids there is 0000:06:00\.0; identical devices/,
    );
  });

  it("have null where three places come into question, not an empty list", async () => {
    const answer = await readOf(fixture("port-with-three-candidates"));
    expect(suggestions(answer, "fw")["wan"]).toBeNull();
  });

  it("have the new group where that alone changed, and no entry where no line is", async () => {
    const regrouped = await readOf(fixture("mapping-that-is-gone"));
    expect(regrouped.mappings["nvidia_3060"]?.nodes["pve3"]?.suggestion).toEqual([
      {
        comment: null,
        id: "10de:2503",
        iommu_group: 31,
        node: "pve3",
        path: "0000:bd:00.0",
        subsystem_id: "10de:1522",
      },
    ]);
    const { mappings } = await readOf(fixture("no-line-for-the-node"));
    expect(mappings["p40"]).toMatchObject({
      valid: true,
      nodes: { pve2: { status: "no_entry", problems: [], suggestion: null } },
    });
  });

  it("lose no group while the IOMMU is off", async () => {
    const answer = await readOf(fixture("iommu-off-after-upgrade"));
    expect(suggestions(answer, "pve3")).toEqual({ nvidia_3060: null, nvidia_4070_super: null });
    expect(answer.told.map(({ summary, detail }) => [summary, detail.includes("pve3")])).toEqual([
      ["IOMMU Is Off", true],
    ]);
    const silent = await readOf(fixture("iommu-off-after-upgrade"), { accept: ["iommu_off"] });
    expect([silent.told, silent.mappings]).toEqual([[], answer.mappings]);
  });
});

describe("a suggestion", () => {
  it("has all values of the device, and Proxmox's words say how it was found", async () => {
    const answer = await readOf(
      clusterWith(
        { pve1: [gpu("0000:02:00.0", 9)] },
        { gpu: [`${LINE},path=0000:01:00,description=left%20slot`] },
      ),
    );
    expect(answer.mappings["gpu"]?.nodes["pve1"]).toEqual({
      status: "invalid",
      problems: [
        {
          path: "0000:01:00",
          property: "path",
          configured: "0000:01:00",
          actual: null,
          message:
            "pci device '0000:01:00.0' not found; 0000:02:00.0 was matched by the order of addresses: what stands there " +
            "may also be a twin that the host itself uses, so compare serial numbers before you apply this; identical " +
            "devices whose lines still fit may have moved too, so apply all suggestions for pve1 together",
        },
      ],
      suggestion: [
        {
          comment: "left slot",
          id: "10de:2204",
          iommu_group: 9,
          node: "pve1",
          path: "0000:02:00",
          subsystem_id: "1462:3884",
        },
      ],
    });
  });

  it("is for what is written of the group alone, without any further word", async () => {
    const answer = await readOf(
      clusterWith({ pve1: [gpu("0000:01:00.0", 9)] }, { gpu: [`${LINE},path=0000:01:00.0`] }),
    );
    expect(messages(answer, "gpu")).toEqual(["'iommugroup' does not match for 'gpu' (9 != 1)"]);
    expect(suggestions(answer, "pve1")).toEqual({ gpu: ["0000:01:00.0"] });
  });

  it("is null with the line to write where another of its maker is at the address", async () => {
    const other = pciFunction(
      "0000:01:00.0",
      "10de:2684",
      "030000",
      3,
      "AD102 [GeForce RTX 4090]",
      SUBSYSTEM,
    );
    const answer = await readOf(
      clusterWith({ pve1: [other] }, { gpu: [`${LINE},path=0000:01:00,description=it's %22$%7B1%7D%22`] }),
    );
    expect(suggestions(answer, "pve1")).toEqual({ gpu: null });
    expect(messages(answer, "gpu")).toEqual([
      "'id' does not match for 'gpu' (10de:2684 != 10de:2204); nothing is suggested: at its address is now 0000:01:00.0 " +
        "[10de:2684] NVIDIA Corporation AD102 [GeForce RTX 4090], of the same vendor: a replacement, new firmware, a " +
        "slip of the pen, or a card of the host's that moved there. If it is the card that is meant, write { comment = " +
        '"it\'s \\"$${1}\\"", id = "10de:2684", iommu_group = 3, node = "pve1", path = "0000:01:00", subsystem_id = ' +
        '"1462:3884" }; identical devices whose lines still fit may have moved too, so apply all suggestions for pve1 ' +
        "together",
      "'iommugroup' does not match for 'gpu' (3 != 1)",
    ]);
  });

  it("is an empty list where nothing is left, and the message says what is there now", async () => {
    const answer = await readOf(
      clusterWith(
        { pve1: [pciFunction("0000:01:00.0", "144d:a80a", "010802", 3, "NVMe SSD")] },
        { gpu: [`${LINE},path=0000:01:00`] },
      ),
    );
    expect(suggestions(answer, "pve1")).toEqual({ gpu: [] });
    expect(answer.mappings["gpu"]?.repaired).toBeNull();
    expect(messages(answer, "gpu")?.[0]).toBe(
      "'id' does not match for 'gpu' (144d:a80a != 10de:2204); no device of the node has these ids any more, and the " +
        "suggestion leaves it out: at its address is now 0000:01:00.0 [144d:a80a] Some Vendor NVMe SSD",
    );
  });

  it("follows what other mappings hold, which were not asked for", async () => {
    const hosts = { pve1: [gpu("0000:02:00.0", 2), gpu("0000:03:00.0", 3)] };
    const mappings = {
      one: [`${LINE},path=0000:01:00`],
      two: [`${LINE},path=0000:02:00`.replace("=1,", "=2,")],
    };
    const answer = await readOf(clusterWith(hosts, mappings), { names: ["one"] });
    expect(suggestions(answer, "pve1")).toEqual({ one: null });
    expect(messages(answer, "one")?.[0]).toContain(
      "; nothing is suggested: identical devices may have moved together; with these ids there is 0000:03:00.0; ",
    );
  });

  it.each([
    ["true", 1, {}],
    ["false", 0, { mdev: 1 }],
  ])(
    "is null where only mediated devices differ, with the value to set: %s",
    async (value, flag, mapping) => {
      const source = clusterWith(
        { pve1: [gpu("0000:01:00.0", 1, { mdev: flag })] },
        { gpu: [`${LINE},path=0000:01:00.0`] },
      );
      const answer = await readOf({
        ...source,
        mappings: source.mappings?.map((one) => ({ ...one, ...mapping })) ?? [],
      });
      expect(suggestions(answer, "pve1")).toEqual({ gpu: null });
      expect(messages(answer, "gpu")).toEqual([
        `'mdev' does not match for 'gpu' (${flag} != ${1 - flag}); set mediated_devices to ${value}, if the devices are to stay in this mapping`,
      ]);
    },
  );

  it("has the value to set also where more than mediated devices differs", async () => {
    const source = clusterWith(
      { pve1: [gpu("0000:01:00.0", 2, { mdev: 1 })] },
      { gpu: [`${LINE},path=0000:01:00.0`] },
    );
    expect(messages(await readOf(source), "gpu")).toEqual([
      "'iommugroup' does not match for 'gpu' (2 != 1); set mediated_devices to true, if the devices are to stay in this mapping",
      "'mdev' does not match for 'gpu' (1 != 0)",
    ]);
  });

  it("is null for a device in no group whose line states one, and a warning says so", async () => {
    const answer = await readOf(
      clusterWith(
        { pve1: [gpu("0000:01:00.0", -1), gpu("0000:02:00.0", 2)] },
        { gpu: [`${LINE},path=0000:01:00.0`] },
      ),
    );
    expect(suggestions(answer, "pve1")).toEqual({ gpu: null });
    expect(messages(answer, "gpu")).toEqual([
      "unexpected property 'iommugroup' configured for device '0000:01:00.0'; nothing is suggested: the device is in no " +
        "IOMMU group, and cannot be passed through until it is in one",
    ]);
    expect(answer.told.map(({ summary }) => summary)).toEqual(["Device Is in No IOMMU Group"]);
  });
});

describe("what a node's own release compares", () => {
  const lines = { gpu: [`${LINE.replace(",subsystem-id=1462:3884", "")},path=0000:01:00.0`] };
  const without = { ...gpu("0000:01:00.0", 1), mdev: 1 };

  it.each([
    [
      "9.2.11",
      [
        "'mdev' does not match for 'gpu' (1 != 0)",
        "missing expected property 'subsystem-id' for device '0000:01:00.0'",
      ],
    ],
    [
      "8.4.1",
      [
        "'mdev' does not match for 'gpu' (1 != 0)",
        "missing expected property 'subsystem-id' for device '0000:01:00.0'",
      ],
    ],
    ["8.3.5", ["missing expected property 'subsystem-id' for device '0000:01:00.0'"]],
    ["8.2.3", ["missing expected property 'subsystem-id' for device '0000:01:00.0'"]],
    ["8.2.2", ["no 'subsystem-id' for device '0000:01:00.0'"]],
  ])("in its words: %s", async (version, expected) => {
    const answer = await readOf(clusterWith({ pve1: [without] }, lines, version));
    expect(messages(answer, "gpu")?.map((message) => message.split("; ")[0])).toEqual(expected);
  });

  it("is valid where that release passes over it", async () => {
    const { subsystem_vendor: _, subsystem_device: __, ...bare } = gpu("0000:01:00.0", 1);
    const source = clusterWith(
      { pve1: [bare as typeof without] },
      { gpu: [`${LINE},path=0000:01:00.0`] },
      "8.2.2",
    );
    const answer = await readOf(source);
    expect(answer.mappings["gpu"]).toMatchObject({
      valid: true,
      nodes: { pve1: { status: "valid", problems: [], suggestion: null } },
    });
  });

  it("is asked of the member itself in the middle of an upgrade, and only where it matters", async () => {
    const pci = { pve1: [without], pve2: [gpu("0000:01:00.0", 1)] };
    const two = { gpu: [...(lines.gpu ?? []), `${LINE},path=0000:01:00.0`.replace("pve1", "pve2")] };
    const source: Hardware = {
      ...clusterWith(pci, two),
      versions: { pve1: { version: "8.3.5", release: "8.3", repoid: "0123456789abcdef" } },
    };
    const answer = await readOf(source);
    expect(messages(answer, "gpu")).toEqual([
      "missing expected property 'subsystem-id' for device '0000:01:00.0'",
    ]);
    expect(answer.asked.filter((line) => /nodes\/.*\/version/.test(line))).toEqual([
      "GET /nodes/pve1/version",
    ]);
  });
});

describe("a mapping as it should read", () => {
  it("has the suggestion where there is one, and otherwise what is written, in lower case", async () => {
    const lines = [
      `${LINE},path=0000:01:00.0`,
      "id=10DE:2206,subsystem-id=1462:ABCD,iommugroup=7,node=elsewhere,path=0000:05:00,description=a b",
    ];
    const answer = await readOf(clusterWith({ pve1: [gpu("0000:01:00.0", 9)] }, { gpu: lines }));
    const line = {
      comment: null,
      id: "10de:2204",
      iommu_group: 9,
      node: "pve1",
      path: "0000:01:00.0",
      subsystem_id: "1462:3884",
    };
    expect(answer.mappings["gpu"]?.repaired).toEqual([
      line,
      {
        comment: "a b",
        id: "10de:2206",
        iommu_group: 7,
        node: "elsewhere",
        path: "0000:05:00",
        subsystem_id: "1462:abcd",
      },
    ]);
  });

  it.each([
    ["several addresses on a line", "path=0000:01:00.0;0000:02:00.0"],
    ["a comment that bpg refuses", "path=0000:01:00.0,description=a%2Cb"],
  ])("is null where bpg cannot write it: %s", async (_what, rest) => {
    const answer = await readOf(
      clusterWith({ pve1: [gpu("0000:01:00.0", 1), gpu("0000:02:00.0", 2)] }, { gpu: [`${LINE},${rest}`] }),
    );
    expect(answer.mappings["gpu"]).toMatchObject({ valid: true, repaired: null });
  });

  it("says whether it is marked for live migration", async () => {
    const source = clusterWith({ pve1: [gpu("0000:01:00.0", 1)] }, { gpu: [`${LINE},path=0000:01:00.0`] });
    const marked = source.mappings?.map((one) => ({ ...one, "live-migration-capable": 1 })) ?? [];
    const answers = [await readOf(source), await readOf({ ...source, mappings: marked })];
    expect(answers.map(({ mappings }) => mappings["gpu"]?.live_migration)).toEqual([false, true]);
  });
});
