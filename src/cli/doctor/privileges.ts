/** The check `privileges`: for each path, what is granted and what it is for. */
import { grantedAt, grantedBelow, permissionsOver } from "../../provider/granted.ts";
import { compareVersions } from "../../proxmox/answers/version.ts";
import { grantCommands } from "../../proxmox/asking/permission.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import type { Identity } from "../../proxmox/settings/credentials.ts";
import { type Check, check, type Status } from "./check.ts";

/** Privileges that have to be granted at a path and everywhere below it. */
interface Need {
  readonly path: string;
  /** Any one of them is enough. The first is the one to grant. */
  readonly privileges: readonly [string, ...string[]];
  readonly purpose: string;
  /** The status when it is missing. */
  readonly otherwise: Exclude<Status, "ok">;
}

/** @param version of the member that answers: Proxmox before 8 has no mappings, before 7.3 it wants more privileges. */
export async function privilegeChecks(
  client: ProxmoxClient,
  identity: Identity,
  version: string,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  return await Promise.all(
    needsOf(version).map(async (need) => {
      const held = await heldOf(need, client, signal);
      if (held !== null) {
        return check("privileges", need.path, { status: "ok", summary: `${held}, for ${need.purpose}` });
      }
      const [privilege] = need.privileges;
      const missing = { privileges: [privilege], path: need.path };
      return check("privileges", need.path, {
        status: need.otherwise,
        summary: `${privilege} is missing, for ${need.purpose}`,
        fix: grantCommands(missing, identity).join("\n"),
      });
    }),
  );
}

/** The first privilege that is enough by itself, or those that are enough together; null when they are not. */
async function heldOf(
  { path, privileges }: Need,
  client: ProxmoxClient,
  signal: AbortSignal,
): Promise<string | null> {
  const permissions = await (path === "/"
    ? client.permissions(signal, path)
    : permissionsOver(client, path, signal));
  const areEnough = (some: readonly string[]): boolean =>
    path === "/" ? grantedAt(permissions, path, some) : grantedBelow(permissions, path, some);
  if (!areEnough(privileges)) return null;
  return privileges.find((privilege) => areEnough([privilege])) ?? privileges.join(" or ");
}

function needsOf(version: string): readonly Need[] {
  const before73 = compareVersions(version, "7.3") < 0;
  return [
    {
      path: "/",
      privileges: before73 ? ["Sys.Modify"] : ["Sys.Audit", "Sys.Modify"],
      purpose: "reading PCI devices",
      otherwise: "error",
    },
    ...(compareVersions(version, "8.0~") < 0
      ? []
      : ([
          {
            path: "/mapping/pci",
            privileges: ["Mapping.Audit", "Mapping.Use", "Mapping.Modify"],
            purpose: "seeing every mapping",
            otherwise: "warning",
          },
        ] as const)),
    {
      path: "/vms",
      privileges: ["VM.Audit"],
      purpose: "seeing which guests use what",
      otherwise: "warning",
    },
  ];
}
