import type { Cluster, ClusterNode, Guest, GuestValue, Mapping, PciDevice } from "./cluster.ts";
import { noHighAvailability } from "./high-availability.ts";
import type { Json, JsonObject } from "./json.ts";
import { loadRecordings, type RecordingName, recordedData } from "./recordings.ts";
import { type StandardTokens, standardAccess } from "./standard-access.ts";
import { defaultStorages } from "./storage.ts";
import { Tickets } from "./ticket.ts";
import { capabilitiesOf } from "./version.ts";

/** Which recorded list of mediated device types belongs to which device. */
const MEDIATED_TYPES: readonly (readonly [node: string, device: string, recording: string])[] = [
  ["pve1", "0000:00:02.0", "mdev_bdf"],
  ["pve2", "0000:c1:00.4", "mdev_nvidia_vf"],
];

const GUESTS: readonly (readonly [vmid: number, recording: string])[] = [
  [100, "vm100_config"],
  [101, "vm101_config"],
];

/** Builds the lab cluster that the recorded answers come from. */
export function recordedCluster(name: RecordingName): { cluster: Cluster; tokens: StandardTokens } {
  const recordings = loadRecordings(name);
  const list = (recording: string): JsonObject[] => recordedData(recordings, recording) as JsonObject[];
  const object = (recording: string): JsonObject => recordedData(recordings, recording) as JsonObject;

  const version = object("version") as Cluster["version"];
  const release = capabilitiesOf(version.version);
  const { access, tokens } = standardAccess(release);
  const status = list("cluster_status");
  const resources = list("resources_node");

  const nodes = new Map<string, ClusterNode>();
  for (const entry of list("nodes") as ClusterNode["entry"][]) {
    const member = status.find((candidate) => candidate["name"] === entry.node);
    const resource = resources.find((candidate) => candidate["node"] === entry.node) ?? {};
    const online = entry.status === "online";
    nodes.set(entry.node, {
      name: entry.node,
      id: Number(member?.["nodeid"]),
      ip: String(member?.["ip"]),
      entry,
      staticInfo: Object.fromEntries(Object.entries(resource).filter(([key]) => !(key in entry))),
      hardware: online ? (list(`pci_${entry.node}_all`) as PciDevice[]) : [],
      mediatedTypes: new Map(),
      usedByHost: new Set(),
      boundToVfio: new Set(),
    });
  }
  for (const [node, device, recording] of MEDIATED_TYPES) {
    nodes.get(node)?.mediatedTypes.set(device, list(recording) as Json[]);
  }

  const mappings = new Map<string, Mapping>();
  let mappingDigest: string | null = null;
  if (release.mappings) {
    for (const { id, type: _, digest, ...mapping } of list("mapping")) {
      mappings.set(String(id), mapping as unknown as Mapping);
      mappingDigest = String(digest);
    }
  }

  const guests = new Map<number, Guest>();
  for (const [vmid, recording] of GUESTS) {
    guests.set(vmid, recordedGuest(vmid, object(recording), release.mappings));
  }

  const clusterName = String(status.find((entry) => entry["type"] === "cluster")?.["name"]);
  return {
    cluster: {
      name: clusterName,
      version,
      quorate: null,
      harm: [],
      nodes,
      mappings,
      mappingDigest,
      guests,
      storages: defaultStorages(),
      highAvailability: noHighAvailability(),
      tasks: new Map(),
      access,
      tickets: new Tickets(),
    },
    tokens,
  };
}

/** Release 7 keeps a `hostpci` that names a mapping in the file, but says nothing of it. */
function recordedGuest(vmid: number, config: JsonObject, mappings: boolean): Guest {
  const { digest, ...values } = config;
  const hidden = mappings || vmid !== 101 ? {} : { hostpci0: "mapping=gpu-ok,pcie=1" };
  return {
    vmid,
    type: "qemu",
    node: "pve1",
    digest: String(digest),
    running: false,
    devices: [],
    resource: {
      name: String(values["name"]),
      status: "stopped",
      template: 0,
      maxcpu: Number(values["cores"]),
      maxmem: Number(values["memory"]) * 1024 * 1024,
      maxdisk: 0,
      cpu: 0,
      mem: 0,
      disk: 0,
      netin: 0,
      netout: 0,
      diskread: 0,
      diskwrite: 0,
      uptime: 0,
    },
    config: new Map(Object.entries({ ...values, ...hidden }) as [string, GuestValue][]),
    pending: new Map(),
    deleting: new Map(),
  };
}
