import type { ApiMethod, Call } from "../api.ts";
import type { Cluster } from "../cluster.ts";
import { type HaResource, haDigest, removeHaResource } from "../high-availability.ts";
import {
  configIdParameter,
  type ParameterSchema,
  type ParameterSchemas,
  type Parameters,
  requiredParameter,
  textParameter,
} from "../parameters.ts";
import { ProxmoxError } from "../proxmox-error.ts";
import { assertQuorate } from "../quorum.ts";
import type { Capabilities } from "../version.ts";
import {
  answered,
  audit,
  commentParameter,
  hasRules,
  manage,
  sidParameter,
  update,
  updating,
} from "./ha-options.ts";

const countParameter: ParameterSchema = { type: "integer", minimum: 0, optional: true };

/** Options of a resource; `failback` came with 9.0, when rules took the place of groups. */
const resourceOptions = (release: Capabilities): ParameterSchemas => ({
  state: {
    type: "string",
    enum: ["started", "stopped", "enabled", "disabled", "ignored"],
    optional: true,
  },
  group: { ...configIdParameter, optional: true },
  max_restart: countParameter,
  max_relocate: countParameter,
  comment: commentParameter,
  ...(hasRules(release) ? { failback: { type: "boolean", optional: true } } : {}),
});

/** What the HA manager has to keep running, as `PVE/API2/HA/Resources.pm` takes it. */
export const haResourceEndpoints: readonly ApiMethod[] = [
  {
    method: "POST",
    path: "/cluster/ha/resources",
    parameters: (release) => ({
      sid: sidParameter,
      type: { type: "string", optional: true },
      ...resourceOptions(release),
    }),
    permission: manage,
    protected: true,
    run: createResource,
  },
  {
    method: "GET",
    path: "/cluster/ha/resources/{sid}",
    parameters: { sid: sidParameter },
    permission: audit,
    run: ({ cluster, parameters }) => {
      const sid = sidOf(cluster, parameters);
      const resource = cluster.highAvailability.resources.get(sid);
      if (resource === undefined) throw new ProxmoxError(500, `no such resource '${sid}'\n`);
      const digest = haDigest(cluster.highAvailability.resources);
      return { ...answered(resource.options), digest, sid, type: resource.type };
    },
  },
  {
    method: "PUT",
    path: "/cluster/ha/resources/{sid}",
    parameters: (release) => ({
      sid: sidParameter,
      type: { type: "string", optional: true },
      ...updating,
      ...resourceOptions(release),
    }),
    permission: manage,
    protected: true,
    run: ({ cluster, release, parameters }) => {
      const sid = sidOf(cluster, parameters);
      refuseGroup(release, parameters);
      const resource = cluster.highAvailability.resources.get(sid);
      if (resource === undefined) {
        throw new ProxmoxError(500, `cannot update service '${sid}', not HA managed!\n`);
      }
      update(resource, parameters, resourceOptions(release));
      return null;
    },
  },
  {
    method: "DELETE",
    path: "/cluster/ha/resources/{sid}",
    parameters: { sid: sidParameter, purge: { type: "boolean", optional: true } },
    permission: manage,
    protected: true,
    run: ({ cluster, parameters }) => {
      const sid = sidOf(cluster, parameters);
      const { resources } = cluster.highAvailability;
      if (!resources.has(sid)) {
        throw new ProxmoxError(500, `cannot delete service '${sid}', not HA managed!\n`);
      }
      if (textParameter(parameters, "purge") === "0") resources.delete(sid);
      else removeHaResource(cluster.highAvailability, sid);
      return null;
    },
  },
];

function createResource({ cluster, release, parameters }: Call): null {
  assertQuorate(cluster);
  const sid = sidOf(cluster, parameters);
  const type = sid.startsWith("ct:") ? "ct" : "vm";
  if ((textParameter(parameters, "type") ?? type) !== type) {
    throw new ProxmoxError(500, "types does not match\n");
  }
  refuseGroup(release, parameters);
  const vmid = sid.slice(sid.indexOf(":") + 1);
  const guest = cluster.guests.get(Number(vmid));
  if (guest === undefined) throw new ProxmoxError(500, `resource '${sid}' does not exist in cluster\n`);
  if (type === "vm" && guest.type !== "qemu") {
    throw new ProxmoxError(500, `resource '${sid}' - guest with ID ${vmid} is not a VM\n`);
  }
  if (cluster.highAvailability.resources.has(sid)) {
    throw new ProxmoxError(500, `create resource failed: resource ID '${sid}' already defined\n`);
  }
  const resource: HaResource = { type, options: new Map() };
  update(resource, parameters, resourceOptions(release));
  cluster.highAvailability.resources.set(sid, resource);
  return null;
}

/** A resource's id; a guest's number alone stands for that of the guest. */
function sidOf(cluster: Cluster, parameters: Parameters): string {
  const given = requiredParameter(parameters, "sid");
  if (!/^\d+$/.test(given)) return given;
  const guest = cluster.guests.get(Number(given));
  if (guest === undefined) {
    throw new ProxmoxError(500, `unable to detect SID from VMID - VM/CT ${given} does not exist\n`);
  }
  return `${guest.type === "qemu" ? "vm" : "ct"}:${given}`;
}

function refuseGroup(release: Capabilities, parameters: Parameters): void {
  if (!hasRules(release) || !parameters.has("group")) return;
  throw new ProxmoxError(500, "invalid parameter 'group': ha groups have been migrated to rules\n");
}
