import { readdirSync } from "node:fs";
import { readHardwareFile } from "../pve/hardware-file.ts";
import { loadRecordings, type RecordingName, recordedData } from "../pve/recordings.ts";
import type { Cluster, RawGuest, RawPci } from "./cluster.ts";

const FILES = new URL("../../fixtures/clusters/", import.meta.url);

/** One of the recorded clusters, with its two guests as they would list their pending changes. */
export function recordedCluster(name: RecordingName): Cluster {
  const recordings = loadRecordings(name);
  const data = <T>(recording: string): T => recordedData(recordings, recording) as T;
  const nodes = data<Cluster["nodes"]>("nodes");
  const guest = (vmid: number): RawGuest => {
    const { name: called, ...config } = data<{ name: string }>(`vm${vmid}_config`);
    const pending = Object.entries<string | number>(config).map(([key, value]) => ({ key, value }));
    return { vmid, type: "qemu", node: "pve1", name: called, pending };
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
    ...(name === "pve9" ? { mappings: data("mapping") } : {}),
  };
}

/** Every cluster that the tests keep: the recorded ones and the hardware files. */
export function knownClusters(): [name: string, cluster: Cluster][] {
  const files = readdirSync(FILES).filter((file) => file.endsWith(".json"));
  return [
    ["pve9", recordedCluster("pve9")],
    ["pve7", recordedCluster("pve7")],
    ...files.map((file): [string, Cluster] => [
      file.replace(".json", ""),
      readHardwareFile(new URL(file, FILES)) as unknown as Cluster,
    ]),
  ];
}
