/**
 * The parts of `tofu plan -json` and `tofu apply -json` that the demo shows. Source: OpenTofu, "Machine-Readable UI".
 */
import { wrapped } from "../../src/cli/text.ts";

/** The width of the narrowest terminal. */
export const COLUMNS = 80;

/** The signs before a resource, as in a plan for people. */
const SIGNS: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  replace: "-/+",
  delete: "-",
};

/** One parsed line of the stream. */
export interface TofuEvent {
  readonly kind: "change" | "done" | "summary" | "warning" | "error" | "other";
  /** The resource that it concerns; empty if there is none. */
  readonly address: string;
  /** What the demo shows of it. */
  readonly lines: readonly string[];
}

const OTHER: TofuEvent = { kind: "other", address: "", lines: [] };

/** Parses one line. What is no JSON, such as the output of a wrapper script, is shown as it is. */
export function readEvent(line: string): TofuEvent {
  const event = parse(line);
  if (event === null) return line.trim() === "" ? OTHER : { ...OTHER, lines: wrapped(line, COLUMNS) };
  const message = textOf(event["@message"]);
  switch (event["type"]) {
    case "planned_change": {
      const change = objectOf(event["change"]);
      const address = textOf(objectOf(change["resource"])["addr"]);
      const sign = SIGNS[textOf(change["action"])];
      return sign === undefined ? OTHER : { kind: "change", address, lines: [`  ${sign} ${address}`] };
    }
    case "apply_complete": {
      const hook = objectOf(event["hook"]);
      if (hook["action"] === "read") return OTHER;
      const address = textOf(objectOf(hook["resource"])["addr"]);
      return { kind: "done", address, lines: [`  ${message.replace(/ after .*$/, "")}`] };
    }
    case "change_summary":
      return { kind: "summary", address: "", lines: [`  ${message}`] };
    case "diagnostic": {
      const { severity, summary, detail } = objectOf(event["diagnostic"]);
      const kind = severity === "error" ? "error" : "warning";
      const head = `  ${kind === "error" ? "Error" : "Warning"}: ${textOf(summary)}`;
      const below = textOf(detail) === "" ? [] : wrapped(textOf(detail), COLUMNS - INDENT.length);
      return { kind, address: "", lines: [head, ...below.map((text) => `${INDENT}${text}`)] };
    }
    default:
      return OTHER;
  }
}

const INDENT = "    ";

/**
 * The changes in place of a plan, by resource: a line for each attribute; lists are compared element by element.
 *
 * @param plan The output of `tofu show -json` for it.
 */
export function changesInPlace(plan: string): ReadonlyMap<string, readonly string[]> {
  const { resource_changes: changes } = objectOf(JSON.parse(plan));
  const found = new Map<string, readonly string[]>();
  for (const entry of Array.isArray(changes) ? changes : []) {
    const { address, change } = objectOf(entry);
    const { actions, before, after } = objectOf(change);
    if (!Array.isArray(actions) || actions.join() !== "update") continue;
    const old = objectOf(before);
    // An attribute that is known only after apply is not among the new values.
    const lines = Object.entries(objectOf(after)).flatMap(([name, value]) =>
      differences(name, old[name], value),
    );
    found.set(
      textOf(address),
      lines.map((line) => `${INDENT}  ${line}`),
    );
  }
  return found;
}

function differences(name: string, before: unknown, after: unknown): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (!Array.isArray(before) || !Array.isArray(after)) return [`${name} ${said(before)} -> ${said(after)}`];
  const [gone, come] = [without(before, after), without(after, before)];
  if (gone.length !== come.length) return [`${name}: ${before.length} -> ${after.length} elements`];
  return gone.map((one, index) => {
    const [old, now] = [objectOf(one), objectOf(come[index])];
    const parts = Object.keys(now).flatMap((key) => differences(key, old[key], now[key]));
    return `${name}: ${parts.join(", ")}`;
  });
}

function without(list: readonly unknown[], other: readonly unknown[]): readonly unknown[] {
  const known = new Set(other.map((one) => JSON.stringify(one)));
  return list.filter((one) => !known.has(JSON.stringify(one)));
}

function said(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function parse(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? objectOf(value) : null;
  } catch {
    return null;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
