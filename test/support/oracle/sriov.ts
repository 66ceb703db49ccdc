import type { Fn } from "./hardware.ts";
import { isAccelerator, isDisplay, place } from "./hardware.ts";

/** Whether a node tells its virtual functions: Proxmox does from 9.1.12 on, and one that does so is not older. */
export const tellsVirtualFunctions = (version: string, all: Fn[]): boolean =>
  isRecent(version) || all.some((f) => f.physfn !== null || f.virtfns.length > 0);

function isRecent(version: string): boolean {
  const numbers = version.split(/[^0-9]+/).map(Number);
  const [major = 0, minor = 0, patch = 0] = numbers;
  if (major !== 9) {
    return major > 9;
  }
  return minor === 1 ? patch >= 12 : minor > 1;
}

const isCard = (f: Fn): boolean => isDisplay(f) || isAccelerator(f);

const AMD_ONLY = "692f 686c 7362 73ae 73ce 7410 7461 74b5 74b6 74b9 74bc 74bd 75b0 75b3 75b8".split(" ");

/** Whether an older Proxmox, which does not say so, has a virtual function here. */
export function isInferred(f: Fn, all: Fn[], tells: boolean): boolean {
  if (tells) {
    return false;
  }
  if (/(^|\W)(virtual function|vf|mxgpu)(\W|$)/i.test(f.name ?? "")) {
    return true;
  }
  if (!isCard(f)) {
    return false;
  }
  const slot = all.find((other) => onBus(other, f) && other.slot === f.slot && other.fn === 0);
  const first = all.find((other) => onBus(other, f) && other.slot === 0 && other.fn === 0);
  const repeats = ["8086", "10de"].includes(f.vendor) && f.fn > 0 && slot?.id === f.id;
  const behind =
    ["8086", "10de", "1002"].includes(f.vendor) &&
    f.bus > 0 &&
    f.slot > 0 &&
    first !== undefined &&
    isCard(first) &&
    first.vendor === f.vendor;
  return repeats || behind || (f.vendor === "1002" && AMD_ONLY.includes(f.id.slice(5)));
}

const onBus = (a: Fn, b: Fn): boolean => a.domain === b.domain && a.bus === b.bus;
const alike = (a: Fn, b: Fn): boolean =>
  a.vendor === b.vendor &&
  ((isCard(a) && isCard(b)) || (!isCard(a) && !isCard(b) && a.class.slice(0, 2) === b.class.slice(0, 2)));

/** The physical function that an older Proxmox keeps silent about, or null. */
export function inferredParent(f: Fn, all: Fn[], tells: boolean): Fn | null {
  if (!isInferred(f, all, tells)) {
    return null;
  }
  const real = all.filter((other) => onBus(other, f) && !isInferred(other, all, tells));
  const own = real.find((other) => other.slot === f.slot && other.fn === 0 && other.id === f.id);
  if (own !== undefined) {
    return own;
  }
  const ports = real.filter((other) => alike(other, f));
  const [only] = ports;
  return f.bus > 0 && ports.length === 1 && only?.slot === 0 && only.fn === 0 ? only : null;
}

/** The path of the physical function that `f` belongs to, reported by either of the two or inferred. */
export const parentPath = (f: Fn, all: Fn[], tells: boolean): string | null =>
  f.physfn ??
  all.findLast((other) => other.virtfns.includes(f.path))?.path ??
  inferredParent(f, all, tells)?.path ??
  null;

export const isVirtual = (f: Fn, all: Fn[], tells: boolean): boolean =>
  parentPath(f, all, tells) !== null || isInferred(f, all, tells);

/** Whether virtual functions of `f` are alive: it names them, or one of them names it. */
export const hasVirtual = (f: Fn, all: Fn[], tells: boolean): boolean =>
  f.virtfns.length > 0 || all.some((other) => parentPath(other, all, tells) === f.path);

/** Whether a virtual function, seen or only named by its parent, lies in the slot of `f`. */
export function virtualInSlot(f: Fn, all: Fn[], tells: boolean): boolean {
  const here = (path: string): boolean => {
    const p = place(path);
    return p.domain === f.domain && p.bus === f.bus && p.slot === f.slot;
  };
  return all.some(
    (other) => (isVirtual(other, all, tells) && here(other.path)) || other.virtfns.some((path) => here(path)),
  );
}
