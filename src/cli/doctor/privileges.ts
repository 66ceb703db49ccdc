/** The check `privileges`: for each path, what is granted and what it is for. */
import { grantedBelow, isGrantedAt, permissionsOver } from "../../provider/granted.ts";
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
      const granted =
        need.path === "/"
          ? await isGrantedAt(client, "/", need.privileges, signal)
          : grantedBelow(await permissionsOver(client, need.path, signal), need.path, need.privileges);
      const [privilege] = need.privileges;
      if (granted) {
        return check("privileges", need.path, { status: "ok", summary: `${privilege}, for ${need.purpose}` });
      }
      const missing = { privileges: [privilege], path: need.path };
      return check("privileges", need.path, {
        status: need.otherwise,
        summary: `${privilege} is missing, for ${need.purpose}`,
        fix: grantCommands(missing, identity).join("\n"),
      });
    }),
  );
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
