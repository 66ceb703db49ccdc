import { startGuest } from "../pve/guest-start.ts";
import { type Hardware, hardwareCluster } from "../pve/hardware-file.ts";
import { TaskError } from "../pve/task.ts";
import type { Cluster, RawGuest, RawPending } from "./cluster.ts";
import { linesOf } from "./mapping-line.ts";
import { wishOf } from "./usage.ts";

/** How starts of guests end, one after the other, on hosts on which nothing runs yet. */
export interface Starts {
  /** Of each guest the message of its task, or null when it has started. */
  ends: (string | null)[];
  /** What a start took from a guest that ran. */
  harm: string[];
}

/**
 * Starts guests in the order given, as qemu-server does it. All options of a machine are as PCI devices need them; what
 * is pending holds by then.
 */
function startAll(cluster: Cluster, guests: RawGuest[]): Starts {
  const { cluster: hosts } = hardwareCluster({
    version: { version: cluster.version.version },
    versions: cluster.versions ?? {},
    nodes: cluster.nodes,
    pci: cluster.pci,
    mappings: cluster.mappings ?? [],
  } as unknown as Hardware);
  const ends = guests.map((raw): string | null => {
    const config = new Map<string, string | number>([["machine", "q35"]]);
    for (const { key, value, pending, delete: deleted } of raw.pending) {
      const future = pending ?? (deleted === undefined ? value : undefined);
      if (future !== undefined) config.set(key, future);
    }
    const guest = {
      vmid: raw.vmid,
      type: "qemu" as const,
      node: raw.node,
      digest: null,
      resource: {},
      running: false,
      devices: [],
      config,
      pending: new Map(),
      deleting: new Map(),
    };
    hosts.guests.set(raw.vmid, guest);
    try {
      startGuest(hosts, guest);
      return null;
    } catch (error) {
      if (error instanceof TaskError) return error.message;
      throw error;
    }
  });
  return { ends, harm: hosts.harm };
}

/** Messages of starts that fail for what the configuration or its mappings say, whoever else runs. */
const OF_CONFIGURATION =
  /^(PCI device mapping (not found|invalid)|no PCI device found|device '.*' assigned more than once|could not find a free device)/;

/** Whether a guest cannot start, even alone, for what it or a mapping names. */
export function isBroken(cluster: Cluster, guest: RawGuest): boolean {
  const [end] = startAll(cluster, [guest]).ends;
  return end !== null && end !== undefined && OF_CONFIGURATION.test(end);
}

/** Whether a guest starts when nobody else runs. */
export const startsAlone = (cluster: Cluster, guest: RawGuest): boolean =>
  startAll(cluster, [guest]).ends[0] === null;

/**
 * Whether the guests can all run at once, whichever of a mapping's lines each of them gets, without one that loses its
 * device. Proxmox itself takes the first line that nobody has reserved, blind to groups and physical functions, so that
 * it may fail where this would not.
 */
export const canRunTogether = (cluster: Cluster, guests: RawGuest[]): boolean =>
  choicesOf(cluster, guests).some((chosen) => {
    const { ends, harm } = startAll(cluster, chosen);
    return ends.every((end) => end === null) && harm.length === 0;
  });

/** The guests with every choice of a line for each of their mappings, written as the addresses that it names. */
export function choicesOf(cluster: Cluster, guests: RawGuest[]): RawGuest[][] {
  const [first, ...rest] = guests;
  if (first === undefined) return [[]];
  const entries = first.pending.map(({ key, value }): RawPending[] => {
    const mapping = (cluster.mappings ?? []).find(({ id }) => id === wishOf(value)?.mapping);
    if (mapping === undefined) return [{ key, value: value ?? "" }];
    const lines = linesOf(mapping).filter(({ node }) => node === first.node);
    return lines.map(({ path }) => ({ key, value: path }));
  });
  const ofFirst = entries.reduce<RawPending[][]>(
    (all, choices) => all.flatMap((before) => choices.map((choice) => [...before, choice])),
    [[]],
  );
  const ofRest = choicesOf(cluster, rest);
  return ofFirst.flatMap((pending) => ofRest.map((others) => [{ ...first, pending }, ...others]));
}
