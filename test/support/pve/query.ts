import type { Parameters } from "./parameters.ts";

/**
 * Reads a query or a form as pveproxy does: pairs are separated by `&` and by `;`, a second `=` ends the value, `+` is
 * a space, and a name that comes back makes a list.
 */
function parseForm(text: string): Map<string, string | string[]> {
  const parameters = new Map<string, string | string[]>();
  for (const pair of text.split(/[&;]/)) {
    if (pair === "") continue;
    const [name = "", value = ""] = pair.split("=");
    const key = decode(name);
    const before = parameters.get(key);
    if (before === undefined) parameters.set(key, decode(value));
    else parameters.set(key, [...(typeof before === "string" ? [before] : before), decode(value)]);
  }
  return parameters;
}

/** Parameters of a request: those of its form or JSON body and those of its query, which win. */
export function requestParameters(query: string, body: Buffer, contentType: string | undefined): Parameters {
  const parameters = contentType?.startsWith("application/json")
    ? parseJsonBody(body)
    : parseForm(body.toString("latin1"));
  for (const [name, value] of parseForm(query)) parameters.set(name, value);
  parameters.delete("_dc");
  return parameters;
}

/** Undoes percent encoding; what is no UTF-8 stays as it is. */
export function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function parseJsonBody(body: Buffer): Map<string, string | string[]> {
  const parsed = parseJson(body.toString("utf8"));
  const members = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  return new Map(
    members.map(([name, value]) => [name, Array.isArray(value) ? value.map(jsonText) : jsonText(value)]),
  );
}

/** What cannot be read counts as no parameters at all, which the call's schema then complains about. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function jsonText(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "string" ? value : JSON.stringify(value);
}
