/** Who reads while there is a fault: a data source, asked as a host asks it, or a command, run as a person runs it. */
import type { CtyValue } from "../../../src/cty/value.ts";
import type { Setting } from "./kind.ts";

export const READERS = ["pci_devices", "pci_mappings", "mdev_types", "inspect", "doctor"] as const;
export type ReaderName = (typeof READERS)[number];

/** All but the one that most faults are tried with. */
export const OTHER_READERS = READERS.filter((reader) => reader !== "pci_devices");

export interface DataSourceReader {
  readonly how: "data source";
  /** As the documentation names it. */
  readonly title: string;
  readonly arguments: (setting: Setting) => Readonly<Record<string, CtyValue>>;
}

export interface CommandReader {
  readonly how: "command";
  readonly title: string;
  readonly args: readonly string[];
  /** How often it asks one thing behind the other, each of which may take as long as a request may. */
  readonly stages: number;
}

export const readers: Readonly<Record<ReaderName, DataSourceReader | CommandReader>> = {
  pci_devices: {
    how: "data source",
    title: "`gpuhost_pci_devices`",
    arguments: ({ arguments: own }) => ({ include_usage: true, ...own }),
  },
  pci_mappings: { how: "data source", title: "`gpuhost_pci_mappings`", arguments: () => ({}) },
  mdev_types: {
    how: "data source",
    title: "`gpuhost_mdev_types`",
    arguments: () => ({ node: "pve1", mapping: "igd-mdev" }),
  },
  inspect: {
    how: "command",
    title: "`inspect --json`",
    args: ["inspect", "--json", "--all", "--usage"],
    stages: 1,
  },
  doctor: { how: "command", title: "`doctor --json`", args: ["doctor", "--json"], stages: 3 },
};

/** The environment of a command that says what these arguments of a provider block say. */
export function environmentOf(args: Readonly<Record<string, CtyValue>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      `${OWN_VARIABLES.has(name) ? "GPUHOST" : "PROXMOX_VE"}_${name.toUpperCase()}`,
      Array.isArray(value) ? value.join(",") : String(value),
    ]),
  );
}

/** Variables that bpg/proxmox does not have. */
const OWN_VARIABLES: ReadonlySet<string> = new Set([
  "endpoints",
  "ca_file",
  "ca_pem",
  "fingerprints",
  "timeout",
  "max_retries",
]);
