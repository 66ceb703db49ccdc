/** A storage that every node has, each with volumes of its own unless they share them. */
export interface Storage {
  readonly id: string;
  /** `dir`, `lvmthin`, … */
  readonly type: string;
  /** What may lie there: `images`, `iso`, `import`, … */
  readonly content: readonly string[];
  /** Whether all nodes have the same volumes. Default: no. */
  readonly shared?: boolean;
  /** Volumes by node, all under the one name `shared` where nodes share them, then by id (`local-lvm:vm-100-disk-0`). */
  readonly volumes: Map<string, Map<string, Volume>>;
}

export interface Volume {
  readonly id: string;
  readonly content: string;
  readonly format: string;
  /** Bytes. */
  size: number;
  /** The guest that it belongs to. */
  readonly vmid?: number;
}

const GIB = 2 ** 30;

/** Bytes that every storage claims to have. */
export const STORAGE_TOTAL = 1024 * GIB;

/** What a fresh installation of Proxmox VE has: a directory, and a thin pool for disks. */
export function defaultStorages(): Map<string, Storage> {
  const storage = (id: string, type: string, content: readonly string[]): [string, Storage] => [
    id,
    { id, type, content, volumes: new Map() },
  ];
  return new Map([
    storage("local", "dir", ["iso", "vztmpl", "backup", "snippets", "import"]),
    storage("local-lvm", "lvmthin", ["images", "rootdir"]),
  ]);
}

/** The volumes that a storage has on a node. */
export function volumesOn(storage: Storage, node: string): Map<string, Volume> {
  const place = storage.shared === true ? "shared" : node;
  const volumes = storage.volumes.get(place) ?? new Map<string, Volume>();
  storage.volumes.set(place, volumes);
  return volumes;
}

/** A size as Proxmox writes it in a drive: `8G`, `528K`. */
export function sizeText(bytes: number): string {
  for (const [unit, factor] of [
    ["T", 2 ** 40],
    ["G", GIB],
    ["M", 2 ** 20],
    ["K", 2 ** 10],
  ] as const) {
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}

/** Bytes of a size such as `8G`; a number alone is bytes. Null when it is none. */
export function parseSize(text: string): number | null {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([KMGT]?)$/.exec(text) ?? [];
  if (number === undefined) return null;
  return Math.ceil(Number(number) * 1024 ** ["", "K", "M", "G", "T"].indexOf(unit));
}
