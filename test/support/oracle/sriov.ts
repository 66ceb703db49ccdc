import type { Fn } from "./hardware.ts";
import { isAccelerator, isDisplay, sameSlot } from "./hardware.ts";

/** Whether a release tells virtual functions: Proxmox does from 9.1.12 on. */
export function tellsVirtualFunctions(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[^0-9]+/).map(Number);
  if (major !== 9) return major > 9;
  return minor === 1 ? patch >= 12 : minor > 1;
}

/** Ids that AMD gives to virtual functions and to nothing else. */
const AMD_VIRTUAL = "692f 686c 7362 73ae 73ce 7410 7461 74b5 74b6 74b9 74bc 74bd 75b0 75b3 75b8"
  .split(" ")
  .map((device) => `1002:${device}`);

/**
 * The virtual functions of one node and the physical ones that they belong to. Each of the questions can be asked of
 * any function of the node.
 */
export class Sriov {
  readonly all: Fn[];
  /** Whether the node's Proxmox tells of them. */
  readonly tells: boolean;

  constructor(all: Fn[], tells: boolean) {
    this.all = all;
    this.tells = tells;
  }

  isVirtual(f: Fn): boolean {
    return this.tells ? this.#told(f) !== null : this.isInferred(f);
  }

  /** Whether it only looks like a virtual function: its Proxmox tells of none. */
  isInferred(f: Fn): boolean {
    if (this.tells) return false;
    if (/\b(Virtual Function|VF|MxGPU)\b/.test(f.name ?? "")) return true;
    if (!isDisplay(f) && !isAccelerator(f)) return false;
    if (AMD_VIRTUAL.includes(f.id)) return true;
    const twin = this.all.find((other) => sameSlot(other, f) && other.fn === 0);
    if (["8086", "10de"].includes(f.vendor) && f.fn !== 0 && twin?.id === f.id) return true;
    const first = this.#firstOfBus(f);
    return (
      ["8086", "10de", "1002"].includes(f.vendor) &&
      f.bus !== 0 &&
      f.slot > 0 &&
      first !== undefined &&
      (isDisplay(first) || isAccelerator(first)) &&
      first.vendor === f.vendor
    );
  }

  /** The address of the physical function that a virtual one belongs to, told or inferred; null for any other. */
  parentOf(f: Fn): string | null {
    if (this.tells) return this.#told(f);
    if (!this.isInferred(f)) return null;
    const twin = this.all.find((other) => sameSlot(other, f) && other.fn === 0);
    if (twin !== undefined && twin.id === f.id && !this.isInferred(twin)) return twin.path;
    const first = this.#firstOfBus(f);
    if (f.bus === 0 || first === undefined || this.isInferred(first) || !isAlike(first, f)) return null;
    const secondPort = this.all.some(
      (other) =>
        other !== first &&
        other.domain === f.domain &&
        other.bus === f.bus &&
        isAlike(other, f) &&
        !this.isInferred(other),
    );
    return secondPort ? null : first.path;
  }

  /** Whether virtual functions of `f` are alive. */
  hasVirtual(f: Fn): boolean {
    return (this.tells && f.virtfns.length > 0) || this.all.some((other) => this.parentOf(other) === f.path);
  }

  #told(f: Fn): string | null {
    return f.physfn ?? this.all.find((other) => other.virtfns.includes(f.path))?.path ?? null;
  }

  #firstOfBus(f: Fn): Fn | undefined {
    return this.all.find(
      (other) => other.domain === f.domain && other.bus === f.bus && other.slot === 0 && other.fn === 0,
    );
  }
}

/** Whether two functions may be a physical one and a virtual one of it: of one vendor, and of one kind. */
function isAlike(a: Fn, b: Fn): boolean {
  const kind = (f: Fn): string => (isDisplay(f) || isAccelerator(f) ? "card" : f.class.slice(0, 2));
  return a.vendor === b.vendor && kind(a) === kind(b);
}
