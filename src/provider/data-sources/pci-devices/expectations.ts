/** `at_least`, `at_most` and `paths`: an unexpected selection is an error, which also lists near misses. */
import type { Diagnostics } from "../../../framework/diagnostics.ts";
import { path } from "../../../framework/path.ts";
import type { Criterion } from "../../../pci/criterion.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import { type PathSelector, selectsDevice } from "../../../pci/path-selector.ts";
import { nearMisses } from "../../../pci/selection.ts";
import { describeDevice, MAX_NEAR_MISSES, nothingAt, readNodes } from "../../device-line.ts";
import type { Manner } from "../../manner.ts";
import { enumerated, itemised } from "../../wording.ts";

/** How many devices may match; null for any number. */
export interface Bounds {
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

/** Adds an error when fewer or more devices match than the configuration allows. */
export function checkCount(
  devices: readonly PciDevice[],
  { atLeast, atMost }: Bounds,
  hosts: readonly Host[],
  criteria: readonly Criterion[],
  diagnostics: Diagnostics,
  manner: Manner,
): void {
  if (atLeast !== null && devices.length < atLeast) {
    diagnostics.error(
      "Too Few PCI Devices Match",
      `${matching(devices.length)}, and at_least asks for ${atLeast}. ${readNodes(hosts)}${nearest(hosts, criteria, manner)}` +
        (devices.length === 0
          ? ""
          : `\nWhat matches:${itemised(devices.map(describeDevice), MAX_NEAR_MISSES)}`),
      path("at_least"),
    );
  }
  if (atMost !== null && devices.length > atMost) {
    diagnostics.error(
      "Too Many PCI Devices Match",
      `${matching(devices.length)}, and at_most allows ${atMost}. Narrow the selection with another argument. What matches:` +
        itemised(devices.map(describeDevice), MAX_NEAR_MISSES),
      path("at_most"),
    );
  }
}

/** Adds a warning when the arguments select nothing, unless `at_least = 0` allows it. @param parent of `physical_function` */
export function warnOfNothing(
  devices: readonly PciDevice[],
  atLeast: number | null,
  parent: PathSelector | null,
  hosts: readonly Host[],
  leftOut: readonly string[],
  criteria: readonly Criterion[],
  diagnostics: Diagnostics,
  manner: Manner,
): void {
  // Without arguments nothing was searched for. For what was not read, there is a warning already.
  if (devices.length > 0 || atLeast === 0 || criteria.length === 0 || hosts.length === 0) return;
  const maybeOn = parent === null ? leftOut : nodesThatMayHave(parent, leftOut);
  diagnostics.warning(
    "No PCI Device Matches",
    `The arguments select nothing: every result is empty. ${withoutParent(parent, hosts, leftOut, manner)}${readNodes(hosts)}` +
      `${maybeOn.length === 0 ? "" : ` What is meant may be on ${enumerated(maybeOn, "or")}, left out.`}` +
      nearest(hosts, criteria, manner) +
      (manner.configures
        ? "\nWhere nothing may be found, at_least = 0 says so and ends this warning; where something has to be there, " +
          "at_least = 1 makes it an error."
        : ""),
  );
}

/** Says that there is no such card; nothing where it may be on a node that was left out. */
function withoutParent(
  parent: PathSelector | null,
  hosts: readonly Host[],
  leftOut: readonly string[],
  { argument }: Manner,
): string {
  if (parent === null || isAnythingAt(parent, hosts) || nodesThatMayHave(parent, leftOut).length > 0)
    return "";
  return `There is no PCI device at "${parent.text}", the ${argument("physical_function")}. `;
}

function nodesThatMayHave({ node }: PathSelector, leftOut: readonly string[]): readonly string[] {
  return leftOut.filter((name) => node === null || node === name);
}

function isAnythingAt(selector: PathSelector, hosts: readonly Host[]): boolean {
  return hosts.some((host) => host.devices.some((device) => selectsDevice(selector, device)));
}

function nearest(hosts: readonly Host[], criteria: readonly Criterion[], { argument }: Manner): string {
  const misses = nearMisses(hosts, criteria, MAX_NEAR_MISSES).map(
    ({ device, failed }) => `${describeDevice(device)}, left out by ${enumerated(failed.map(argument))}`,
  );
  if (misses.length === 0) return "\nNo other device comes near.";
  return `\nWhat comes nearest:${itemised(misses, MAX_NEAR_MISSES)}`;
}

/**
 * Adds an error for every element of `paths` without a device. It is a warning if a node was left out, since the device
 * may be there.
 * @returns whether all of them are reported to select nothing.
 */
export function checkPaths(
  selectors: readonly PathSelector[],
  hosts: readonly Host[],
  leftOut: readonly string[],
  diagnostics: Diagnostics,
): boolean {
  let found = 0;
  for (const [index, selector] of selectors.entries()) {
    if (isAnythingAt(selector, hosts)) {
      found++;
      continue;
    }
    const detail = nothingAt(selector, hosts);
    const at = path("paths", index);
    const maybeOn = nodesThatMayHave(selector, leftOut);
    if (maybeOn.length > 0) {
      diagnostics.warning(
        "PCI Device Not Found",
        `${detail}\nIt may be on ${enumerated(maybeOn, "or")}, left out.`,
        at,
      );
    } else {
      diagnostics.error("PCI Device Not Found", detail, at);
    }
  }
  return selectors.length > 0 && found === 0;
}

/**
 * Adds an error when the node of `physical_function` is not one of those to read.
 * @param argument what names the nodes to read
 */
export function checkPhysicalFunction(
  parent: PathSelector | null,
  wanted: readonly string[] | null,
  argument: "nodes" | "paths",
  hosts: readonly Host[],
  diagnostics: Diagnostics,
  manner: Manner,
): void {
  if (parent === null || parent.node === null || wanted === null || wanted.includes(parent.node)) return;
  diagnostics.error(
    "PCI Device Not Found",
    `${manner.argument("physical_function")} is on ${parent.node}, which ${manner.argument(argument)} leaves out: nothing can match both. ${nothingAt(parent, hosts)}`,
    path("physical_function"),
  );
}

function matching(count: number): string {
  if (count === 0) return "No PCI device matches";
  return count === 1 ? "1 PCI device matches" : `${count} PCI devices match`;
}
