import { type ApiMethod, type Call, type Permission, requireAny, toPathNode } from "../api.ts";
import { nodeOf, type PciDevice } from "../cluster.ts";
import type { Json, JsonObject } from "../json.ts";
import { nodeParameter, requiredParameter, splitList, textParameter } from "../parameters.ts";
import { entriesOfNode, offersMediated } from "../pci-mapping.ts";
import type { Capabilities } from "../version.ts";

/** Memory controllers, bridges and processors are left out unless another list is given. */
const DEFAULT_BLACKLIST = "05;06;0b";

const SHORT_ID = "(?:[0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-9a-fA-F]";

/** Fields that are there with `verbose=0` too; the group and mdev only since 8.3. */
const TERSE_FIELDS = ["id", "class", "vendor", "device"];
const TERSE_FIELDS_SINCE_8_3 = ["iommugroup", "mdev", "nvidia"];
const VIRTUAL_FUNCTION_LINKS = ["physfn", "virtfns"];

const readHardware: Permission = (check) => {
  const privileges = check.release.auditReadsHardware ? ["Sys.Audit", "Sys.Modify"] : ["Sys.Modify"];
  const test = requireAny("/", privileges);
  if (typeof test === "function") test(check);
};

/** `/nodes/{node}/hardware/pci` and the mediated device types below it. */
export const hardwareEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/nodes/{node}/hardware/pci",
    parameters: {
      node: nodeParameter,
      "pci-class-blacklist": { type: "string", optional: true },
      verbose: { type: "boolean", optional: true },
    },
    permission: readHardware,
    protected: true,
    proxyTo: toPathNode,
    run: listDevices,
  },
  {
    method: "GET",
    path: "/nodes/{node}/hardware/pci/{pciid}/mdev",
    parameters: { node: nodeParameter, pciid: { type: "string", pattern: SHORT_ID } },
    permission: readHardware,
    protected: true,
    proxyTo: toPathNode,
    available: (release) => !release.mdevByMapping,
    run: (call) => mediatedTypes(call, requiredParameter(call.parameters, "pciid")),
  },
  {
    method: "GET",
    path: "/nodes/{node}/hardware/pci/{pci-id-or-mapping}/mdev",
    parameters: {
      node: nodeParameter,
      "pci-id-or-mapping": { type: "string", pattern: `(?:${SHORT_ID})|([a-zA-Z][a-zA-Z0-9_-]+)` },
    },
    permission: readHardware,
    protected: true,
    proxyTo: toPathNode,
    available: (release) => release.mdevByMapping,
    run: (call) => {
      const asked = requiredParameter(call.parameters, "pci-id-or-mapping");
      return new RegExp(`^${SHORT_ID}$`).test(asked)
        ? mediatedTypes(call, asked)
        : typesOfMapping(call, asked);
    },
  },
];

function listDevices(call: Call): Json {
  const blacklist = splitList(textParameter(call.parameters, "pci-class-blacklist") ?? DEFAULT_BLACKLIST);
  const verbose = textParameter(call.parameters, "verbose") !== "0";
  return nodeOf(call.cluster, call.node)
    .hardware.filter((device) => !blacklist.some((prefix) => device.class.startsWith(`0x${prefix}`)))
    .toSorted((left, right) => (left.id < right.id ? -1 : 1))
    .map((device) => visibleFields(device, verbose, call.release));
}

function visibleFields(device: PciDevice, verbose: boolean, release: Capabilities): JsonObject {
  const terse = [...TERSE_FIELDS, ...(release.groupsWhenTerse ? TERSE_FIELDS_SINCE_8_3 : [])];
  const fields = Object.entries(device).filter(([key]) => {
    if (key === "nvidia" && !release.nvidiaInterface) return false;
    if (key === "mdev" && !offersMediated(device, release)) return false;
    if (!verbose) return terse.includes(key);
    return release.virtualFunctionLinks || !VIRTUAL_FUNCTION_LINKS.includes(key);
  });
  return Object.fromEntries(fields);
}

/** An empty list too for a device that does not exist. */
function mediatedTypes(call: Call, id: string): Json {
  const full = /^[0-9a-f]{4,}:[0-9a-f]{2}:/.test(id) ? id : `0000:${id}`;
  return call.random.shuffle(nodeOf(call.cluster, call.node).mediatedTypes.get(full) ?? []);
}

/** The types of all devices of the mapping's lines for this node, each type once, by name. */
function typesOfMapping(call: Call, name: string): Json {
  const mapping = call.cluster.mappings.get(name);
  if (mapping === undefined) return [];
  const types = new Map<string, JsonObject>();
  for (const entry of entriesOfNode(mapping, call.node)) {
    if (entry.path.includes(";")) continue;
    for (const type of nodeOf(call.cluster, call.node).mediatedTypes.get(entry.path) ?? []) {
      const definition = type as JsonObject;
      const key = String(definition["type"]);
      if (!types.has(key)) types.set(key, definition);
    }
  }
  return [...types.values()].toSorted((left, right) =>
    String(left["type"]) < String(right["type"]) ? -1 : 1,
  );
}
