import { describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configuredFor } from "../support/provider/reading.ts";
import { cutOff } from "../support/pve/cluster.ts";
import { type Hardware, readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const DATA_SOURCE = "gpuhost_pci_mappings";
const fixture = (name: string): Hardware =>
  readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url));

/** Summaries and details of what is told. */
async function toldOf(
  source: Hardware | undefined,
  arguments_: { readonly [name: string]: readonly string[] } = {},
  prepare: (pve: PveStandIn) => void = () => {},
  tokenOf: (pve: PveStandIn) => string = ({ tokens }) => tokens.discovery,
): Promise<readonly (readonly [string, string])[]> {
  const pve = await startPve(source === undefined ? {} : { source });
  prepare(pve);
  const { told } = await (await configuredFor(pve, tokenOf(pve))).read(arguments_, DATA_SOURCE);
  await pve.close();
  return told.map(({ summary, detail }) => [summary, detail] as const);
}

describe("accept", () => {
  it("takes its own words, and names them all where it meets another", async () => {
    const pve = await startPve();
    const provider = await configuredFor(pve);
    expect(provider.validate({ accept: [] }, DATA_SOURCE)).toEqual([]);
    const words = [
      "iommu_off",
      "unreachable",
      "hidden_mappings",
      "alternatives",
      "unreported_virtual_functions",
    ];
    expect(provider.validate({ accept: words }, DATA_SOURCE)).toEqual([]);
    const [told, ...others] = provider.validate({ accept: ["iommu_off", "not_isolated"] }, DATA_SOURCE);
    await pve.close();
    expect([told?.attribute, others]).toEqual(["accept[1]", []]);
    for (const word of words) expect(told?.detail).toContain(`"${word}"`);
  });
});

describe("a member without quorum", () => {
  const withLines = (): Hardware => ({
    ...hardwareOf({ pve1: [], pve2: [], pve3: [] }),
    mappings: [{ id: "gpu", type: "pci", map: ["id=10de:2204,node=pve2,path=0000:01:00"] }],
  });

  it("is warned of, and the lines for the others are unreachable", async () => {
    let endpoint = "";
    const told = await toldOf(withLines(), {}, (pve) => {
      endpoint = pve.endpoint;
      cutOff(pve.cluster, "pve1");
    });
    expect(told).toEqual([
      [
        "Mappings Not Checked on Every Node",
        `The lines for nodes that could not be asked were not compared with their hardware:\n  - pve2: the cluster reports it as offline (GET /api2/json/nodes at ${endpoint})`,
      ],
      [
        "Cluster Member Has No Quorum",
        "pve1, which answers, has no quorum: it is cut off from the other members and reports them as offline, though " +
          "they may be up and their guests running. Ask a member that has quorum, or mend the cluster's network.",
      ],
    ]);
  });

  it("is not, where that is accepted", async () => {
    const told = await toldOf(withLines(), { accept: ["unreachable"] }, ({ cluster }) =>
      cutOff(cluster, "pve1"),
    );
    expect(told).toEqual([]);
  });

  it("is not asked about while every node that matters answers", async () => {
    const pve = await startPve();
    await (await configuredFor(pve)).read({ names: ["gpu-ok"] }, DATA_SOURCE);
    const { lines } = pve.requests;
    await pve.close();
    expect(lines.filter((line) => /cluster\/status|permissions|nodes\/.*\/version/.test(line))).toEqual([]);
  });
});

describe("mappings that may be hidden", () => {
  const sysAudit = ({ tokens }: PveStandIn): string => tokens.sysAudit;

  it("are not warned of where all that were named are seen, or it is accepted", async () => {
    expect((await toldOf(undefined, {}, undefined, sysAudit)).map(([summary]) => summary)).toEqual([
      "PCI Mappings May Be Hidden",
    ]);
    expect(await toldOf(undefined, { accept: ["hidden_mappings"] }, undefined, sysAudit)).toEqual([]);
    const withoutAccess = ({ cluster }: PveStandIn): void =>
      cluster.access.grant("/mapping/pci", "gpuhost@pve", "NoAccess");
    expect((await toldOf(undefined, {}, withoutAccess)).map(([summary]) => summary)).toEqual([
      "PCI Mappings May Be Hidden",
    ]);
    expect(await toldOf(undefined, { names: ["gpu-ok"] })).toEqual([]);
  });

  it.each(["/mapping", "/mapping/pci"])(
    "are warned of where %s says NoAccess, though all is granted above",
    async (at) => {
      const deny = ({ cluster }: PveStandIn) => cluster.access.grant(at, "gpuhost@pve", "NoAccess");
      expect((await toldOf(undefined, {}, deny)).map(([summary]) => summary)).toEqual([
        "PCI Mappings May Be Hidden",
      ]);
    },
  );
});

describe("lines for two functions of one card", () => {
  it("are warned of, with the one line that passes both", async () => {
    const told = await toldOf(fixture("card-as-two-lines"));
    expect(told).toEqual([
      [
        "Lines Are Alternatives",
        expect.stringMatching(
          /^Several lines of a mapping for one node are a choice: .*\n {2}- rtx-3090: 0000:..:00\.0 and 0000:..:00\.1 of pve12t .*; one line with the path (0000:..:00) and the values of \1\.0 passes all of the card$/s,
        ),
      ],
    ]);
    expect(await toldOf(fixture("card-as-two-lines"), { accept: ["alternatives"] })).toEqual([]);
  });

  it("are not what cards of a pool have, nor what two mappings have", async () => {
    const source = fixture("card-as-two-lines");
    const [mapping] = source.mappings ?? [];
    const lines = (mapping?.["map"] ?? []) as string[];
    const apart = lines.map((line, index) => ({ ...mapping, id: `line-${index}`, map: [line] }));
    expect(await toldOf({ ...source, mappings: apart })).toEqual([]);
  });

  it("have no such line where the card has mediated devices", async () => {
    const source = fixture("card-as-two-lines");
    const pci = Object.fromEntries(
      Object.entries(source.pci).map(([node, list]) => [
        node,
        list.map((one) => ((one["class"] as string).startsWith("0x03") ? { ...one, mdev: 1 } : one)),
      ]),
    );
    const [[, detail] = ["", ""]] = await toldOf({ ...source, pci });
    expect(detail).toMatch(
      /no line passes both, so write a mapping for each, and a hostpci entry for each in the guest$/,
    );
  });
});

describe("virtual functions that the node's Proxmox does not tell", () => {
  const flex = (id: string) => pciFunction(id, "8086:56c0", "030000", 3, "Data Center GPU Flex 170");
  const source = (line: string): Hardware => ({
    ...hardwareOf({ pve1: [flex("0000:04:00.0"), flex("0000:04:00.1")] }, "8.4.1"),
    mappings: [{ id: "vf", type: "pci", map: [`id=8086:56c0,iommugroup=3,node=pve1,${line}`] }],
  });

  it("are warned of where a line is not at home, and not otherwise", async () => {
    const [told, ...others] = await toldOf(source("path=0000:04:00.2"));
    expect([told?.[0], others]).toEqual(["Virtual Functions Are Not Reported", []]);
    expect(told?.[1]).toContain("On pve1 some are taken for virtual functions");
    expect(await toldOf(source("path=0000:04:00.2"), { accept: ["unreported_virtual_functions"] })).toEqual(
      [],
    );
    expect(await toldOf(source("path=0000:04:00.1"))).toEqual([]);
  });
});

describe("the nodes of a mapping", () => {
  it("are the members, and those that its own lines name", async () => {
    const pve = await startPve({ source: hardwareOf({ pve1: [] }) });
    pve.cluster.mappings.set("one", { map: ["id=10de:2204,node=gone,path=0000:01:00"] });
    pve.cluster.mappings.set("two", { map: ["id=10de:2204,node=lost,path=0000:01:00"] });
    const provider = await configuredFor(pve);
    const nodesOf = async (arguments_: { readonly [name: string]: readonly string[] }) => {
      const { state } = await provider.read(arguments_, DATA_SOURCE);
      const mappings = state?.["mappings"] as { readonly [name: string]: { readonly nodes: object } };
      return Object.fromEntries(
        Object.entries(mappings).map(([name, { nodes }]) => [name, Object.keys(nodes)]),
      );
    };
    const answers = [await nodesOf({}), await nodesOf({ nodes: ["gone"] })];
    await pve.close();
    expect(answers).toEqual([
      { one: ["gone", "pve1"], two: ["lost", "pve1"] },
      { one: ["gone"], two: [] },
    ]);
  });
});
