/**
 * Reads values of unknown shape out of JSON. What matters is checked strictly and a fault is named with its place, `data[3].iommugroup`;
 * what is not asked for is passed over, and numbers may come as texts, because Proxmox's Perl makes now one and now the other of them.
 */
import { Problem } from "../errors.ts";
import { isRecord } from "../json.ts";

/** The problem of a value that is not what it must be. */
export function mismatch(found: Found, expected: string): Problem {
  return new Problem({
    code: "malformed",
    text: `The answer is not what Proxmox VE answers: ${found.place} should be ${expected} but is ${describe(found.value)}.`,
    advice: "If the endpoint is Proxmox VE itself, please report this with its version.",
  });
}

/** A value and where it stands. The place is written out for errors only: there are many values, and few errors. */
export class Found {
  value: unknown;
  readonly #within: Found | null;
  /** An index, or the name of a member. */
  protected key: number | string;

  constructor(value: unknown, within: Found | null = null, key: number | string = "") {
    this.value = value;
    this.#within = within;
    this.key = key;
  }

  /** `data[3].iommugroup` */
  get place(): string {
    if (this.#within === null) return "data";
    const { key } = this;
    if (typeof key === "string" && /^[\w-]+$/.test(key)) return `${this.#within.place}.${key}`;
    return `${this.#within.place}[${JSON.stringify(key)}]`;
  }
}

/**
 * One member of an object after the other, for lists of thousands of objects: a `Found` that moves, so that it is of no use
 * once it has moved on.
 */
export class MovingMember extends Found {
  readonly #fields: Record<string, unknown>;

  constructor(object: Found) {
    super(undefined, object);
    this.#fields = record(object);
  }

  /** Moves to a member, whose value is undefined when it is absent or null. */
  to(name: string): this {
    this.key = name;
    this.value = own(this.#fields, name);
    return this;
  }
}

/** The answer's root. */
export function root(value: unknown): Found {
  return new Found(value);
}

/** The member of an object; its value is undefined when it is absent or null. */
export function member(object: Found, name: string): Found {
  return new Found(own(record(object), name), object, name);
}

function own(fields: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(fields, name) ? (fields[name] ?? undefined) : undefined;
}

/** The elements of a list. */
export function elements(list: Found): readonly Found[] {
  if (!Array.isArray(list.value)) throw mismatch(list, "a list");
  return list.value.map((value: unknown, index) => new Found(value, list, index));
}

/** The members of an object with their names, in its order. */
export function members(object: Found): readonly (readonly [name: string, found: Found])[] {
  return Object.entries(record(object)).map(([name, value]) => [name, new Found(value, object, name)]);
}

/** A text, well-formed whatever its escapes say; numbers are taken as such too, since a name of digits may come as one. */
export function text(found: Found): string {
  if (typeof found.value === "string") return found.value.toWellFormed();
  if (typeof found.value === "number") return String(found.value);
  throw mismatch(found, "a text");
}

/** Longer names are none; those of Proxmox's own have 63 characters or so. */
const MAX_NAME = 1_000;

/** A name: a text that is not empty, not endless, and has no control characters. */
export function name(found: Found): string {
  const value = text(found);
  if (value === "") throw mismatch(found, "a text that is not empty");
  if (value.length > MAX_NAME) throw mismatch(found, `a text of ${MAX_NAME} characters at most`);
  if (/\p{Cc}/u.test(value)) throw mismatch(found, "a text without control characters");
  return value;
}

/** As Proxmox has it in `pve_verify_node_name` (pve-common, `src/PVE/JSONSchema.pm`). */
const NODE_NAME = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;

/** The name of a node, which becomes a part of what is asked next. */
export function nodeName(found: Found): string {
  const value = name(found);
  if (!NODE_NAME.test(value)) throw mismatch(found, "the name of a node (letters, digits and hyphens)");
  return value;
}

/** Of a mapping's line and a guest's arguments, whose descriptions and paths may be long; real ones have some hundred characters. */
const MAX_PROPERTY_STRING = 16 * 1024;

/** A text that will be taken apart into properties or words, each of which takes many times its length in memory. */
export function propertyString(found: Found, most: number = MAX_PROPERTY_STRING): string {
  const value = text(found);
  if (value.length > most) throw mismatch(found, `a text of ${most} characters at most`);
  return value;
}

/** Longer labels are cut: the longest in pci.ids has 150 characters. */
const MAX_LABEL = 400;

/** What something calls itself: control characters replaced, and cut where it is longer than any name. */
export function label(found: Found): string {
  return withoutControls(cut(found), /\p{Cc}/gu);
}

/**
 * The same, before it is mended: names that Proxmox has encoded twice (`â\u0080\u0093` for a dash) have characters from
 * U+0080 to U+009F, which are controls in any other name.
 */
export function unmendedLabel(found: Found): string {
  return withoutControls(cut(found), /[\p{Cc}--[\u0080-\u009f]]/gv);
}

function cut(found: Found): string {
  const value = text(found);
  return value.length > MAX_LABEL ? `${value.slice(0, MAX_LABEL).toWellFormed()}…` : value;
}

const withoutControls = (value: string, controls: RegExp): string => value.replaceAll(controls, "\ufffd");

/** The elements without those whose key was there before: what is listed twice is there once. */
export function distinct<T>(list: readonly T[], key: (element: T) => unknown): readonly T[] {
  const seen = new Set<unknown>();
  return list.filter((element) => {
    const size = seen.size;
    return seen.add(key(element)).size > size;
  });
}

/** A whole number, also as text. */
export function integer(found: Found): number {
  const value =
    typeof found.value === "string" && /^-?\d{1,15}$/.test(found.value) ? Number(found.value) : found.value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw mismatch(found, "a whole number");
}

/** Perl's booleans: 0 and 1, as number or text, and JSON's own. */
export function flag(found: Found): boolean {
  switch (found.value) {
    case true:
    case 1:
    case "1":
      return true;
    case false:
    case 0:
    case "0":
    case "":
      return false;
    default:
      throw mismatch(found, "0 or 1");
  }
}

/** What `read` makes of a value that is there; null when it is not. */
export function maybe<T>(found: Found, read: (found: Found) => T): T | null {
  return found.value === undefined ? null : read(found);
}

function record(found: Found): Record<string, unknown> {
  if (!isRecord(found.value)) throw mismatch(found, "an object");
  return found.value;
}

/** Of a list that is too long, how long it is helps. */
const LONG_LIST = 500;

function describe(value: unknown): string {
  if (value === undefined || value === null) return "missing";
  if (Array.isArray(value)) {
    if (value.length === 0) return "an empty list";
    return value.length < LONG_LIST ? "a list" : `a list of ${value.length}`;
  }
  if (typeof value === "object") return "an object";
  const json = JSON.stringify(value);
  return json.length <= 60 ? json : `a ${typeof value} of ${json.length} characters`;
}
