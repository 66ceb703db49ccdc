import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configuredFor, type Plain } from "../support/provider/reading.ts";
import type { Guest, GuestValue } from "../support/pve/cluster.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const SUMMARY = "Guests Want the Same Device";
const CARD = "pve1 0000:01:00.0 (NVIDIA Corporation GA102 [GeForce RTX 3090])";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(async () => {
  await pve.close();
});

function addGuest(
  vmid: number,
  config: { readonly [key: string]: GuestValue },
  { to = pve, template = 0 }: { readonly to?: PveStandIn; readonly template?: 0 | 1 } = {},
): Guest {
  const guest: Guest = {
    vmid,
    type: "qemu",
    node: "pve1",
    digest: null,
    resource: { name: `vm${vmid}`, status: "stopped", template },
    running: false,
    devices: [],
    config: new Map(Object.entries(config)),
    pending: new Map(),
    deleting: new Map(),
  };
  to.cluster.guests.set(vmid, guest);
  return guest;
}

/** The warnings of clashes for devices of pve1. */
async function clashes(arguments_: { readonly [name: string]: Plain } = {}, of = pve) {
  const provider = await configuredFor(of, of.tokens.auditor);
  const { state, told } = await provider.read({ nodes: ["pve1"], include_usage: true, ...arguments_ });
  if (state === null) throw new Error(JSON.stringify(told));
  return told.filter(({ summary }) => summary === SUMMARY);
}

function warning(...lines: readonly string[]) {
  return {
    severity: "warning",
    summary: SUMMARY,
    detail:
      "A device goes to one running guest at a time, and these are wanted by more:" +
      lines.map((line) => `\n  - ${line}`).join("") +
      "\nWhoever comes late fails to start. Give every guest a device of its own, or never run these at the same time.",
    attribute: "include_usage",
  };
}

describe("two guests on one card", () => {
  it("are warned of, as in the recorded cluster", async () => {
    expect(await clashes({ classes: ["gpu"] })).toEqual([
      warning(
        `${CARD}: guest 100 (raw) by hostpci0, guest 100 (raw) by hostpci1 and guest 101 (mapped) by hostpci0 through the mapping gpu-ok`,
      ),
    ]);
  });

  it("are warned of for the functions alone where they make no unit that is selected", async () => {
    expect(await clashes({ paths: ["01:00.1"] })).toEqual([
      warning(
        "pve1 0000:01:00.1 (NVIDIA Corporation GA102 High Definition Audio Controller): guest 100 (raw) by hostpci0, guest 100 (raw) by hostpci1 and guest 101 (mapped) by hostpci0 through the mapping gpu-ok",
      ),
    ]);
  });

  it("are not warned of where the card is not selected, or usage is not asked for", async () => {
    expect(await clashes({ paths: ["02:00"] })).toEqual([]);
    expect(await clashes({ include_usage: false })).toEqual([]);
    expect(await clashes({ include_usage: null })).toEqual([]);
  });

  it("are warned of from a guest's next start on", async () => {
    pve.cluster.guests.clear();
    addGuest(200, { hostpci0: "0000:02:00" });
    const second = addGuest(201, {});
    second.pending.set("hostpci0", "0000:02:00,pcie=1");
    expect(await clashes({ classes: ["gpu"] })).toEqual([
      warning(
        "pve1 0000:02:00.0 (NVIDIA Corporation TU102 [GeForce RTX 2080 Ti Rev. A]): guest 200 (vm200) by hostpci0 and guest 201 (vm201) by hostpci0 from its next start on",
      ),
    ]);
  });

  it("are not warned of where one is a template, or gives the card back at its next start", async () => {
    pve.cluster.guests.clear();
    addGuest(200, { hostpci0: "0000:02:00" });
    addGuest(201, { hostpci0: "0000:02:00" }, { template: 1 });
    addGuest(202, { hostpci0: "0000:02:00" }).deleting.set("hostpci0", 1);
    expect(await clashes()).toEqual([]);
  });

  it("are not warned of where they share its mediated devices", async () => {
    pve.cluster.guests.clear();
    addGuest(200, { hostpci0: "mapping=igd-mdev,mdev=i915-GVTg_V5_8" });
    addGuest(201, { hostpci0: "0000:00:02.0,mdev=i915-GVTg_V5_8" });
    expect(await clashes()).toEqual([]);
    addGuest(202, { hostpci0: "0000:00:02.0" });
    expect((await clashes()).map(({ detail }) => detail.split("\n")[1])).toEqual([
      "  - pve1 0000:00:02.0 (Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630]): guest 200 (vm200) by hostpci0 through the mapping igd-mdev, guest 201 (vm201) by hostpci0 and guest 202 (vm202) by hostpci0",
    ]);
  });

  it("are warned of by a mapping with choices only when there are fewer of these than guests", async () => {
    pve.cluster.guests.clear();
    pve.cluster.mappings.set("pool", {
      map: ["id=10de:2204,node=pve1,path=0000:01:00", "id=10de:1e07,node=pve1,path=0000:02:00"],
    });
    addGuest(200, { hostpci0: "mapping=pool" });
    addGuest(201, { hostpci0: "mapping=pool" });
    expect(await clashes({ classes: ["gpu"] })).toEqual([]);
    addGuest(202, { hostpci0: "mapping=pool" });
    expect(await clashes({ classes: ["gpu"] })).toEqual([
      warning(
        "the 2 devices that the mapping pool has on pve1: guest 200 (vm200) by hostpci0 through the mapping pool, guest 201 (vm201) by hostpci0 through the mapping pool and guest 202 (vm202) by hostpci0 through the mapping pool",
      ),
    ]);
  });

  it("are warned of on Proxmox VE 7 too, as far as it names their devices", async () => {
    const pve7 = await startPve({ source: "pve7" });
    addGuest(102, { hostpci0: "0000:01:00" }, { to: pve7 });
    const told = await clashes({ classes: ["gpu"] }, pve7);
    await pve7.close();
    expect(told).toEqual([
      warning(
        `${CARD}: guest 100 (raw) by hostpci0, guest 100 (raw) by hostpci1 and guest 102 (vm102) by hostpci0`,
      ),
    ]);
  });
});
