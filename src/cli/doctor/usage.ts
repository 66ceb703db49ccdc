/** The check `usage`: guests that want the same device. */
import type { Host } from "../../pci/host.ts";
import { unitsOf } from "../../pci/unit.ts";
import { type Clash, clashesOver } from "../../pci/usage/clash.ts";
import { describeClash, targetsOf } from "../../provider/data-sources/pci-devices/usage-clashes.ts";
import type { Usage } from "../../provider/guest-usage.ts";
import { GRANT_WHAT_IS_MISSING } from "../../provider/usage-gaps.ts";
import { enumerated } from "../../provider/wording.ts";
import { type Check, check } from "./check.ts";

/**
 * One check for each clash. It is an error where two of the guests start at boot: one of them then fails.
 * @param where which nodes were read, as text behind a noun; empty for all.
 * @param startsAtBoot whether a guest starts at boot.
 */
export function usageChecks(
  hosts: readonly Host[],
  usage: Usage,
  where: string,
  startsAtBoot: (vmid: number) => boolean,
): readonly Check[] {
  const targets = targetsOf(
    hosts.flatMap(unitsOf),
    hosts.flatMap(({ devices }) => devices),
  );
  const clashes = clashesOver(targets, hosts, usage.guests, usage.coverage);
  const checks = clashes.map((clash) => {
    const booting = [...new Set(clash.claims.map(({ vmid }) => vmid))].filter(startsAtBoot);
    const both = booting.length > 1;
    return check("usage", subjectOf(clash), {
      status: both ? "error" : "warning",
      summary:
        `wanted by more guests than it can serve: ${describeClash(clash, hosts)}` +
        (both ? `; ${enumerated(booting.map(String))} start at boot, and whoever is late fails` : ""),
      fix: fixOf(clash),
    });
  });
  const incomplete = usage.gaps.map(({ what, grantable }) =>
    check("usage", null, {
      status: "warning",
      summary: `a device may have users that nobody sees here: ${what}`,
      fix: grantable ? GRANT_WHAT_IS_MISSING : null,
    }),
  );
  if (checks.length > 0 || incomplete.length > 0) return [...checks, ...incomplete];
  return [check("usage", null, { status: "ok", summary: `no two guests${where} want one device` })];
}

/** Devices of one IOMMU group are nobody's own. */
function fixOf(clash: Clash): string {
  return clash.over === "group"
    ? "Give every guest a device in an IOMMU group of its own, or never run these at the same time. What else each of " +
        "them takes along is said by the check isolation."
    : "Give every guest a device of its own, or never run these at the same time.";
}

function subjectOf(clash: Clash): string {
  switch (clash.over) {
    case "target":
      return `${clash.node}/${clash.target[0].path}`;
    case "group":
      return `${clash.node}/${clash.devices[0]?.path ?? ""}`;
    case "virtual functions":
      return `${clash.node}/${clash.physical}`;
    case "mapping":
      return clash.mapping;
    case "mappings":
      return clash.mappings[0] ?? "";
  }
}
