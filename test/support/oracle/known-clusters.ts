import { readdirSync } from "node:fs";
import { type Hardware, readHardwareFile } from "../pve/hardware-file.ts";
import type { GuestRecord } from "../pve/hardware-guests.ts";
import { loadRecordings, type RecordingName, recordedData } from "../pve/recordings.ts";
import type { Cluster, RawGuest, RawMapping, RawPci, RawPending } from "./cluster.ts";

const FILES = new URL("../../fixtures/clusters/", import.meta.url);

/** One of the recorded clusters, with its two guests as they would list their pending changes. */
export function recordedCluster(name: RecordingName): Cluster {
  const recordings = loadRecordings(name);
  const data = <T>(recording: string): T => recordedData(recordings, recording) as T;
  const nodes = data<Cluster["nodes"]>("nodes");
  const guest = (vmid: number): RawGuest => {
    const { name: called, ...config } = data<{ name: string }>(`vm${vmid}_config`);
    const pending = Object.entries<string | number>(config).map(([key, value]) => ({ key, value }));
    return { vmid, type: "qemu", node: "pve1", name: called, status: "stopped", template: 0, pending };
  };
  return {
    version: data("version"),
    nodes,
    pci: Object.fromEntries(
      nodes
        .filter(({ status }) => status === "online")
        .map(({ node }) => [node, data<RawPci[]>(`pci_${node}_all`)]),
    ),
    guests: [guest(100), guest(101)],
    ...(name === "pve9" ? { mappings: data<RawMapping[]>("mapping") } : {}),
  };
}

/** A hardware file as answers of Proxmox. */
export function fileCluster(name: string): Cluster {
  const {
    guests = [],
    mappings = [],
    versions = {},
    ...hardware
  } = readHardwareFile(new URL(`${name}.json`, FILES));
  return {
    ...(hardware as unknown as Pick<Hardware, "version"> & Pick<Cluster, "nodes" | "pci" | "quorate">),
    versions,
    mappings: mappings as unknown as RawMapping[],
    guests: guests.map(guestOf),
  };
}

function guestOf(record: GuestRecord): RawGuest {
  const { vmid, node, type, running, pending = {}, delete: deleted = [], name, ...config } = record;
  const values = config as Record<string, string | number>;
  const changes = pending as Record<string, string | number>;
  const keys = new Set([...Object.keys(values), ...Object.keys(changes)]);
  return {
    vmid,
    node,
    type: type === "lxc" ? "lxc" : "qemu",
    ...(typeof name === "string" ? { name } : {}),
    status: running === true ? "running" : "stopped",
    template: config["template"] === 1 ? 1 : 0,
    pending: [...keys].map(
      (key): RawPending => ({
        key,
        ...(values[key] === undefined ? {} : { value: values[key] }),
        ...(changes[key] === undefined ? {} : { pending: changes[key] }),
        ...((deleted as string[]).includes(key) ? { delete: 1 } : {}),
      }),
    ),
  };
}

/** Every cluster that the tests keep: the recorded ones and the hardware files. */
export function knownClusters(): [name: string, cluster: Cluster][] {
  const files = readdirSync(FILES)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(".json", ""));
  return [
    ["pve9", recordedCluster("pve9")],
    ["pve7", recordedCluster("pve7")],
    ...files.map((name): [string, Cluster] => [name, fileCluster(name)]),
  ];
}
