/**
 * Makes rules for the linter from the list of layers. The linter sees an import as written, not where it leads. So it
 * recognises a room by its name, and no folder deeper inside may have the same name.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layers } from "./layers.ts";

/** The folder of the rules, from the root of the project; biome.json names them. */
const FOLDER = "scripts/lint/gen";

const NODE = "node";
const TYPE = "type ";

/** The texts of the rules' files, by path from the root of the project. */
export function restrictions(layers: Layers): ReadonlyMap<string, string> {
  const rooms = roomsOutsideFirst(layers).map((room) => overrideFor(room, layers));
  const rules = { overrides: [overrideForLeaves(layers), ...rooms] };
  return new Map([
    [`${FOLDER}/layers.json`, `${JSON.stringify(rules, null, 2)}\n`],
    [`${FOLDER}/type-arrows.grit`, typeArrows(layers)],
  ]);
}

/** Writes the rules' files below `root`. */
export function writeRestrictions(root: string, layers: Layers): void {
  mkdirSync(join(root, FOLDER), { recursive: true });
  for (const [path, text] of restrictions(layers)) writeFileSync(join(root, path), text);
}

/** Whether the files of `room` may import those directly in `other`: everything, only types, or nothing. */
export function mayImport(room: string, other: string, layers: Layers): "all" | "types" | "nothing" {
  const allowed = layers[room] ?? [];
  const around = enclosing(other);
  if (other === room || enclosing(room).includes(other)) return "all";
  if (around.some((name) => allowed.includes(name))) return "all";
  return around.some((name) => allowed.includes(`${TYPE}${name}`)) ? "types" : "nothing";
}

/** If two rules apply to a file, the linter uses the later one. */
function roomsOutsideFirst(layers: Layers): readonly string[] {
  return Object.keys(layers).toSorted((a, b) => enclosing(a).length - enclosing(b).length);
}

function overrideFor(room: string, layers: Layers): object {
  const allowed = layers[room] ?? [];
  const packages = allowed.filter((name) => !name.startsWith(TYPE) && name !== NODE && !(name in layers));
  const group = [
    "**",
    "!./**",
    "!../**",
    ...(allowed.includes(NODE) ? ["!node:*", "!node:*/**"] : []),
    ...packages.flatMap((name) => [`!${name}`, `!${name}/**`]),
    ...forbiddenRooms(room, layers).map(importsOf),
    "**/test/**",
    "**/scripts/**",
  ];
  const list = allowed.length === 0 ? "nothing" : allowed.join(", ");
  const message = `src/${room} may import ${list}; scripts/lint/layers.ts says so.`;
  return restricting(isFile(room) ? `src/${room}` : `src/${room}/**`, group, message);
}

/** Files directly in src are for everybody, so they must not import a room. */
function overrideForLeaves(layers: Layers): object {
  const rooms = Object.keys(layers).filter((room) => enclosing(room).length === 1);
  const group = [...rooms.map(importsOf), "**/test/**", "**/scripts/**"];
  return restricting(
    "src/*.ts",
    group,
    "What lies directly in src imports no room, since every room may import it.",
  );
}

function restricting(files: string, group: readonly string[], message: string): object {
  const noRestrictedImports = { level: "error", options: { patterns: [{ group, message }] } };
  return { includes: [files], linter: { rules: { style: { noRestrictedImports } } } };
}

/** The rooms that an import of `room` must not name: those beside it, and those beside the rooms around it. */
function forbiddenRooms(room: string, layers: Layers): readonly string[] {
  const around = enclosing(room);
  return Object.keys(layers).filter((other) => {
    const outer = enclosing(other).at(1);
    const beside = outer === undefined || around.includes(outer);
    return beside && !around.includes(other) && mayImport(room, other, layers) === "nothing";
  });
}

/** How an import of a room, or of something in it, ends. */
function importsOf(room: string): string {
  const name = room.slice(room.lastIndexOf("/") + 1);
  return isFile(room) ? `**/${name}` : `**/${name}/**`;
}

/** The room itself, then the rooms around it, from inside out. */
function enclosing(room: string): readonly string[] {
  const end = room.lastIndexOf("/");
  return end === -1 ? [room] : [room, ...enclosing(room.slice(0, end))];
}

function isFile(room: string): boolean {
  return room.endsWith(".ts");
}

/** The linter's own rule cannot distinguish types from values. */
function typeArrows(layers: Layers): string {
  const arrows = Object.entries(layers).flatMap(([room, allowed]) =>
    allowed.filter((name) => name.startsWith(TYPE)).map((name) => [room, name.slice(TYPE.length)] as const),
  );
  // A quotation mark would end the expression.
  const quote = "[\\x22\\x27`]";
  const conditions = arrows.map(([from, to]) => {
    const files = isFile(from) ? `.*src/${from}` : `.*src/${from}/.*`;
    return `    and { $filename <: r"${files}", $import <: r"[\\s\\S]*(?:${quote}|/)${to}/[\\s\\S]*" }`;
  });
  return `language js(typescript)

or { JsImport(), JsExportFromClause(), JsExportNamedFromClause(), JsImportCallExpression() } as $import where {
  not $import <: r"(?:import\\s+)?type\\b[\\s\\S]*",
  or {
${conditions.join(",\n")}
  },
  register_diagnostic(span=$import, message="Only types may be imported here: write import type.")
}
`;
}
