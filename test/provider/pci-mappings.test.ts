import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardwareOf } from "../support/provider/hardware.ts";
import { type ConfiguredProvider, configuredFor } from "../support/provider/reading.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const DATA_SOURCE = "gpuhost_pci_mappings";

interface NodeState {
  readonly status: string;
  readonly problems: readonly { readonly property: string; readonly message: string }[];
  readonly suggestion: readonly { readonly path: string }[] | null;
}

interface MappingState {
  readonly comment: string | null;
  readonly mediated_devices: boolean;
  readonly entries: readonly unknown[];
  readonly valid: boolean;
  readonly nodes: { readonly [node: string]: NodeState };
}

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
});
afterAll(async () => {
  await pve.close();
});

async function mappingsOf(
  provider: ConfiguredProvider,
  arguments_: { readonly names?: readonly string[]; readonly nodes?: readonly string[] } = {},
): Promise<{ readonly [name: string]: MappingState }> {
  const { state, told } = await provider.read(arguments_, DATA_SOURCE);
  if (state === null) throw new Error(JSON.stringify(told));
  return state["mappings"] as unknown as { readonly [name: string]: MappingState };
}

describe("the status of every mapping on every node", () => {
  it.each(["pve1", "pve2", "pve3"])(
    "is what Proxmox itself finds on %s, the first mismatch in its words",
    async (node) => {
      const mappings = await mappingsOf(await configuredFor(pve));
      const response = await fetchChecks(pve, node);
      const found = Object.fromEntries(
        Object.entries(mappings).map(([name, { nodes }]) => [name, firstWord(name, node, nodes[node])]),
      );
      expect(found).toEqual(response);
    },
  );

  it("is no_entry for a node without a line, also while it is offline", async () => {
    const { "gpu-ok": mapping } = await mappingsOf(await configuredFor(pve));
    expect(mapping?.valid).toBe(true);
    expect(mapping?.nodes["pve4"]).toEqual({ status: "no_entry", problems: [], suggestion: null });
  });

  it("is unreachable for an offline node with a line, and unknown_node for a stranger", async () => {
    const stand = await startPve();
    const lines = ["id=10de:2204,node=pve4,path=0000:01:00", "id=10de:2204,node=gone,path=0000:01:00"];
    stand.cluster.mappings.set("elsewhere", { map: lines });
    const provider = await configuredFor(stand);
    const { state, told } = await provider.read({ names: ["elsewhere"] }, DATA_SOURCE);
    await stand.close();
    const mappings = state?.["mappings"] as unknown as { readonly elsewhere: MappingState };
    expect(mappings.elsewhere.valid).toBe(false);
    expect(Object.entries(mappings.elsewhere.nodes).map(([node, { status }]) => [node, status])).toEqual([
      ["gone", "unknown_node"],
      ["pve1", "no_entry"],
      ["pve2", "no_entry"],
      ["pve3", "no_entry"],
      ["pve4", "unreachable"],
    ]);
    expect(told.map(({ severity, detail }) => [severity, detail])).toEqual([
      [
        "warning",
        `The lines for nodes that could not be asked were not compared with their hardware:\n  - pve4: the cluster reports it as offline (GET /api2/json/nodes at ${stand.endpoint})`,
      ],
    ]);
  });
});

describe("the entries of a mapping", () => {
  it("are its lines as written", async () => {
    const mappings = await mappingsOf(await configuredFor(pve));
    expect(mappings["igd-mdev"]).toMatchObject({
      mediated_devices: true,
      entries: [
        {
          comment: "left slot",
          id: "8086:3e92",
          iommu_group: 0,
          node: "pve1",
          path: "0000:00:02.0",
          subsystem_id: "1458:d000",
        },
      ],
    });
    expect(mappings["gpu-upper"]?.entries).toMatchObject([{ id: "10DE:2204" }]);
    expect(mappings["gpu-noiommu"]?.entries).toMatchObject([{ iommu_group: -1 }]);
    expect(mappings["gpu-ok"]?.comment).toBe("RTX 3090, both functions");
  });
});

describe("names and nodes", () => {
  it("limit what is read", async () => {
    const stand = await startPve();
    const mappings = await mappingsOf(await configuredFor(stand), { names: ["gpu-ok"], nodes: ["pve2"] });
    const asked = stand.requests.lines.filter((line) => line.includes("hardware"));
    await stand.close();
    expect(Object.keys(mappings)).toEqual(["gpu-ok"]);
    expect(Object.keys(mappings["gpu-ok"]?.nodes ?? {})).toEqual(["pve2"]);
    expect(asked).toEqual(["GET /nodes/pve2/hardware/pci"]);
  });

  it("are errors where they name nothing", async () => {
    const provider = await configuredFor(pve);
    const unknownMapping = await provider.read({ names: ["gpu-ok", "gpu-okk"] }, DATA_SOURCE);
    expect(unknownMapping.told.map(({ attribute, detail }) => [attribute, detail])).toEqual([
      [
        "names[1]",
        `There is no mapping "gpu-okk" (GET /api2/json/cluster/mapping/pci at ${pve.endpoint}), or it is hidden because Mapping.Audit on /mapping/pci/gpu-okk is missing. Is gpu-ok meant?`,
      ],
    ]);
    const unknownNode = await provider.read({ nodes: ["pve9"] }, DATA_SOURCE);
    expect(unknownNode.told.map(({ attribute, detail }) => [attribute, detail])).toEqual([
      [
        "nodes[0]",
        `"pve9" is no node of this cluster (GET /api2/json/nodes at ${pve.endpoint}), and no line of a mapping names it. There are pve1, pve2, pve3 and pve4.`,
      ],
    ]);
    const alone = await startPve({ source: hardwareOf({ host: [] }) });
    const { told } = await (await configuredFor(alone)).read({ nodes: ["hots"] }, DATA_SOURCE);
    await alone.close();
    expect(told[0]?.detail).toMatch(/and no line of a mapping names it\. There is host\.$/);
  });
});

describe("a Proxmox that does not show everything", () => {
  it("is warned of where mappings may be hidden", async () => {
    const { told } = await (await configuredFor(pve, pve.tokens.sysAudit)).read({}, DATA_SOURCE);
    expect(told.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["warning", "PCI Mappings May Be Hidden"],
    ]);
  });

  it("is an error where it is older than mappings", async () => {
    const old = await startPve({ source: "pve7" });
    const { told } = await (await configuredFor(old)).read({}, DATA_SOURCE);
    await old.close();
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Proxmox VE Has No PCI Mappings",
        detail:
          `PCI mappings exist from Proxmox VE 8 on, and this one is older: it answered "Method 'GET ` +
          `/cluster/mapping/pci' not implemented" (GET /api2/json/cluster/mapping/pci at ${old.endpoint}). Upgrade it, or do without mappings.`,
        attribute: "",
      },
    ]);
  });
});

/** What Proxmox says of each mapping when it is asked to check them for a node: nothing, or one sentence. */
async function fetchChecks(stand: PveStandIn, node: string): Promise<{ readonly [name: string]: string }> {
  const { request } = await import("node:https");
  const body = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `PVEAPIToken=${stand.tokens.discovery}` };
    const url = `${stand.endpoint}/api2/json/cluster/mapping/pci?check-node=${node}`;
    request(url, { headers, ca: stand.caPem }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve(text)).on("error", reject);
    })
      .on("error", reject)
      .end();
  });
  const { data } = JSON.parse(body) as { data: { id: string; checks: { message: string }[] }[] };
  return Object.fromEntries(data.map(({ id, checks }) => [id, checks[0]?.message.trimEnd() ?? "fits"]));
}

function firstWord(name: string, node: string, state: NodeState | undefined): string {
  if (state === undefined) return `${name} has no state for ${node}`;
  if (state.status === "no_entry") return `No mapping for node ${node}.`;
  const [first] = state.problems;
  return first === undefined ? "fits" : `Invalid configuration: ${first.message.split("; ")[0]}`;
}
