import type { ApiMethod, Call, Permission } from "../api.ts";
import type { Mapping } from "../cluster.ts";
import type { JsonObject } from "../json.ts";
import { mappingDigest } from "../mapping-file.ts";
import { configIdParameter, nodeParameter, requiredParameter, textParameter } from "../parameters.ts";
import { checkEntry, entriesOfNode } from "../pci-mapping.ts";
import { ProxmoxError } from "../proxmox-error.ts";
import type { Capabilities } from "../version.ts";

const SEE_PRIVILEGES = ["Mapping.Use", "Mapping.Modify", "Mapping.Audit"];

/** One of three tests has to pass; when none does, Proxmox does not say which. */
const seeMapping: Permission = ({ cluster, caller, parameters }) => {
  const have = cluster.access.permissions(caller, `/mapping/pci/${textParameter(parameters, "id")}`);
  if (!SEE_PRIVILEGES.some((privilege) => have.has(privilege)))
    throw new ProxmoxError(403, "Permission check failed\n");
};

/** Reading `/cluster/mapping/pci`. */
export const mappingEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/cluster/mapping/pci",
    parameters: { "check-node": { ...nodeParameter, optional: true } },
    permission: "all",
    proxyTo: (parameters) => textParameter(parameters, "check-node"),
    available: (release) => release.mappings,
    run: listMappings,
  },
  {
    method: "GET",
    path: "/cluster/mapping/pci/{id}",
    parameters: { id: configIdParameter },
    permission: seeMapping,
    protected: true,
    available: (release) => release.mappings,
    run: ({ cluster, release, parameters }) => {
      const id = requiredParameter(parameters, "id");
      const mapping = cluster.mappings.get(id);
      if (mapping === undefined) throw new ProxmoxError(500, `mapping '${id}' not found\n`);
      return { ...mappingFields(mapping, release), digest: mappingDigest(cluster) };
    },
  },
];

function listMappings(call: Call): JsonObject[] {
  const { cluster, release, caller, parameters, random } = call;
  const digest = mappingDigest(cluster);
  const checkNode = textParameter(parameters, "check-node");
  const visible = [...cluster.mappings].filter(
    ([id]) =>
      caller !== null &&
      SEE_PRIVILEGES.some((privilege) => cluster.access.allows(caller, `/mapping/pci/${id}`, privilege)),
  );
  return random.shuffle(visible).map(([id, mapping]) => ({
    ...mappingFields(mapping, release),
    id,
    digest,
    ...(checkNode === undefined ? {} : { checks: checksOf(call, id, mapping, checkNode) }),
  }));
}

/**
 * What is wrong with a mapping's lines for a node. `localhost` is looked for by that very name, so it never has a
 * line: that is Proxmox's doing.
 */
function checksOf(call: Call, id: string, mapping: Mapping, checkNode: string): JsonObject[] {
  const entries = entriesOfNode(mapping, checkNode);
  if (entries.length === 0) return [{ severity: "warning", message: `No mapping for node ${checkNode}.` }];
  return entries.flatMap((entry) => {
    const problem = checkEntry(call.cluster, call.release, id, entry);
    return problem === null ? [] : [{ severity: "error", message: `Invalid configuration: ${problem}` }];
  });
}

/** A member before 8.4 does not know what `live-migration-capable` is, and leaves it out. */
function mappingFields(mapping: Mapping, release: Capabilities): JsonObject {
  const { "live-migration-capable": capable, ...known } = mapping;
  const migration = release.mdevCheck && capable !== undefined ? { "live-migration-capable": capable } : {};
  return { type: "pci", ...known, ...migration };
}
