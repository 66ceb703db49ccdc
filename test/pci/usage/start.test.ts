/** What is said of guests against what becomes of them when they are started on a stand-in of qemu-server. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { devicesFromRecords } from "../../../src/pci/device.ts";
import { arrangeHost, type Host } from "../../../src/pci/host.ts";
import { CURRENT_CHECK } from "../../../src/pci/mapping-check.ts";
import { faultsOn } from "../../../src/pci/usage/broken.ts";
import { clashesOver } from "../../../src/pci/usage/clash.ts";
import type { Target } from "../../../src/pci/usage/clash-kind.ts";
import type { Cluster, PciDevice } from "../../support/pve/cluster.ts";
import { startGuest } from "../../support/pve/guest-start.ts";
import { type Hardware, hardwareCluster } from "../../support/pve/hardware-file.ts";
import { TaskError } from "../../support/pve/task.ts";
import { type Scene, scene, traitsOf } from "../support/guest-scene.ts";
import { coverageOf, guest } from "../support/guests.ts";
import { received, record } from "../support/hardware.ts";

/** A scene without mediated devices and devices in no group, of whose start other things decide. */
const startable = scene.filter(
  ({ functions, guests }) =>
    functions.every(({ group, vgpu }) => group !== null && vgpu === null) &&
    !guests.flat().some((entry) => entry.includes("mdev")),
);

interface Played {
  readonly host: Host;
  /** A cluster with none of the guests running. */
  readonly fresh: () => Cluster;
  readonly lines: { readonly [mapping: string]: readonly string[] };
}

/** @param distort makes a line of a mapping not fit any more. */
function play(given: Scene, distort: (line: string) => string = (line) => line): Played {
  const records = Object.entries(traitsOf(given)).map(
    ([id, traits]) => record(id, traits) as unknown as PciDevice,
  );
  const host = arrangeHost("pve1", devicesFromRecords("pve1", received(records)), true);
  const lineOf = (path: string): string => {
    const [first = ""] = path.split(";");
    const device = host.devices.find((one) => one.path === first || one.path === `${first}.0`);
    return distort(`id=${device?.id ?? "10de:2204"},iommugroup=${device?.iommuGroup ?? 0},path=${path}`);
  };
  const lines = Object.fromEntries(
    Object.entries(given.mappings).map(([name, paths]) => [name, paths.map(lineOf)]),
  );
  const hardware: Hardware = {
    version: { version: "9.2.11", release: "9.2", repoid: "0123456789abcdef" },
    nodes: [{ node: "pve1", status: "online" }],
    pci: { pve1: records },
    mappings: Object.entries(lines).map(([id, all]) => ({
      id,
      type: "pci",
      map: all.map((line) => `node=pve1,${line}`),
    })),
    guests: given.guests.map((entries, index) => ({
      vmid: 200 + index,
      node: "pve1",
      ...Object.fromEntries(entries.map((value, number) => [`hostpci${number}`, value])),
    })),
  };
  const written = Object.fromEntries(
    Object.entries(lines).map(([name, all]) => [name, all.map((line) => `pve1,${line}`)]),
  );
  return { host, lines: written, fresh: () => hardwareCluster(hardware).cluster };
}

const guestsOf = ({ guests }: Scene) =>
  guests.map((entries, index) =>
    guest(
      200 + index,
      entries.map((value, number) => [`hostpci${number}`, value]),
    ),
  );

/** Why a start fails; null when it does not, and nobody loses anything by it. */
function problemOf(cluster: Cluster, vmid: number): string | null {
  const one = cluster.guests.get(vmid);
  if (one === undefined) throw new Error(`there is no guest ${vmid}`);
  try {
    startGuest(cluster, one);
  } catch (error) {
    if (error instanceof TaskError) return error.message;
    throw error;
  }
  return cluster.harm.join("; ") || null;
}

/** What Proxmox says when an entry finds no device. */
const NO_DEVICE =
  /^(PCI device mapping|no PCI device found|device '.*' assigned more than once|could not find a free device)/;
/** A virtual function that went with its physical one, of which nothing is said. */
const OWN_VIRTUAL_FUNCTION = /Cannot bind|Cannot open iommu_group|QEMU exited/;

describe("a guest that is said not to start", () => {
  test.each<[string, (line: string) => string]>([
    ["where lines fit", (line) => line],
    ["where some do not", (line) => line.replace(/iommugroup=2\b/, "iommugroup=99")],
    ["where some are for nothing", (line) => line.replace(/path=0000:03/, "path=0000:09")],
  ])("does not, and every other does, %s", (_where, distort) => {
    fc.assert(
      fc.property(startable, (given) => {
        const { host, lines, fresh } = play(given, distort);
        const guests = guestsOf(given);
        const faults = faultsOn(
          [host],
          guests,
          coverageOf(lines, [host]),
          () => true,
          () => CURRENT_CHECK,
        );
        for (const { vmid } of guests) {
          const problem = problemOf(fresh(), vmid);
          fc.pre(problem === null || !OWN_VIRTUAL_FUNCTION.test(problem));
          expect([vmid, faults.some((fault) => fault.guest.vmid === vmid)]).toEqual([vmid, problem !== null]);
          expect(problem ?? "device '' assigned more than once").toMatch(NO_DEVICE);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("two guests that are said to clash", () => {
  const pairs = startable
    .map((given): Scene => ({ ...given, guests: given.guests.slice(0, 2) }))
    .filter(({ guests }) => guests.length === 2);

  function verdict(given: Scene) {
    const { host, lines, fresh } = play(given);
    const targets = host.devices.map((device): Target => [device]);
    const clashes = clashesOver(targets, [host], guestsOf(given), coverageOf(lines, [host]));
    const alone = [200, 201].map((vmid) => problemOf(fresh(), vmid));
    const together = [
      [200, 201],
      [201, 200],
    ].map((order) => {
      const cluster = fresh();
      return order.map((vmid) => problemOf(cluster, vmid)).filter((problem) => problem !== null);
    });
    return { clash: clashes.length > 0, alone, together };
  }

  test("never both run, whoever comes first", () => {
    // Of a card whose functions are in groups of their own, two guests could each have a part; its lines serve one.
    const whole = pairs.filter(({ functions }) =>
      functions.every((one) =>
        functions.every((other) => one.card !== other.card || one.group === other.group),
      ),
    );
    fc.assert(
      fc.property(whole, (given) => {
        const { clash, together } = verdict(given);
        fc.pre(clash);
        for (const problems of together) expect(problems).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("are all that do not both run, of those that have no choice", () => {
    const certain = pairs
      .map(
        (given): Scene => ({
          ...given,
          mappings: Object.fromEntries(
            Object.entries(given.mappings).map(([name, paths]) => [name, paths.slice(0, 1)]),
          ),
        }),
      )
      .filter(({ guests }) => guests.length === 2);
    fc.assert(
      fc.property(certain, (given) => {
        const { clash, alone, together } = verdict(given);
        fc.pre(alone.every((problem) => problem === null));
        expect(clash).toBe(together.some((problems) => problems.length > 0));
      }),
      { numRuns: 150 },
    );
  });
});
