/** `doctor --json` on small clusters. */
import { expect } from "vitest";
import { hardwareOf, pciFunction } from "../provider/hardware.ts";
import type { GuestRecord } from "../pve/hardware-guests.ts";
import { type PveStandIn, type StandInOptions, startPve } from "../pve/stand-in.ts";
import { environmentFor, runCli } from "./run.ts";

interface Told {
  readonly check: string;
  readonly subject: string | null;
  readonly status: string;
  readonly summary: string;
  readonly fix: string | null;
}

const opened: PveStandIn[] = [];

/** Ends all that was started. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((pve) => pve.close()));
}

/** A stand-in that `closeAll` ends. */
export async function started(source?: StandInOptions["source"]): Promise<PveStandIn> {
  const pve = await startPve(source === undefined ? {} : { source });
  opened.push(pve);
  return pve;
}

/** Runs it, and holds status and exit status to the checks. */
export async function doctor(
  pve: PveStandIn,
  {
    args = [],
    environment = {},
    platform = "linux",
  }: {
    args?: readonly string[];
    environment?: NodeJS.ProcessEnv;
    platform?: NodeJS.Platform;
  } = {},
) {
  const run = await runCli(["doctor", "--json", ...args], {
    platform,
    environment: { ...environmentFor(pve, pve.tokens.root), ...environment },
  });
  const { format_version, status, checks } = JSON.parse(run.stdout) as {
    format_version: string;
    status: string;
    checks: readonly Told[];
  };
  expect(format_version).toBe("1.0");
  const worst = ["error", "warning", "ok"].find((one) => checks.some((check) => check.status === one));
  expect(status).toBe(worst);
  expect(run.status).toBe(status === "error" ? 1 : 0);
  return {
    checks,
    of: (name: string, subject?: string | null) =>
      checks.filter((one) => one.check === name && (subject === undefined || one.subject === subject)),
  };
}

/** An RTX 3090. */
export const gpu = pciFunction("0000:01:00.0", "10de:2204", "030000", 14, "GA102 [GeForce RTX 3090]", {
  subsystem_vendor: "0x1462",
  subsystem_device: "0x3884",
});
export const sound = pciFunction(
  "0000:01:00.1",
  "10de:1aef",
  "040300",
  14,
  "GA102 High Definition Audio Controller",
);
/** The line of a mapping that fits it. */
export const LINE = "id=10de:2204,iommugroup=14,node=pve1,path=0000:01:00,subsystem-id=1462:3884";
/** One host with the card, one mapping `rtx` with these lines, and guests. */
export const host = (
  more: { mappings?: readonly string[]; guests?: readonly GuestRecord[]; version?: string } = {},
) => ({
  ...hardwareOf({ pve1: [gpu, sound] }, more.version),
  ...(more.mappings === undefined ? {} : { mappings: [{ id: "rtx", type: "pci", map: [...more.mappings] }] }),
  ...(more.guests === undefined ? {} : { guests: more.guests }),
});
/** A guest that is right, apart from what is said of it. */
export const guest = (vmid: number, more: GuestRecord | object = {}): GuestRecord => ({
  vmid,
  node: "pve1",
  name: `vm-${vmid}`,
  machine: "q35",
  hostpci0: "mapping=rtx,pcie=1",
  ...more,
});
