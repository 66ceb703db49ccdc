import type { Arguments } from "./cluster.ts";
import type { Fn } from "./hardware.ts";
import { isDisplay, isGpu } from "./hardware.ts";
import { means, place } from "./place.ts";
import type { Sriov } from "./sriov.ts";

const plain = (text: string): string => text.toLowerCase().replaceAll("0x", "");

const prefixes: Record<string, string[]> = {
  accelerator: ["12"],
  audio: ["0401", "0403"],
  network: ["02"],
  storage: ["01"],
  usb: ["0c03"],
  bridge: ["06"],
};

function inClass(f: Fn, wanted: string): boolean {
  if (wanted === "gpu") {
    return isGpu(f);
  }
  if (wanted === "display") {
    return isDisplay(f);
  }
  return (prefixes[wanted] ?? [plain(wanted)]).some((prefix) => f.class.startsWith(prefix));
}

/** The node that an element of `paths` names, or null. */
export const nodeOfElement = (element: string): string | null =>
  element.includes("/") ? element.slice(0, element.indexOf("/")) : null;

/** Whether one element of `paths` means the function, wherever it was read. */
export function pathMeans(element: string, f: Fn): boolean {
  const node = nodeOfElement(element);
  return (node === null || node === f.node) && means(element.slice(element.indexOf("/") + 1), f.path);
}

function nameMatches(f: Fn, pattern: string): boolean {
  const insensitive = pattern.startsWith("(?i)");
  const regex = new RegExp(insensitive ? pattern.slice(4) : pattern, insensitive ? "i" : "");
  return f.name !== null && regex.test(f.name);
}

/** Whether a function fulfils every argument; `sriov` is of its node. */
export function selected(f: Fn, sriov: Sriov, args: Arguments): boolean {
  const any = <T>(wanted: T[] | undefined, test: (one: T) => boolean): boolean =>
    wanted === undefined || wanted.some(test);
  return (
    any(args.classes, (wanted) => inClass(f, wanted)) &&
    any(args.vendor_ids, (wanted) => plain(wanted) === f.vendor) &&
    any(args.ids, (wanted) => plain(wanted) === f.id) &&
    any(args.subsystem_ids, (wanted) => plain(wanted) === f.subsystemId) &&
    any(args.paths, (element) => pathMeans(element, f)) &&
    (args.name_regex === undefined || nameMatches(f, args.name_regex)) &&
    (args.mdev === undefined || args.mdev === f.mdev) &&
    (args.virtual_functions === undefined || args.virtual_functions === sriov.isVirtual(f)) &&
    (args.physical_function === undefined || sriov.parentOf(f) === place(args.physical_function).path)
  );
}
