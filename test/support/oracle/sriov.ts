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

/** The physical function that an older Proxmox keeps silent about, or null. */
export function inferredParent(f: Fn, all: Fn[], tells: boolean): Fn | null {
  if (tells || f.bus === 0 || !(isDisplay(f) || isAccelerator(f))) {
    return null;
  }
  if (f.slot === 0 && f.fn === 0) {
    return null;
  }
  const parent = all.find(
    (other) =>
      other.domain === f.domain &&
      other.bus === f.bus &&
      other.slot === 0 &&
      other.fn === 0 &&
      other.id === f.id &&
      (isDisplay(other) || isAccelerator(other)),
  );
  return parent ?? null;
}

/** The path of the physical function that `f` belongs to, reported by either of the two or inferred. */
export const parentPath = (f: Fn, all: Fn[], tells: boolean): string | null =>
  f.physfn ??
  all.findLast((other) => other.virtfns.includes(f.path))?.path ??
  inferredParent(f, all, tells)?.path ??
  null;

export const isVirtual = (f: Fn, all: Fn[], tells: boolean): boolean => parentPath(f, all, tells) !== null;

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
