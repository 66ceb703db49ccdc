/**
 * Reads values of unknown shape from JSON. What is used is checked strictly, and errors name the place, such as `data[3].iommugroup`.
 * What is not used is ignored. Numbers may come as texts, because Proxmox's Perl writes either.
 */
import { Problem } from "../errors.ts";
import { isRecord } from "../json.ts";

/** The problem of a value that is not as expected. */
export function mismatch(found: Found, expected: string): Problem {
  return new Problem({
    code: "malformed",
    text: `The answer is not what Proxmox VE answers: ${found.place} should be ${expected} but is ${describe(found.value)}.`,
    advice: "If the endpoint is Proxmox VE itself, please report this with its version.",
  });
}

/** A value and its place. The place is written out only for errors: there are many values, but few errors. */
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
 * The members of one object after the other, for lists of thousands of objects. This `Found` moves, so it must not be used
 * after it has moved on.
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

/** The elements of a list. @throws Problem when it is no list */
export function elements(list: Found): readonly Found[] {
  if (!Array.isArray(list.value)) throw mismatch(list, "a list");
  return list.value.map((value: unknown, index) => new Found(value, list, index));
}

/** The members of an object with their names, in its order. */
export function members(object: Found): readonly (readonly [name: string, found: Found])[] {
  return Object.entries(record(object)).map(([name, value]) => [name, new Found(value, object, name)]);
}

/** A text, made well-formed. Numbers are accepted too, because a name that consists of digits may come as a number. */
export function text(found: Found): string {
  if (typeof found.value === "string") return found.value.toWellFormed();
  if (typeof found.value === "number") return String(found.value);
  throw mismatch(found, "a text");
}

/** A longer text is no name; Proxmox's own names have at most about 63 characters. */
const MAX_NAME = 1_000;

/** A name: a text that is not empty, not too long, and without control characters. */
export function name(found: Found): string {
  const value = text(found);
  if (value === "") throw mismatch(found, "a text that is not empty");
  if (value.length > MAX_NAME) throw mismatch(found, `a text of ${MAX_NAME} characters at most`);
  if (/\p{Cc}/u.test(value)) throw mismatch(found, "a text without control characters");
  return value;
}

/** As in Proxmox's `pve_verify_node_name` (pve-common, `src/PVE/JSONSchema.pm`). */
const NODE_NAME = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;

/** The name of a node, which is used in later requests. */
export function nodeName(found: Found): string {
  const value = name(found);
  if (!NODE_NAME.test(value)) throw mismatch(found, "the name of a node (letters, digits and hyphens)");
  return value;
}

/**
 * For a mapping's line and a guest's arguments, which may contain long descriptions and paths. Real ones have a few hundred
 * characters.
 */
const MAX_PROPERTY_STRING = 16 * 1024;

/** A text that will be split into properties or words, which need many times its length in memory. */
export function propertyString(found: Found, most: number = MAX_PROPERTY_STRING): string {
  const value = text(found);
  if (value.length > most) throw mismatch(found, `a text of ${most} characters at most`);
  return value;
}

/** Longer labels are cut: the longest in pci.ids has 150 characters. */
const MAX_LABEL = 400;

/** A descriptive name: control characters are replaced, and it is cut if it is longer than any name. */
export function label(found: Found): string {
  return withoutControls(cut(found), /\p{Cc}/gu);
}

/**
 * The same before repair. Names that Proxmox has encoded twice (`â\u0080\u0093` for a dash) have characters from U+0080
 * to U+009F, which are control characters in any other name.
 */
export function unmendedLabel(found: Found): string {
  return withoutControls(cut(found), /[\p{Cc}--[\u0080-\u009f]]/gv);
}

function cut(found: Found): string {
  const value = text(found);
  return value.length > MAX_LABEL ? `${value.slice(0, MAX_LABEL).toWellFormed()}…` : value;
}

const withoutControls = (value: string, controls: RegExp): string => value.replaceAll(controls, "\ufffd");

/** The elements without those whose key came before. */
export function distinct<T>(list: readonly T[], key: (element: T) => unknown): readonly T[] {
  const seen = new Set<unknown>();
  return list.filter((element) => {
    const size = seen.size;
    return seen.add(key(element)).size > size;
  });
}

/** A whole number, which may come as text. */
export function integer(found: Found): number {
  const value =
    typeof found.value === "string" && /^-?\d{1,15}$/.test(found.value) ? Number(found.value) : found.value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw mismatch(found, "a whole number");
}

/** Perl's booleans: 0 and 1, as number or text; and JSON's own. */
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

/** What `read` returns for a value; null when the value is absent. */
export function maybe<T>(found: Found, read: (found: Found) => T): T | null {
  return found.value === undefined ? null : read(found);
}

function record(found: Found): Record<string, unknown> {
  if (!isRecord(found.value)) throw mismatch(found, "an object");
  return found.value;
}

/** From this length on, an error also gives the length of the list. */
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
