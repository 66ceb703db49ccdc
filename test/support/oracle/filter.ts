import type { Arguments } from "./cluster.ts";
import type { Fn } from "./hardware.ts";
import { isDisplay, isGpu, place } from "./hardware.ts";
import { isVirtual, parentPath } from "./sriov.ts";

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

/** Whether one element of `paths` means the function, wherever it was read. */
export function pathMeans(element: string, f: Fn): boolean {
  const slash = element.indexOf("/");
  if (slash >= 0 && element.slice(0, slash) !== f.node) {
    return false;
  }
  const wanted = place(element.slice(slash + 1));
  const there = wanted.domain === f.domain && wanted.bus === f.bus && wanted.slot === f.slot;
  return there && (wanted.fn === null || wanted.fn === f.fn);
}

function nameMatches(f: Fn, pattern: string): boolean {
  const insensitive = pattern.startsWith("(?i)");
  const regex = new RegExp(insensitive ? pattern.slice(4) : pattern, insensitive ? "i" : "");
  return f.name !== null && regex.test(f.name);
}

/** Whether a function fulfils every argument; `all` are the functions of its node. */
export function selected(f: Fn, all: Fn[], args: Arguments, tells: boolean): boolean {
  const tests: boolean[] = [];
  if (args.classes !== undefined) {
    tests.push(args.classes.some((wanted) => inClass(f, wanted)));
  }
  if (args.vendor_ids !== undefined) {
    tests.push(args.vendor_ids.some((wanted) => plain(wanted) === f.vendor));
  }
  if (args.ids !== undefined) {
    tests.push(args.ids.some((wanted) => plain(wanted) === f.id));
  }
  if (args.subsystem_ids !== undefined) {
    tests.push(args.subsystem_ids.some((wanted) => plain(wanted) === f.subsystemId));
  }
  if (args.paths !== undefined) {
    tests.push(args.paths.some((element) => pathMeans(element, f)));
  }
  if (args.name_regex !== undefined) {
    tests.push(nameMatches(f, args.name_regex));
  }
  if (args.mdev !== undefined) {
    tests.push(f.mdev === args.mdev);
  }
  if (args.virtual_functions !== undefined) {
    tests.push(isVirtual(f, all, tells) === args.virtual_functions);
  }
  if (args.physical_function !== undefined) {
    tests.push(parentPath(f, all, tells) === place(args.physical_function).path);
  }
  return tests.every((test) => test);
}
