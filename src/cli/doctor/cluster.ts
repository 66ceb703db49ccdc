/** The checks `version`, `quorum`, `nodes` and `iommu`: the state of the cluster and its members. */
import { type Host, isIommuOff } from "../../pci/host.ts";
import type { LeftOut } from "../../provider/inventory.ts";
import type { ClusterStatus, NodeSummary } from "../../proxmox/answers/responses.ts";
import { compareVersions } from "../../proxmox/answers/version.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import { hintedAdvice } from "../option-hint.ts";
import { type Check, check, type Finding } from "./check.ts";
import { type Unanswered, withTried } from "./unanswered.ts";

/** The oldest version of Proxmox VE that this provider is tested with. Older ones may work as well. */
const OLDEST_TESTED = "7.4";

/** The version of every member that is up. */
export async function versionChecks(
  client: ProxmoxClient,
  members: readonly NodeSummary[],
  unanswered: Unanswered,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const up = members.filter(({ status }) => status !== "offline").map(({ name }) => name);
  const versions = await Promise.all(
    up.map(async (node): Promise<readonly Check[]> => {
      const asked = members.length === 1 ? client.version(signal) : client.nodeVersion(node, signal);
      const version = await unanswered.answer({ check: "version", subject: node, status: "warning" }, asked);
      return version === null ? [] : [check("version", node, versionFinding(version))];
    }),
  );
  return versions.flat();
}

function versionFinding(version: string): Finding {
  const is = `Proxmox VE ${version}`;
  const older = (than: string): boolean => compareVersions(version, than) < 0;
  if (older(`${OLDEST_TESTED}~`)) {
    return {
      status: "warning",
      summary: `${is} has no PCI mappings; and it is older than ${OLDEST_TESTED}, the oldest that this provider is tested with`,
    };
  }
  if (older("8.0~")) {
    return {
      status: "warning",
      summary: `${is} has no PCI mappings, and leaves mapped devices out of guests`,
    };
  }
  if (older("9.1.12")) {
    return {
      status: "warning",
      summary: `${is} does not report virtual functions: they are told by place, id and name (9.1.12 reports them)`,
    };
  }
  return { status: "ok", summary: is };
}

export function quorumCheck({ cluster }: ClusterStatus): Check {
  if (cluster === null)
    return check("quorum", null, { status: "ok", summary: "a host by itself needs none" });
  if (cluster.quorate === true) {
    return check("quorum", null, { status: "ok", summary: `the cluster ${cluster.name} has quorum` });
  }
  return check(
    "quorum",
    null,
    cluster.quorate === false
      ? {
          status: "error",
          summary: `the member that answers has no quorum in the cluster ${cluster.name}: no guest starts, and what it says of other nodes counts for nothing`,
          fix: "pvecm status",
        }
      : {
          status: "warning",
          summary: `the cluster ${cluster.name} does not say whether it has quorum`,
          fix: "pvecm status",
        },
  );
}

/** @param leftOut null when the devices were not read; then only the cluster's own answer is used. */
export function nodeChecks(
  members: readonly NodeSummary[],
  leftOut: readonly LeftOut[] | null,
): readonly Check[] {
  const silent = new Map(leftOut?.map((left) => [left.node, left]));
  return members.map(({ name, status }) => {
    const left = silent.get(name);
    if (left !== undefined && left.error !== null) {
      return check("nodes", name, {
        status: "error",
        summary: `said to be up, and its devices cannot be read: ${withTried(left.reason, left.error.tried)}`,
        fix:
          left.error.status === 595
            ? `On ${name}: systemctl restart pveproxy pvedaemon`
            : hintedAdvice(left.error),
      });
    }
    if (status === "offline") return check("nodes", name, { status: "warning", summary: "offline" });
    return check("nodes", name, {
      status: "ok",
      summary: leftOut === null ? "online" : "online, and was read",
    });
  });
}

/** @param isNeeded whether a mapping or a guest names a device of the node. */
export function iommuChecks(hosts: readonly Host[], isNeeded: (node: string) => boolean): readonly Check[] {
  return hosts.map((host) => {
    if (!isIommuOff(host)) return check("iommu", host.node, { status: "ok", summary: "on" });
    const needed = isNeeded(host.node);
    return check("iommu", host.node, {
      status: needed ? "error" : "warning",
      summary: `off: nothing can be passed through${needed ? ", and mappings or guests name devices here" : ""}`,
      fix:
        "Switch it on in the firmware (VT-d, AMD-Vi), add intel_iommu=on to the kernel command line of an Intel host, " +
        "and restart the host.",
    });
  });
}
