/**
 * What in a guest's own configuration keeps it from starting with its PCI devices, or from working well with them. No
 * provider sees this at plan time.
 */
import { isFunctionAddress, slotKey } from "../../pci/address.ts";
import type { PciDevice } from "../../pci/device.ts";
import type { Guest } from "../../pci/guest.ts";
import { type Host, isIommuOff } from "../../pci/host.ts";
import { HOSTPCI_KEY } from "../../pci/hostpci.ts";
import { propertiesOf } from "../../pci/property-string.ts";
import type { Coverage } from "../../pci/usage/coverage.ts";
import { type EntryTarget, nextTargets } from "../../pci/usage/entry.ts";
import { devicesAt } from "../../pci/usage/wish.ts";
import { enumerated } from "../../provider/wording.ts";
import { quote } from "../../proxmox/posix-shell.ts";
import type { Finding } from "./check.ts";

/**
 * The command that sets an option of a guest. It works in the shell of any host of the cluster, while `qm` only knows
 * the guests of its own node. Source: pve-manager `PVE/API2/Nodes.pm`, qemu-server `src/PVE/API2/Qemu.pm`, update_vm.
 */
export function settingCommand({ node, vmid }: Guest, option: string, value: string): string {
  return `pvesh set /nodes/${node}/qemu/${vmid}/config --${option} ${quote(value)}`;
}

/** A guest's options as they will be at its next start. */
export type Options = ReadonlyMap<string, string>;

/** @param host the host of the guest. */
export function optionFindings(
  guest: Guest,
  options: Options,
  host: Host,
  coverage: Coverage,
): readonly Finding[] {
  return [
    ...machineFinding(guest, options),
    ...mediatedFindings(guest, host, coverage),
    ...balloonFinding(guest, options),
    ...hotplugFinding(guest, options),
  ];
}

/** Source: qemu-server `src/PVE/QemuServer/PCI.pm`, parse_hostpci_devices; `Machine.pm`, machine_base_type. */
function machineFinding(guest: Guest, options: Options): readonly Finding[] {
  const express = entriesWith("pcie", options);
  const machine = options.get("machine") ?? "";
  const type = machineType(options);
  if (express.length === 0 || /q35/.test(type)) return [];
  const others = machine.split(",").filter((part) => part.includes("=") && !part.startsWith("type="));
  return [
    {
      status: "error",
      summary: `${enumerated(express)} with pcie=1 ${express.length === 1 ? "needs" : "need"} the machine q35, and it has ${type || "i440fx, the default"}`,
      // Legacy graphics and aarch64 do not work with q35.
      fix:
        entriesWith("legacy-igd", options).length > 0 || options.get("arch") === "aarch64"
          ? `Take pcie=1 out of ${enumerated(express)}.`
          : settingCommand(guest, "machine", ["q35", ...others].join(",")),
    },
  ];
}

/** The type of machine; empty where it is the default. */
export function machineType(options: Options): string {
  return propertiesOf(options.get("machine") ?? "", "type").get("type") ?? "";
}

/** The entries in which a property is on. */
export function entriesWith(property: "legacy-igd" | "pcie", options: Options): readonly string[] {
  return [...options].flatMap(([key, value]) =>
    HOSTPCI_KEY.test(key) && isOn(propertiesOf(value, "host").get(property)) ? [key] : [],
  );
}

/**
 * Source: qemu-server `src/PVE/QemuServer/PCI.pm`, parse_hostpci: "cannot use mediated device with multifunction
 * device"; pve-common `src/PVE/SysFSTools.pm`, pci_create_mdev_device: "does not support mediated devices".
 */
function mediatedFindings(guest: Guest, host: Host, coverage: Coverage): readonly Finding[] {
  return nextTargets(guest).flatMap(({ key, target }) => {
    if (target.mdev === null || key === "args") return [];
    const sets = setsOf(target, host, coverage);
    if (sets.some((addresses) => countOf(addresses, host) > 1)) return [wideFinding(key, target, host)];
    // Without an IOMMU drivers make none, and the check iommu says that it is off.
    if (isIommuOff(host)) return [];
    const devices = meantDevices(target, host, coverage);
    if (devices === null || makesAny(devices, target.mdev)) return [];
    return [incapableFinding(key, target.mdev, devices)];
  });
}

function wideFinding(key: string, target: EntryTarget, host: Host): Finding {
  const what = target.mapping === null ? "names" : `names the mapping ${target.mapping}, and with it`;
  return {
    status: "error",
    summary: `${key} takes a mediated device and ${what} a card with several functions: a mediated device needs the one function that makes it`,
    fix:
      target.mapping === null
        ? `Write the function into ${key}, such as ${functionOf(target, host) ?? "0000:01:00.0"}.`
        : `Write the function into the path of the mapping's line for ${host.node}.`,
  };
}

/** The devices that an entry may get, also where they have moved to; null where that is not known of all. */
function meantDevices(target: EntryTarget, host: Host, coverage: Coverage): readonly PciDevice[] | null {
  const lines =
    target.addresses === null
      ? coverage.linesOf(target.mapping, host.node)
      : [{ addresses: target.addresses, ambiguous: false }];
  const sets = lines.map(({ addresses, ambiguous }) => (ambiguous ? [] : devicesAt(host, addresses)));
  return sets.length === 0 || sets.some((devices) => devices.length === 0) ? null : sets.flat();
}

/** Whether a device may make mediated devices of the type. Those of NVIDIA's newer driver make only its own. */
function makesAny(devices: readonly PciDevice[], type: string): boolean {
  return devices.some(({ mdev, nvidia }) => mdev && (!nvidia || /^nvidia-\d+$/.test(type)));
}

function incapableFinding(key: string, type: string, devices: readonly PciDevice[]): Finding {
  const paths = [...new Set(devices.map(({ path }) => path))];
  return {
    status: "error",
    summary: `${key} takes a mediated device of the type ${type}, which ${enumerated(paths)} ${paths.length === 1 ? "does" : "do"} not make`,
    fix: `Name a device that makes it, or take mdev out of ${key}.`,
  };
}

type Addresses = NonNullable<EntryTarget["addresses"]>;

/** The sets of devices of which an entry gets one. */
export function setsOf(target: EntryTarget, host: Host, coverage: Coverage): readonly Addresses[] {
  if (target.addresses !== null) return [target.addresses];
  return coverage.linesOf(target.mapping, host.node).map(({ line }) => line.addresses);
}

function countOf(addresses: Addresses, host: Host): number {
  return addresses.reduce(
    (sum, address) =>
      sum + (isFunctionAddress(address) ? 1 : (host.bySlot.get(slotKey(address))?.length ?? 0)),
    0,
  );
}

/** The function of the entry's slot that offers mediated devices. */
function functionOf({ addresses }: EntryTarget, host: Host): string | undefined {
  return addresses?.flatMap((address) => host.bySlot.get(slotKey(address)) ?? []).find(({ mdev }) => mdev)
    ?.path;
}

/** A device writes to the guest's memory, so QEMU pins all of it and gives nothing back. Source: QEMU, docs of vfio. */
function balloonFinding(guest: Guest, options: Options): readonly Finding[] {
  const memory = Number(propertiesOf(options.get("memory") ?? "", "current").get("current") ?? "");
  const balloon = Number(options.get("balloon") ?? "0");
  if (!(balloon > 0 && balloon < memory)) return [];
  return [
    {
      status: "warning",
      summary: `ballooning down to ${balloon} MiB of ${memory} gives nothing back: with a PCI device all memory of the guest stays with it`,
      fix: settingCommand(guest, "balloon", "0"),
    },
  ];
}

/** Source: qemu-server `src/PVE/QemuServer.pm`, parse_hotplug_features; `Memory.pm`, config. */
function hotplugFinding(guest: Guest, options: Options): readonly Finding[] {
  const features = (options.get("hotplug") ?? "").split(/[\s,;]+/).filter((feature) => feature !== "");
  if (!features.includes("memory")) return [];
  const others = features.filter((feature) => feature !== "memory");
  const fix = settingCommand(guest, "hotplug", others.length === 0 ? "0" : others.join(","));
  if (!isOn(options.get("numa"))) {
    return [{ status: "error", summary: "memory hotplug needs NUMA, which is off", fix }];
  }
  return [
    {
      status: "warning",
      summary: "memory that is hotplugged stays with the guest for good: a PCI device pins it",
      fix,
    },
  ];
}

/** A boolean as Proxmox reads it. Source: pve-common `src/PVE/JSONSchema.pm`, parse_boolean. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(?:1|on|yes|true)$/i.test(value);
}
