/** A path as this provider writes it, with the four numbers that it orders by. `fn` is null for a slot. */
export interface Place {
  path: string;
  domain: number;
  bus: number;
  slot: number;
  fn: number | null;
}

/** Reads an address or a slot, with a domain or without. */
export function place(text: string): Place {
  const found = /^(?:([0-9a-f]+):)?([0-9a-f]+):([0-9a-f]+)(?:\.([0-9a-f]))?$/.exec(text.toLowerCase());
  if (found === null) throw new Error(`not an address: ${text}`);
  const domain = Number.parseInt(found[1] ?? "0", 16);
  const bus = Number.parseInt(found[2] ?? "", 16);
  const slot = Number.parseInt(found[3] ?? "", 16);
  const fn = found[4] === undefined ? null : Number.parseInt(found[4], 16);
  const tail = fn === null ? "" : `.${fn.toString(16)}`;
  return { path: `${padded(domain, 4)}:${padded(bus, 2)}:${padded(slot, 2)}${tail}`, domain, bus, slot, fn };
}

/** Hexadecimal digits, as many as at least are wanted. */
export const padded = (n: number, width: number): string => n.toString(16).padStart(width, "0");

/** Addresses in the order of their numbers, not of their digits. A slot counts as its function .0. */
export function byPath(a: string, b: string): number {
  const x = place(a);
  const y = place(b);
  return x.domain - y.domain || x.bus - y.bus || x.slot - y.slot || (x.fn ?? 0) - (y.fn ?? 0);
}

/** Whether `written`, an address or a slot, means the function at `path`. */
export function means(written: string, path: string): boolean {
  const a = place(written);
  const b = place(path);
  return a.domain === b.domain && a.bus === b.bus && a.slot === b.slot && (a.fn === null || a.fn === b.fn);
}
