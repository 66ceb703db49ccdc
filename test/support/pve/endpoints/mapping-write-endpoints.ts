import { type ApiMethod, type Call, requireAny } from "../api.ts";
import { type Cluster, capabilities, type Mapping } from "../cluster.ts";
import { mappingDigest } from "../mapping-file.ts";
import {
  configIdParameter,
  type ParameterSchema,
  type ParameterSchemas,
  type Parameters,
  requiredParameter,
  splitList,
  textParameter,
} from "../parameters.ts";
import { mappingEntryFormat } from "../pci-mapping.ts";
import { propertyStringProblem } from "../property-string.ts";
import { ProxmoxError } from "../proxmox-error.ts";
import { assertMappingsWritable } from "../quorum.ts";
import type { Capabilities } from "../version.ts";

const mapParameter: ParameterSchema = {
  type: "array",
  items: {
    type: "string",
    format: (value, path) => propertyStringProblem(mappingEntryFormat, value, path),
  },
};

const FLAGS = ["mdev", "live-migration-capable"] as const;

/** Properties of a mapping; `live-migration-capable` came with 8.4. */
function mappingParameters(release: Capabilities): ParameterSchemas {
  return {
    id: configIdParameter,
    map: mapParameter,
    description: { type: "string", maxLength: 4096, optional: true },
    mdev: { type: "boolean", optional: true },
    ...(release.mdevCheck ? { "live-migration-capable": { type: "boolean", optional: true } } : {}),
  };
}

const modifyMappings = requireAny("/mapping/pci", ["Mapping.Modify"]);

/** Creating, changing and removing mappings. Nothing is compared with the hardware here: that is done at VM start. */
export const mappingWriteEndpoints: readonly ApiMethod[] = [
  {
    method: "POST",
    path: "/cluster/mapping/pci",
    parameters: mappingParameters,
    permission: modifyMappings,
    protected: true,
    available: (release) => release.mappings,
    run: createMapping,
  },
  {
    method: "PUT",
    path: "/cluster/mapping/pci/{id}",
    parameters: (release) => ({
      ...mappingParameters(release),
      map: { ...mapParameter, optional: true },
      delete: { type: "string", maxLength: 4096, optional: true },
      digest: { type: "string", maxLength: 64, optional: true },
    }),
    permission: requireAny("/mapping/pci/{id}", ["Mapping.Modify"]),
    protected: true,
    available: (release) => release.mappings,
    run: updateMapping,
  },
  {
    method: "DELETE",
    path: "/cluster/mapping/pci/{id}",
    parameters: { id: configIdParameter },
    permission: modifyMappings,
    protected: true,
    available: (release) => release.mappings,
    run: ({ cluster, parameters }) => {
      assertMappingsWritable(cluster, "delete pci mapping failed");
      cluster.mappings.delete(requiredParameter(parameters, "id"));
      cluster.mappingDigest = null;
      return null;
    },
  },
];

function createMapping({ cluster, parameters }: Call): null {
  assertMappingsWritable(cluster, "create hardware mapping failed");
  const id = requiredParameter(parameters, "id");
  if (cluster.mappings.has(id)) {
    throw new ProxmoxError(500, `create hardware mapping failed: pci ID '${id}' already defined\n`);
  }
  cluster.mappings.set(id, { map: [], ...givenProperties(parameters) });
  cluster.mappingDigest = null;
  return null;
}

function updateMapping(call: Call): null {
  const { cluster, parameters } = call;
  assertMappingsWritable(cluster, "update hardware mapping failed");
  const fail = (reason: string): never => {
    throw new ProxmoxError(500, `update hardware mapping failed: ${reason}\n`);
  };
  const id = requiredParameter(parameters, "id");
  const digest = textParameter(parameters, "digest");
  if (digest !== undefined && digest !== mappingDigest(cluster)) {
    fail("detected modified configuration - file changed by other user? Try again.");
  }
  const before = cluster.mappings.get(id) ?? fail(`pci ID '${id}' does not exist`);
  if (!parameters.has("map")) fail("missing value for required option 'map'");
  const given = givenProperties(parameters);
  const after: Mapping = { ...before, ...given, map: given.map ?? before.map };
  for (const name of splitList(textParameter(parameters, "delete") ?? "")) {
    if (name === "map") fail("unable to delete required option 'map'");
    if (!isOptional(name, cluster)) fail(`no such option '${name}'`);
    else if (parameters.has(name)) fail(`cannot set and delete property '${name}' at the same time!`);
    else delete after[name];
  }
  cluster.mappings.set(id, after);
  cluster.mappingDigest = null;
  return null;
}

type OptionalProperty = Exclude<keyof Mapping, "map">;

function isOptional(name: string, cluster: Cluster): name is OptionalProperty {
  return Object.hasOwn(mappingParameters(capabilities(cluster)), name) && name !== "map" && name !== "id";
}

function givenProperties(parameters: Parameters): Partial<Mapping> {
  const properties: Partial<Mapping> = {};
  const map = parameters.get("map");
  if (map !== undefined) properties.map = (typeof map === "string" ? [map] : map).map(asReadBack);
  const description = textParameter(parameters, "description");
  if (description !== undefined) properties.description = asReadBack(description);
  for (const flag of FLAGS) {
    const value = textParameter(parameters, flag);
    if (value !== undefined) properties[flag] = value === "1" ? 1 : 0;
  }
  return properties;
}

/** Proxmox stores UTF-8 and takes the bytes for Latin-1 when it reads the file, so that answers encode it twice. */
const asReadBack = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
