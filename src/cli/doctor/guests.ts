/** The check `guests`: what keeps a guest with PCI devices from starting, or from working well. */
import type { Guest } from "../../pci/guest.ts";
import type { Host } from "../../pci/host.ts";
import { type Fault, faultsOn } from "../../pci/usage/broken.ts";
import { nextTargets } from "../../pci/usage/entry.ts";
import { type LostVirtualFunctions, lostVirtualFunctions } from "../../pci/usage/lost-virtual-functions.ts";
import { whatIsWrong } from "../../provider/data-sources/pci-devices/broken-guests.ts";
import type { Usage } from "../../provider/guest-usage.ts";
import { enumerated } from "../../provider/wording.ts";
import { AS_OPTIONS } from "../option-name.ts";
import { type Check, check, type Finding } from "./check.ts";
import { type Options, optionFindings, settingCommand } from "./guest-options.ts";
import { ISOLATING } from "./isolation.ts";
import { legacyGraphicsFindings } from "./legacy-graphics.ts";

/** Guests that take PCI devices at their next start; templates never start. */
export function guestsWithDevices({ guests }: Usage): readonly Guest[] {
  return guests.filter((guest) => !guest.template && nextTargets(guest).length > 0);
}

/**
 * One check for each problem of a guest; one that says ok when there is no problem.
 * @param where which nodes were read, as text behind a noun; empty for all.
 * @param optionsOf undefined for a guest whose configuration cannot be read.
 */
export function guestChecks(
  hosts: readonly Host[],
  usage: Usage,
  where: string,
  optionsOf: (vmid: number) => Options | undefined,
): readonly Check[] {
  const { coverage, missing, checkOf } = usage;
  const faults = Map.groupBy(
    faultsOn(hosts, usage.guests, coverage, (name) => missing.has(name), checkOf),
    ({ guest }) => guest.vmid,
  );
  const losses = Map.groupBy(
    hosts.flatMap((host) => lostVirtualFunctions(host, usage.guests, coverage)),
    ({ guest }) => guest.vmid,
  );
  const guests = guestsWithDevices(usage);
  if (guests.length === 0) {
    return [
      check("guests", null, { status: "ok", summary: `none that may be seen${where} has PCI devices` }),
    ];
  }
  return guests.flatMap((guest) => {
    const host = hosts.find(({ node }) => node === guest.node);
    const options = optionsOf(guest.vmid);
    const findings = [
      ...(faults.get(guest.vmid) ?? []).map(faultFinding),
      ...(losses.get(guest.vmid) ?? []).map(lossFinding),
      ...(host === undefined || options === undefined
        ? []
        : [
            ...optionFindings(guest, options, host, coverage),
            ...legacyGraphicsFindings(guest, options, host, coverage),
          ]),
    ];
    const subject = String(guest.vmid);
    const name = guest.name === null ? guest.node : `${guest.name} on ${guest.node}`;
    if (findings.length === 0) {
      return [
        // What its start takes from the host is said by the check isolation.
        check("guests", subject, {
          status: "ok",
          summary: `${name}: nothing in its configuration speaks against its start`,
        }),
      ];
    }
    return findings.map((finding) =>
      check("guests", subject, { ...finding, summary: `${name}: ${finding.summary}` }),
    );
  });
}

function faultFinding(fault: Fault): Finding {
  const { guest, key } = fault;
  if (fault.kind === "invalid line") {
    const summary = `${key} names the mapping ${fault.mapping}, of which a line for ${guest.node} is not what the hardware is: ${fault.message}; see the check mappings`;
    return { status: "error", summary };
  }
  const [first = "", ...rest] = `${key} ${whatIsWrong(fault, AS_OPTIONS)}`.split(/(?<=\.) /);
  return {
    status: "error",
    summary: first.replace(/\.$/, ""),
    fix: removing(fault) ?? (rest.join(" ") || null),
  };
}

/** How an entry goes without which the guest has the same; null where it would lose something. */
function removing(fault: Fault): string | null {
  if (fault.kind !== "twice" || !fault.surplus) return null;
  const { guest, key, device } = fault;
  // The args have other things too.
  return key === "args" ? `Take ${device.path} out of args.` : settingCommand(guest, "delete", key);
}

/**
 * An error where an entry names a physical function whose virtual ones a guest wants: the guest itself, which cannot start,
 * or another. What only shares the IOMMU group is a warning. By Proxmox's source it loses its driver too, and nearly all
 * drivers then remove the virtual functions; but people say that one such guest runs.
 */
function lossFinding({ key, physical, certain, named, own, others }: LostVirtualFunctions): Finding {
  const vmids = others.map(({ vmid }) => String(vmid));
  const wanted = own ? ["this guest", ...vmids] : vmids;
  const which =
    wanted.length === 0 ? "" : `, which ${enumerated(wanted)} ${wanted.length === 1 ? "needs" : "need"}`;
  const takes = `${key} ${certain ? "takes" : "may take"} ${physical}`;
  if (named) {
    return {
      status: wanted.length === 0 ? "warning" : "error",
      summary: `${takes}, and the virtual functions of ${physical} are gone when it starts${which}`,
      fix: "Give the guest one of the virtual functions instead.",
    };
  }
  return {
    status: "warning",
    summary: `${takes} along, which is in the same IOMMU group, and its driver may remove the virtual functions${which}`,
    fix: ISOLATING,
  };
}
