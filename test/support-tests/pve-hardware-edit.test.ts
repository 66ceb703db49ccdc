import { describe, expect, it } from "vitest";
import { startGuest } from "../support/pve/guest-start.ts";
import { applyEdit } from "../support/pve/hardware-edit.ts";
import { type Hardware, hardwareCluster, readHardwareFile } from "../support/pve/hardware-file.ts";

const FILE = readHardwareFile(new URL("../fixtures/clusters/identical-cards.json", import.meta.url));
const BEFORE: Hardware = {
  ...FILE,
  mappings: [
    { id: "kept", map: ["node=twin-2,path=0000:01:00,id=10de:2204"] },
    { id: "edited", map: ["node=twin-1,path=0000:01:00,id=10de:2204"] },
  ],
  guests: [
    { vmid: 100, node: "twin-2", name: "kept" },
    { vmid: 101, node: "twin-1", name: "edited" },
    { vmid: 102, node: "twin-1", name: "removed" },
  ],
};

const edited = (change: Partial<Hardware>): Hardware => ({ ...BEFORE, ...change });
const serve = () => hardwareCluster(BEFORE).cluster;

describe("an edit of a hardware file", () => {
  it("changes the members that it touches, and no others", () => {
    const cluster = serve();
    const untouched = cluster.nodes.get("twin-1")?.hardware;
    const pci = { ...BEFORE.pci, "twin-2": (BEFORE.pci["twin-2"] ?? []).slice(1) };
    const host = { "twin-2": ["0000:05:00.0"] };
    expect(applyEdit(cluster, BEFORE, edited({ pci, host }))).toEqual(["node twin-2"]);
    expect(cluster.nodes.get("twin-2")?.hardware).toEqual(pci["twin-2"]);
    expect([...(cluster.nodes.get("twin-2")?.usedByHost ?? [])]).toEqual(["0000:05:00.0"]);
    expect(cluster.nodes.get("twin-1")?.hardware).toBe(untouched);
  });

  it("keeps mappings and guests that were made or changed meanwhile", () => {
    const cluster = serve();
    cluster.mappings.set("made", { map: ["node=twin-1,path=0000:02:00,id=10de:2204"] });
    cluster.mappings.set("kept", { map: ["changed"] });
    cluster.guests.get(100)?.config.set("name", "renamed");
    const after = edited({
      mappings: [
        BEFORE.mappings?.[0] ?? {},
        { id: "edited", map: ["node=twin-1,path=0000:03:00,id=10de:2204"] },
      ],
      guests: [
        ...(BEFORE.guests ?? []).slice(0, 1),
        { vmid: 101, node: "twin-1", name: "other" },
        { vmid: 103, node: "twin-2", name: "new" },
      ],
    });
    expect(applyEdit(cluster, BEFORE, after)).toEqual([
      "mapping edited",
      "guest 101",
      "guest 103",
      "guest 102",
    ]);
    expect([...cluster.mappings].map(([id, { map }]) => [id, ...map])).toEqual([
      ["kept", "changed"],
      ["edited", "node=twin-1,path=0000:03:00,id=10de:2204"],
      ["made", "node=twin-1,path=0000:02:00,id=10de:2204"],
    ]);
    const names = [...cluster.guests.values()].map(({ vmid, config }) => [vmid, config.get("name")]);
    expect(names.toSorted()).toEqual([
      [100, "renamed"],
      [101, "other"],
      [103, "new"],
    ]);
  });

  it("leaves a guest that runs what it holds", () => {
    const cluster = serve();
    const guest = cluster.guests.get(100);
    if (guest === undefined) throw new Error("no guest");
    guest.config.set("hostpci0", "0000:01:00");
    startGuest(cluster, guest);
    const held = [...guest.devices];
    expect(held.length).toBeGreaterThan(0);
    applyEdit(cluster, BEFORE, edited({ pci: { ...BEFORE.pci, "twin-2": [] } }));
    expect(cluster.guests.get(100)).toMatchObject({ running: true, devices: held });
  });

  it("adds and removes members, and changes release and quorum", () => {
    const cluster = serve();
    const nodes = [
      ...BEFORE.nodes.filter(({ node }) => node !== "twin-1"),
      { node: "third", status: "online" },
    ];
    const pci = { "twin-2": BEFORE.pci["twin-2"] ?? [], third: BEFORE.pci["twin-1"] ?? [] };
    const version = { release: "8.4", version: "8.4.1" };
    const after = edited({ nodes, pci, version, quorate: false, guests: (BEFORE.guests ?? []).slice(0, 1) });
    expect(applyEdit(cluster, BEFORE, after)).toEqual(
      expect.arrayContaining([
        "the cluster",
        "node third is new",
        "node twin-1 is gone",
        "guest 101",
        "guest 102",
      ]),
    );
    expect([...cluster.nodes.keys()].toSorted()).toEqual(["third", "twin-2"]);
    expect(cluster).toMatchObject({ version, quorate: false, name: "lab" });
  });

  it.each<[string, Partial<Hardware>, string]>([
    [
      "a member with guests is gone",
      { nodes: BEFORE.nodes.filter(({ node }) => node !== "twin-1"), pci: { "twin-2": [] } },
      '"nodes" has no "twin-1", where guest 101 is',
    ],
    ["its version is none", { version: { version: "new" } }, "new"],
  ])("changes nothing when %s", (_what, change, message) => {
    const cluster = serve();
    const { nodes, guests, version } = structuredClone({
      ...cluster,
      access: null,
      tickets: null,
      storages: null,
      tasks: null,
    });
    expect(() => applyEdit(cluster, BEFORE, edited(change))).toThrow(message);
    expect({ nodes: cluster.nodes, guests: cluster.guests, version: cluster.version }).toEqual({
      nodes,
      guests,
      version,
    });
  });
});
