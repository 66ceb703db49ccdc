import type { Cluster, Guest } from "./cluster.ts";

/** What configurations make in a cluster, by name: what has to be gone when they are destroyed. */
export interface Belongings {
  readonly mappings: readonly string[];
  readonly guests: readonly number[];
  readonly volumes: readonly string[];
}

/** Everything that there is now. */
export function belongingsOf({ mappings, guests, storages }: Cluster): Belongings {
  const volumes = [...storages.values()].flatMap((storage) =>
    [...storage.volumes].flatMap(([node, ids]) => [...ids.keys()].map((id) => `${node} ${id}`)),
  );
  return {
    mappings: [...mappings.keys()].toSorted(),
    guests: [...guests.keys()].toSorted((left, right) => left - right),
    volumes: volumes.toSorted(),
  };
}

/** The tasks that did not end well, each with its type, what it was about and what went wrong. */
export function failedTasks({ tasks }: Cluster): string[] {
  return [...tasks.values()]
    .filter(({ exitStatus }) => exitStatus !== "OK")
    .map(({ type, id, exitStatus }) => `${type} ${id}: ${exitStatus}`);
}

/** A machine that runs: its node, and what its `hostpci0` and so on say, in their order. */
export interface RunningGuest {
  readonly node: string;
  readonly hostpci: readonly string[];
}

/** The machines that run, by name. */
export function runningGuests({ guests }: Cluster): Record<string, RunningGuest> {
  const running = [...guests.values()].filter((guest) => guest.running);
  return Object.fromEntries(
    running.map((guest) => [
      String(guest.config.get("name")),
      { node: guest.node, hostpci: hostpciOf(guest) },
    ]),
  );
}

/** The devices that running machines hold, each as `NODE/ADDRESS`. */
export function heldDevices({ guests }: Cluster): string[] {
  return [...guests.values()].flatMap(({ node, devices }) => devices.map((id) => `${node}/${id}`)).toSorted();
}

function hostpciOf({ config }: Guest): string[] {
  return Array.from({ length: 16 }, (_, index) => config.get(`hostpci${index}`))
    .filter((value) => value !== undefined)
    .map(String);
}
