/**
 * What keeps a guest with `legacy-igd=1` from starting. Source: qemu-server `src/PVE/QemuServer/PCI.pm`,
 * parse_hostpci_devices.
 */
import type { Guest } from "../../pci/guest.ts";
import type { Host } from "../../pci/host.ts";
import { hostpciNumber } from "../../pci/hostpci.ts";
import { propertiesOf } from "../../pci/property-string.ts";
import type { Coverage } from "../../pci/usage/coverage.ts";
import { nextTargets } from "../../pci/usage/entry.ts";
import { devicesAt } from "../../pci/usage/wish.ts";
import type { Finding } from "./check.ts";
import { entriesWith, isOn, machineType, type Options, setsOf, settingCommand } from "./guest-options.ts";

/** @param host the host of the guest. */
export function legacyGraphicsFindings(
  guest: Guest,
  options: Options,
  host: Host,
  coverage: Coverage,
): readonly Finding[] {
  const entries = entriesWith("legacy-igd", options).toSorted((a, b) => hostpciNumber(a) - hostpciNumber(b));
  const [key, ...others] = entries;
  if (key === undefined) return [];
  const found = (summary: string, fix: string): Finding => ({
    status: "error",
    summary: `${key} with legacy-igd=1 ${summary}`,
    fix,
  });
  const without = (property: string): string => `Take ${property} out of ${key}.`;
  const properties = propertiesOf(options.get(key) ?? "", "host");
  const rombar = properties.get("rombar");
  const vga = options.get("vga");
  const surplus = others.map(
    (other): Finding => ({
      status: "error",
      summary: `${other} has legacy-igd=1 too, and a guest can have one such device`,
      fix: `Take legacy-igd=1 out of ${other}.`,
    }),
  );
  const unfit = [
    ...(properties.has("mdev") ? ["does not work with a mediated device"] : []),
    ...deviceFindings(guest, key, host, coverage),
  ];
  // Without it, nothing else is wrong: a guest is not to lose its display for an entry that cannot have it.
  if (unfit.length > 0) {
    return [...surplus, ...unfit.map((summary) => found(summary, without("legacy-igd=1")))];
  }
  return [
    ...surplus,
    ...(vga === "none" ? [] : [found("needs the display none", settingCommand(guest, "vga", "none"))]),
    ...(rombar === undefined || isOn(rombar) ? [] : [found("needs the ROM bar", without("rombar=0"))]),
    ...(isOn(properties.get("x-vga")) ? [found("does not work with x-vga=1", without("x-vga=1"))] : []),
    ...(/q35/.test(machineType(options))
      ? [
          found(
            "does not work with the machine q35",
            `Give the guest the machine i440fx, without pcie=1, or take legacy-igd=1 out of ${key}.`,
          ),
        ]
      : []),
  ];
}

/** What is wrong with the devices that the entry names. */
function deviceFindings(guest: Guest, key: string, host: Host, coverage: Coverage): readonly string[] {
  const target = nextTargets(guest).find((one) => one.key === key)?.target;
  const sets =
    target === undefined
      ? []
      : setsOf(target, host, coverage).map((addresses) =>
          addresses.flatMap((address) => devicesAt(host, [address])),
        );
  const first = sets[0]?.[0];
  return [
    ...(sets.some((devices) => devices.length > 1) ? ["does not work with several functions"] : []),
    ...(sets.length > 1 ? ["does not work with a choice of devices"] : []),
    ...(first === undefined || first.path.endsWith("02.0")
      ? []
      : [`works with the graphics at 00:02.0 alone, and it names ${first.path}`]),
  ];
}
