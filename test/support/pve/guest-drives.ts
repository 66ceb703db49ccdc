import type { Cluster } from "./cluster.ts";
import type { Random } from "./random.ts";
import { parseSize, type Storage, sizeText, type Volume, volumesOn } from "./storage.ts";
import { TaskError } from "./task.ts";

/** Options that hold a drive. */
export const DRIVE = /^(ide|sata|scsi|virtio)\d+$|^(efidisk0|tpmstate0)$/;

const GIB = 2 ** 30;
const SMALL_VOLUME = 4 * 2 ** 20;
const EFI_VARS = 528 * 1024;

/** A drive's value: the volume, and its options by name. */
export interface Drive {
  readonly file: string;
  readonly options: Map<string, string>;
}

/** Reads a drive such as `local-lvm:vm-100-disk-0,size=8G`. */
export function parseDrive(value: string): Drive {
  const options = new Map<string, string>();
  let file = "";
  for (const part of value.split(",")) {
    const [, key, text] = /^([^=]+)=(.*)$/s.exec(part) ?? [];
    if (part === "") continue;
    if (key === undefined || text === undefined) file = part;
    else if (key === "file" || key === "volume") file = text;
    else options.set(key, text);
  }
  return { file, options };
}

/** Writes a drive: the volume first, then its options by name. */
function printDrive({ file, options }: Drive): string {
  const printed = [...options].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return [file, ...printed.map(([key, text]) => `${key}=${text}`)].join(",");
}

/**
 * Makes the volume that a new drive asks for (`STORAGE:GIB`, `STORAGE:cloudinit`, `import-from=`), and returns the
 * drive as the configuration then has it. A drive that names an existing volume is written anew, with the volume's size.
 *
 * @throws TaskError when there is no such storage or source.
 */
export function allocateDrive(
  cluster: Cluster,
  node: string,
  vmid: number,
  key: string,
  value: string,
): string {
  const drive = parseDrive(value);
  const [, storageId, wanted] = /^([^:/]+):(cloudinit|\d+(?:\.\d+)?)$/.exec(drive.file) ?? [];
  if (storageId === undefined || wanted === undefined) return existingDrive(cluster, node, drive);
  const storage = cluster.storages.get(storageId);
  if (storage === undefined) throw new TaskError(`storage '${storageId}' does not exist\n`);

  const options = new Map(drive.options);
  options.delete("import-from");
  options.delete("format");
  if (wanted === "cloudinit") {
    options.set("media", "cdrom");
    const file = addVolume(storage, node, vmid, `vm-${vmid}-cloudinit`, SMALL_VOLUME);
    return printDrive({ file, options });
  }
  const size = newSize(cluster, node, key, wanted, drive.options.get("import-from"));
  options.set("size", sizeText(size));
  return printDrive({ file: addVolume(storage, node, vmid, freeName(storage, node, vmid), size), options });
}

/** An empty drive (`none,media=cdrom`) has no size, and neither has a volume that nobody here has made. */
function existingDrive(cluster: Cluster, node: string, { file, options }: Drive): string {
  const volume = volumeOf(cluster, node, file);
  const size: [string, string][] = volume === undefined ? [] : [["size", sizeText(volume.size)]];
  return printDrive({ file, options: new Map([...options, ...size]) });
}

/** A network device with a hardware address of its own, as the configuration has it: `virtio=BC:24:11:…,bridge=vmbr0`. */
export function completeNetworkDevice(value: string, random: Random): string {
  const { file, options } = parseDrive(value);
  const model = file === "" ? [...options.keys()].find((key) => NETWORK_MODELS.has(key)) : file;
  const name = model ?? options.get("model") ?? "virtio";
  const address = options.get(name) ?? options.get("macaddr") ?? randomAddress(random);
  for (const key of [name, "model", "macaddr"]) options.delete(key);
  return printDrive({ file: `${name}=${address}`, options });
}

const NETWORK_MODELS = new Set(["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"]);

/** An address with the prefix that Proxmox uses. */
function randomAddress(random: Random): string {
  const part = (): string =>
    Math.floor(random.next() * 256)
      .toString(16)
      .padStart(2, "0")
      .toUpperCase();
  return `BC:24:11:${part()}:${part()}:${part()}`;
}

/** Removes all volumes of a guest. */
export function freeVolumes(cluster: Cluster, node: string, vmid: number): string[] {
  const freed: string[] = [];
  for (const storage of cluster.storages.values()) {
    const volumes = volumesOn(storage, node);
    for (const volume of volumes.values()) {
      if (volume.vmid !== vmid) continue;
      volumes.delete(volume.id);
      freed.push(volume.id);
    }
  }
  return freed;
}

/** Makes a drive larger. `+8G` adds; sizes never shrink. */
export function resizeDrive(cluster: Cluster, node: string, value: string, size: string): string {
  const drive = parseDrive(value);
  const before = parseSize(drive.options.get("size") ?? "0") ?? 0;
  const asked = parseSize(size.replace(/^\+/, "")) ?? 0;
  const after = size.startsWith("+") ? before + asked : asked;
  if (after < before) throw new TaskError("shrinking disks is not supported\n");
  const volume = volumeOf(cluster, node, drive.file);
  if (volume !== undefined) volume.size = after;
  return printDrive({ file: drive.file, options: new Map([...drive.options, ["size", sizeText(after)]]) });
}

function newSize(
  cluster: Cluster,
  node: string,
  key: string,
  wanted: string,
  source: string | undefined,
): number {
  if (key === "tpmstate0") return SMALL_VOLUME;
  if (source === undefined) return key === "efidisk0" ? EFI_VARS : Number(wanted) * GIB;
  const volume = volumeOf(cluster, node, source);
  if (volume === undefined) throw new TaskError(`volume '${source}' does not exist\n`);
  return volume.size;
}

function freeName(storage: Storage, node: string, vmid: number): string {
  const volumes = volumesOn(storage, node);
  for (let number = 0; ; number++) {
    const name = `vm-${vmid}-disk-${number}`;
    if (!volumes.has(`${storage.id}:${name}`)) return name;
  }
}

function addVolume(storage: Storage, node: string, vmid: number, name: string, size: number): string {
  const id = `${storage.id}:${name}`;
  volumesOn(storage, node).set(id, { id, content: "images", format: "raw", size, vmid });
  return id;
}

/** A volume by its id, `local-lvm:vm-100-disk-0`, where a node sees it. */
function volumeOf(cluster: Cluster, node: string, id: string): Volume | undefined {
  const storage = cluster.storages.get(id.split(":")[0] ?? "");
  return storage === undefined ? undefined : volumesOn(storage, node).get(id);
}
