import { type Cluster, nodeOf, type PciDevice } from "./cluster.ts";
import { checkEntry, entriesOfNode } from "./pci-mapping.ts";
import { type PropertyFormat, PropertyStringError, parsePropertyString } from "./property-string.ts";
import { TaskError } from "./task.ts";
import type { Capabilities } from "./version.ts";

const ADDRESS = "(?:[a-f0-9]{4,}:)?[a-f0-9]{2}:[a-f0-9]{2}(?:\\.[a-f0-9])?";
const HEX_ID = "0x[0-9a-fA-F]{4}";

/** What a `hostpciN` consists of: `$hostpci_fmt` of `QemuServer/PCI.pm`. */
export function hostpciFormat(release: Capabilities): PropertyFormat {
  const flag = { type: "boolean", optional: true } as const;
  return {
    host: {
      type: "string",
      pattern: `${ADDRESS}(;${ADDRESS})*`,
      optional: release.mappings,
      defaultKey: true,
    },
    ...(release.mappings ? { mapping: { type: "string", optional: true } } : {}),
    rombar: flag,
    romfile: { type: "string", pattern: "[^,;]+", optional: true },
    pcie: flag,
    "x-vga": flag,
    "legacy-igd": flag,
    mdev: { type: "string", pattern: "[^/.:]+", optional: true },
    "vendor-id": { type: "string", pattern: HEX_ID, optional: true },
    "device-id": { type: "string", pattern: HEX_ID, optional: true },
    "sub-vendor-id": { type: "string", pattern: HEX_ID, optional: true },
    "sub-device-id": { type: "string", pattern: HEX_ID, optional: true },
    ...(release.keepsDriver ? { driver: { type: "string", optional: true, enum: ["vfio", "keep"] } } : {}),
  };
}

/** A `hostpciN` at a machine's start. */
export interface HostPci {
  /** Sets of devices of which the first free one is passed through, each set as a whole. */
  readonly alternatives: readonly (readonly PciDevice[])[];
  /** Type of the mediated device to be made. */
  readonly mdev: string | undefined;
  /** Number of the vGPU type that a VF of NVIDIA's newer driver takes: `nvidia-N` of `mdev`. */
  readonly nvidia: string | undefined;
  readonly pcie: boolean;
  /** Why it cannot be the graphics of `legacy-igd`, whatever the machine; null where it can, undefined where it need not. */
  readonly legacyProblem: string | null | undefined;
  /** The device stays with the driver that it has. */
  readonly keepsDriver: boolean;
}

/**
 * Finds the devices of a `hostpciN`, comparing a mapping with the hardware on the way, as `parse_hostpci` does.
 *
 * @throws TaskError with the message that the start ends with.
 */
export function resolveHostPci(
  cluster: Cluster,
  release: Capabilities,
  node: string,
  value: string,
): HostPci {
  const properties = readProperties(release, value);
  const host = properties.get("host");
  const mapping = properties.get("mapping");
  if (host !== undefined && mapping !== undefined)
    throw new TaskError("Cannot set both 'host' and 'mapping'.\n");
  if (host === undefined && mapping === undefined)
    throw new TaskError("Either 'host' or 'mapping' must be set.\n");
  const paths =
    mapping === undefined ? [(host ?? "").split(";")] : mappedPaths(cluster, release, node, mapping);
  const mdev = properties.get("mdev");
  let nvidia: string | undefined;
  const alternatives = paths.map((alternative) => {
    const devices = alternative.flatMap((path) => devicesAt(cluster, node, path));
    if (devices.length > 1 && mdev !== undefined) {
      throw new TaskError("cannot use mediated device with multifunction device\n");
    }
    if (release.nvidiaInterface && devices[0]?.["nvidia"] === 1) {
      nvidia ??= /^nvidia-(\d+)$/.exec(mdev ?? "")?.[1];
    }
    return devices;
  });
  return {
    alternatives,
    mdev: nvidia === undefined ? mdev : undefined,
    nvidia,
    pcie: properties.get("pcie") === "1",
    legacyProblem: properties.get("legacy-igd") === "1" ? legacyProblem(properties, alternatives) : undefined,
    keepsDriver: properties.get("driver") === "keep",
  };
}

/** What `parse_hostpci_devices` finds wrong with an entry of `legacy-igd`, but for the machine's own options. */
function legacyProblem(
  properties: ReadonlyMap<string, string>,
  alternatives: readonly (readonly PciDevice[])[],
): string | null {
  if (properties.get("rombar") === "0") return "requires rombar to be enabled";
  if (properties.get("x-vga") === "1") return "is not compatible with x-vga";
  if (properties.has("mdev")) return "is not compatible with mdev";
  if (alternatives.some((devices) => devices.length > 1))
    return "is not compatible with multifunction devices";
  if (alternatives.length > 1) return "is not compatible with alternate devices";
  return alternatives[0]?.[0]?.id.endsWith("02.0") === true
    ? null
    : "only works for devices on host bus 00:02.0";
}

function readProperties(release: Capabilities, value: string): Map<string, string> {
  try {
    return parsePropertyString(hostpciFormat(release), value, "hostpci");
  } catch (error) {
    throw error instanceof PropertyStringError ? new TaskError(error.message) : error;
  }
}

function mappedPaths(cluster: Cluster, release: Capabilities, node: string, name: string): string[][] {
  const mapping = cluster.mappings.get(name);
  const entries = mapping === undefined ? [] : entriesOfNode(mapping, node);
  if (entries.length === 0) throw new TaskError(`PCI device mapping not found for '${name}'\n`);
  return entries.map((entry) => {
    const problem = checkEntry(cluster, release, name, entry);
    if (problem !== null) {
      throw new TaskError(`PCI device mapping invalid (hardware probably changed): ${problem}\n`);
    }
    return entry.path.split(";");
  });
}

/** The devices whose address begins like the path, so that one without a function means the whole slot. */
function devicesAt(cluster: Cluster, node: string, path: string): PciDevice[] {
  const found = nodeOf(cluster, node).hardware.filter(
    ({ id }) => id.startsWith(path) || id.startsWith(`0000:${path}`),
  );
  if (found.length === 0) throw new TaskError(`no PCI device found for '${path}'\n`);
  return found.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}
