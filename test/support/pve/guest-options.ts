import type { GuestValue } from "./cluster.ts";
import { hostpciFormat } from "./hostpci.ts";
import type { ParameterSchema, ParameterSchemas } from "./parameters.ts";
import { propertyStringProblem } from "./property-string.ts";
import type { Capabilities } from "./version.ts";

const text: ParameterSchema = { type: "string", optional: true };
const flag: ParameterSchema = { type: "boolean", optional: true };
const count: ParameterSchema = { type: "integer", optional: true, minimum: 1 };
const amount: ParameterSchema = { type: "integer", optional: true, minimum: 0 };
const decimal: ParameterSchema = { type: "number", optional: true, minimum: 0 };

const dnsName: ParameterSchema = {
  ...text,
  maxLength: 255,
  format: (value) =>
    /^(([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)\.)*([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)$/.test(value)
      ? null
      : "value does not look like a valid DNS name\n",
};

/** Options of a virtual machine that occur once: `$confdesc` of `PVE/QemuServer.pm`. */
const OPTIONS: ParameterSchemas = {
  acpi: flag,
  affinity: text,
  agent: text,
  "allow-ksm": flag,
  "amd-sev": text,
  arch: { ...text, enum: ["x86_64", "aarch64"] },
  args: text,
  audio0: text,
  autostart: flag,
  balloon: amount,
  bios: { ...text, enum: ["seabios", "ovmf"] },
  boot: text,
  bootdisk: text,
  cdrom: text,
  cicustom: text,
  cipassword: text,
  citype: { ...text, enum: ["configdrive2", "nocloud", "opennebula"] },
  ciupgrade: flag,
  ciuser: text,
  cores: count,
  cpu: text,
  cpulimit: decimal,
  cpuunits: count,
  description: { ...text, maxLength: 8192 },
  efidisk0: text,
  freeze: flag,
  hookscript: text,
  hotplug: text,
  hugepages: text,
  "intel-tdx": text,
  ivshmem: text,
  keephugepages: flag,
  keyboard: text,
  kvm: flag,
  localtime: flag,
  lock: text,
  machine: text,
  memory: text,
  meta: text,
  migrate_downtime: decimal,
  migrate_speed: amount,
  name: dnsName,
  nameserver: text,
  numa: flag,
  onboot: flag,
  ostype: text,
  protection: flag,
  reboot: flag,
  rng0: text,
  scsihw: text,
  searchdomain: text,
  shares: amount,
  smbios1: text,
  sockets: count,
  spice_enhancements: text,
  sshkeys: text,
  startdate: text,
  startup: text,
  tablet: flag,
  tags: text,
  tdf: flag,
  template: flag,
  tpmstate0: text,
  vcpus: count,
  vga: text,
  vmgenid: text,
  vmstatestorage: text,
  watchdog: text,
};

/** Options that occur several times, with how often. */
const NUMBERED: readonly (readonly [name: string, times: number, schema: ParameterSchema])[] = [
  ["ide", 4, text],
  ["ipconfig", 32, text],
  ["net", 32, text],
  ["numa", 8, text],
  ["parallel", 3, text],
  ["sata", 6, text],
  ["scsi", 31, text],
  ["serial", 4, { ...text, pattern: "(/dev/.+|socket)" }],
  ["unused", 256, text],
  ["usb", 14, text],
  ["virtio", 16, text],
  ["virtiofs", 10, text],
];

/** How many `hostpci` options a machine may have. */
const HOSTPCI_COUNT = 16;

/** Every option of a virtual machine, for the calls that create and change one. */
export function guestOptionParameters(release: Capabilities): ParameterSchemas {
  const format = hostpciFormat(release);
  const hostpci: ParameterSchema = {
    ...text,
    format: (value, path) => propertyStringProblem(format, value, path),
  };
  const numbered = [...NUMBERED, ["hostpci", HOSTPCI_COUNT, hostpci] as const].flatMap(
    ([name, times, schema]) =>
      Array.from({ length: times }, (_, index) => [`${name}${index}`, schema] as const),
  );
  return { ...OPTIONS, ...Object.fromEntries(numbered) };
}

/** A value as the configuration holds it: numbers and booleans as numbers, everything else as text. */
export function guestValue(key: string, value: string): GuestValue {
  const type = OPTIONS[key]?.type;
  return type === "integer" || type === "boolean" || type === "number" ? Number(value) : value;
}

/**
 * Options that also change while the machine runs; all others wait for its next start. Disks and network devices are
 * among them because hotplug is on unless somebody switches it off.
 */
export const APPLIED_WHILE_RUNNING =
  /^(description|hookscript|lock|migrate_downtime|migrate_speed|name|onboot|protection|shares|startup|tags|vmstatestorage|(net|scsi|sata|ide|virtio|unused|usb|ipconfig)\d+|ci[a-z]+|nameserver|searchdomain|sshkeys)$/;

const PRIVILEGES: readonly (readonly [pattern: RegExp, privileges: readonly string[]])[] = [
  [/^(cores|cpu|cpulimit|cpuunits|sockets|vcpus|numa\d*)$/, ["VM.Config.CPU"]],
  [/^(allow-ksm|balloon|memory|shares)$/, ["VM.Config.Memory"]],
  [
    /^(acpi|audio0|hotplug|kvm|machine|rng0|scsihw|smbios1|tablet|vga|watchdog|(serial|usb)\d+)$/,
    ["VM.Config.HWType"],
  ],
  [
    /^(agent|autostart|bios|description|keyboard|localtime|migrate_\w+|name|onboot|ostype|protection|reboot|startdate|startup|tags|tdf|template)$/,
    ["VM.Config.Options"],
  ],
  [/^freeze$/, ["VM.PowerMgmt"]],
  [
    /^(boot|bootdisk|vmstatestorage|efidisk0|tpmstate0|(scsi|sata|virtio|unused|virtiofs)\d+)$/,
    ["VM.Config.Disk"],
  ],
  [/^net\d+$/, ["VM.Config.Network"]],
  [/^(ci[a-z]+|nameserver|searchdomain|sshkeys|ipconfig\d+)$/, ["VM.Config.Cloudinit", "VM.Config.Network"]],
  [/^(ide\d+|cdrom)$/, ["VM.Config.CDROM", "VM.Config.Disk", "VM.Config.Cloudinit"]],
];

/** The privileges any of which is needed to set an option; none when only root may. */
export function privilegesFor(key: string): readonly string[] {
  return PRIVILEGES.find(([pattern]) => pattern.test(key))?.[1] ?? [];
}
