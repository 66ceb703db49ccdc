/**
 * What must not appear in any message or log: passwords, tokens, tickets, proxy credentials. Servers repeat what they were sent, and
 * proxies repeat it encoded. So every secret is searched for in all forms that it may have.
 */

import { printable } from "./printable.ts";
import { literal, Pieces } from "./secret-pieces.ts";

/** Collects secrets, and removes them from texts before they are shown. */
export interface SecretRegistry {
  add(secret: string): void;
  scrub(text: string): string;
}

const MASK = "***";

/** Shorter secrets are masked only where they stand alone: a mask for every "a" would leave no message. */
const SHORTEST_INSIDE_WORDS = 3;

/** Shorter base64 forms would match by chance. */
const SHORTEST_BASE64 = 8;

/** Shorter secrets are not searched for in capitals or hexadecimal. */
const SHORTEST_CHANGED = 6;

export class Secrets implements SecretRegistry {
  readonly #forms = new Map<string, readonly string[]>();
  #pattern: RegExp | null = null;
  #pieces: Pieces | null = null;

  /** Registers a secret; an empty text is ignored. */
  add(secret: string): void {
    if (secret === "" || this.#forms.has(secret)) return;
    this.#forms.set(secret, formsOf(secret));
    this.#pattern = null;
    this.#pieces = null;
  }

  /** The text with `***` in place of every registered secret, and of what may be a piece of one. */
  scrub(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= patternOf(new Set([...this.#forms.values()].flat()));
    this.#pieces ??= new Pieces(this.#secretParts());
    return this.#pieces.mask(text.replaceAll(this.#pattern, MASK), MASK);
  }

  /** The forms of those secrets that are secret in every part. A token and a ticket begin with a name that anybody may read. */
  #secretParts(): string[] {
    const secrets = [...this.#forms.keys()];
    const isComposed = (whole: string) =>
      secrets.some((part) => whole.endsWith(`=${part}`) || whole.endsWith(`::${part}`));
    return [...this.#forms].flatMap(([secret, forms]) => (isComposed(secret) ? [] : forms));
  }
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  // RFC 3986 reserves some characters that JavaScript does not escape, but Perl's URI::Escape does.
  const strict = percent.replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  // Programs may escape more than necessary, such as dashes.
  const every = [...Buffer.from(secret, "utf8")].map(escapedUnlessAlphanumeric).join("");
  const form = new URLSearchParams([["", secret]]).toString().slice(1);
  const bytes = Buffer.from(secret, "utf8");
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [
    secret,
    // As in our messages, or in Perl's, which have only one line.
    printable(secret),
    percent,
    lowerCaseEscapes(percent),
    strict,
    lowerCaseEscapes(strict),
    every,
    lowerCaseEscapes(every),
    form,
    lowerCaseEscapes(form),
    json,
    json.replaceAll("/", "\\/"),
    escapedInJson(json, (code) => code),
    escapedInJson(json, (code) => code.toUpperCase()),
    inHtml(secret),
    bytes.toString("latin1"),
    ...base64FormsOf(bytes),
  ];
  if (secret.length >= SHORTEST_CHANGED) {
    const hex = bytes.toString("hex");
    forms.push(hex, hex.toUpperCase(), secret.toLowerCase(), secret.toUpperCase());
  }
  return forms.filter((form) => form !== "");
}

/** Escapes what is not ASCII as `\u00fc`, as programs do that trust no character set. */
function escapedInJson(json: string, digits: (code: string) => string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${digits(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`,
  );
}

/** As web pages of proxies quote a request. */
function inHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "amp",
    "<": "lt",
    ">": "gt",
    '"': "quot",
    "'": "#39",
  };
  return text.replaceAll(/[&<>"']/g, (mark) => `&${entities[mark]};`);
}

function escapedUnlessAlphanumeric(byte: number): string {
  const character = String.fromCharCode(byte);
  return /^[A-Za-z0-9]$/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function lowerCaseEscapes(encoded: string): string {
  return encoded.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/**
 * The base64 characters that depend only on the secret, for each of the three offsets at which it may begin in the encoded text
 * (RFC 4648, section 4: three bytes make four characters), in the usual and the URL alphabet.
 */
function base64FormsOf(bytes: Buffer): string[] {
  const forms: string[] = [];
  for (const before of [0, 1, 2]) {
    const bits = (before + bytes.length) * 8;
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const inside = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(bits / 6));
    if (inside.length >= SHORTEST_BASE64) {
      forms.push(inside, inside.replaceAll("+", "-").replaceAll("/", "_"));
    }
  }
  return forms;
}

/** Longest first: if one secret contains another, masking the inner one first would leave the rest of the outer one. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const alternatives = [...forms]
    .toSorted((a, b) => b.length - a.length)
    .map((form) => {
      const exact = literal(form);
      return form.length < SHORTEST_INSIDE_WORDS ? `(?<![\\p{L}\\p{N}])${exact}(?![\\p{L}\\p{N}])` : exact;
    });
  // In any case, because some servers repeat texts in capitals.
  return new RegExp(alternatives.join("|"), "giu");
}
