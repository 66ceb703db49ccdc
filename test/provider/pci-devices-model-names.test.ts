/** Names by model, kept by the mappings that bear them. */
import { describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configuredFor, type Plain, type Reading } from "../support/provider/reading.ts";
import type { PciDevice } from "../support/pve/cluster.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const NAME = "GA102 [GeForce RTX 3090]";
const card = (bus: string, board: string, group: number): PciDevice =>
  pciFunction(`0000:${bus}:00.0`, "10de:2204", "030000", group, NAME, {
    subsystem_vendor: "0x1462",
    subsystem_device: `0x${board}`,
  });
const line = (bus: string, board: string) =>
  `id=10de:2204,iommugroup=1,node=pve1,path=0000:${bus}:00.0,subsystem-id=1462:${board}`;
const mapping = (id: string, ...map: readonly string[]) => ({ id, map: [...map], type: "pci", digest: "0" });

async function read(
  cards: readonly PciDevice[],
  mappings: readonly { id: string; map: string[] }[],
  {
    arguments_ = {},
    version = "9.2.11",
    token,
  }: {
    arguments_?: { readonly [name: string]: Plain };
    version?: string;
    token?: (stand: PveStandIn) => string;
  } = {},
): Promise<Reading & { readonly requests: readonly string[] }> {
  const source = { ...hardwareOf({ pve1: cards, pve2: [card("01", "3884", 1)] }, version), mappings };
  const stand = await startPve({ source });
  const provider = await configuredFor(stand, ...(token === undefined ? [] : [token(stand)]));
  const reading = await provider.read({ mapping_names: "model", nodes: ["pve1"], ...arguments_ });
  const requests = stand.requests.lines;
  await stand.close();
  return { ...reading, requests };
}

const names = ({ state }: Reading) =>
  ((state?.["gpus"] ?? []) as unknown as { mapping_name: string; path: string }[]).map(
    ({ mapping_name, path }) => [path.slice(5, 7), mapping_name],
  );
const said = ({ told }: Reading) =>
  told.map(({ summary, detail, attribute }) => [summary, detail, attribute]);

const BORNE = [
  mapping("gpu-pve1-10de-2204-0", line("01", "3884")),
  mapping("gpu-pve1-10de-2204-1", line("02", "3885")),
];

describe("names by model", () => {
  it("count from 0 where no mapping bears one", async () => {
    const reading = await read([card("01", "3884", 1), card("02", "3885", 2)], []);
    expect(names(reading)).toEqual([
      ["01", "gpu-pve1-10de-2204-0"],
      ["02", "gpu-pve1-10de-2204-1"],
    ]);
    expect(said(reading)).toEqual([]);
  });

  it("are kept when the first card is lost, and the one without a card is told", async () => {
    const reading = await read([card("02", "3885", 2)], BORNE);
    expect(names(reading)).toEqual([["02", "gpu-pve1-10de-2204-1"]]);
    expect(said(reading)).toEqual([
      [
        "Mapping Names Find No Device",
        "These mappings have no unit any more, though there are units of their model:\n  - gpu-pve1-10de-2204-0: on pve1 it says " +
          "0000:01:00.0 (subsystem 1462:3884); of this model there is 0000:02:00.0 (subsystem 1462:3885)\nEither their card " +
          "is gone, and with for_each the mapping is planned for destruction; or cards alike have moved, and other mappings " +
          "may now stand for them. Before you apply, compare serial numbers.",
        "mapping_names",
      ],
    ]);
  });

  it("follow cards that move, and are told, an exchange of boards too", async () => {
    const advice =
      "\nNames follow their cards in address order, and cards that have moved look like cards that were exchanged. Before " +
      "you apply, compare serial numbers: the guests that name these mappings get what is there.";
    const moved = await read([card("03", "3884", 1), card("04", "3885", 2)], BORNE);
    expect(said(moved)).toEqual([
      [
        "Mapping Names Move",
        "These mappings stand for another address or another board than they say now:" +
          "\n  - gpu-pve1-10de-2204-0: on pve1 from 0000:01:00.0 (subsystem 1462:3884) to 0000:03:00.0 (subsystem 1462:3884)" +
          `\n  - gpu-pve1-10de-2204-1: on pve1 from 0000:02:00.0 (subsystem 1462:3885) to 0000:04:00.0 (subsystem 1462:3885)${advice}`,
        "mapping_names",
      ],
    ]);
    const exchanged = await read([card("01", "3885", 1), card("02", "3885", 2)], BORNE);
    expect(said(exchanged)).toEqual([
      [
        "Mapping Names Move",
        "These mappings stand for another address or another board than they say now:" +
          `\n  - gpu-pve1-10de-2204-0: on pve1 from 0000:01:00.0 (subsystem 1462:3884) to 0000:01:00.0 (subsystem 1462:3885)${advice}`,
        "mapping_names",
      ],
    ]);
  });

  it("are said of what was selected and no more, and whatever is accepted", async () => {
    const all = ["iommu_off", "not_isolated", "left_behind", "live_virtual_functions", "hidden_mappings"];
    const other = await read([card("03", "3884", 1)], BORNE, {
      arguments_: { classes: ["network"], at_least: 0 },
    });
    expect(said(other).filter(([summary]) => summary?.startsWith("Mapping"))).toEqual([]);
    const one = await read([card("03", "3884", 1), card("02", "3885", 2)], BORNE, {
      arguments_: { paths: ["03:00.0"], accept: all },
    });
    expect(said(one).map(([summary, detail]) => [summary, detail?.match(/gpu-\S+-\d(?=:)/g)])).toEqual([
      ["Mapping Names Move", ["gpu-pve1-10de-2204-1"]],
    ]);
  });

  it("are those of another prefix elsewhere, and of no interest to names by address", async () => {
    const cards = [card("01", "3884", 1)];
    const prefixed = await read(cards, BORNE, { arguments_: { mapping_prefix: "card" } });
    expect(names(prefixed)).toEqual([["01", "card-pve1-10de-2204-0"]]);
    expect(said(prefixed)).toEqual([]);
    const mappingsRead = async (arguments_: { readonly [name: string]: Plain }) =>
      (await read(cards, BORNE, { arguments_ })).requests.filter((request) =>
        request.includes("/mapping/pci"),
      ).length;
    expect(await mappingsRead({ mapping_names: "address" })).toBe(0);
    expect(await mappingsRead({ mapping_names: null })).toBe(0);
    expect(await mappingsRead({ results: ["devices"] })).toBe(0);
    expect(await mappingsRead({ results: ["mappings"] })).toBe(1);
  });

  it("are given with a warning where mappings may be hidden, unless that is accepted", async () => {
    const cards = [card("02", "3885", 2)];
    const token = (stand: PveStandIn) => stand.tokens.sysAudit;
    const hidden = await read(cards, BORNE, { token });
    expect(names(hidden)).toEqual([["02", "gpu-pve1-10de-2204-0"]]);
    expect(said(hidden)).toEqual([
      [
        "PCI Mappings May Be Hidden",
        'With mapping_names = "model" units keep the names that mappings bear, and Proxmox says nothing of mappings for which ' +
          "Mapping.Audit is missing; here it is not granted on /mapping/pci and all below. A card that is lost or moves may " +
          "then pass its name to another, and the guests that name the mapping get that one. Grant it there to the token and " +
          'its user; the role PVEAuditor on "/" covers it.',
        "mapping_names",
      ],
    ]);
    const accepted = await read(cards, BORNE, { token, arguments_: { accept: ["hidden_mappings"] } });
    expect(said(accepted)).toEqual([]);
  });

  it("are given with a warning under NoAccess, which the list of all permissions leaves out", async () => {
    const token = (stand: PveStandIn) => {
      stand.cluster.access.grant("/mapping/pci", "gpuhost@pve", "NoAccess");
      return stand.tokens.discovery;
    };
    const hidden = await read([card("02", "3885", 2)], BORNE, { token });
    expect(said(hidden).map(([summary]) => summary)).toEqual(["PCI Mappings May Be Hidden"]);
  });

  it("are warned of only where a unit has one", async () => {
    const token = (stand: PveStandIn) => stand.tokens.sysAudit;
    const none = await read([card("02", "3885", 2)], BORNE, {
      token,
      arguments_: { classes: ["audio"], at_least: 0 },
    });
    expect(said(none)).toEqual([]);
  });

  it("count from 0 on a Proxmox that has no mappings", async () => {
    const reading = await read([card("01", "3884", 1)], [], { version: "7.4-16" });
    expect(names(reading)).toEqual([["01", "gpu-pve1-10de-2204-0"]]);
    expect(said(reading)).toEqual([]);
  });
});

describe("an answer that says something twice", () => {
  it("makes no names clash: neither one node nor one address", async () => {
    const stand = await startPve({
      source: hardwareOf({ pve1: [card("01", "3884", 1), card("01", "3884", 1)], pve2: [] }),
    });
    stand.faults.add(
      {
        kind: "body",
        body: JSON.stringify({
          data: ["pve1", "pve2", "pve1"].map((node) => ({ node, status: "online", type: "node" })),
        }),
      },
      { path: /\/nodes$/ },
    );
    const { state, told } = await (await configuredFor(stand)).read({});
    await stand.close();
    expect(told).toEqual([]);
    expect(state?.["devices"]).toHaveLength(1);
    expect(Object.keys(state?.["by_node"] ?? {})).toEqual(["pve1", "pve2"]);
  });
});
