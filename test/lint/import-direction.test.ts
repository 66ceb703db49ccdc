/** Every arrow that scripts/lint/layers.ts does not have is refused by the linter, in whatever form it is written. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { type Layers, layers } from "../../scripts/lint/layers.ts";
import { mayImport, restrictions } from "../../scripts/lint/restrictions.ts";
import { lintFiles } from "./lint-files.ts";

const root = join(import.meta.dirname, "../..");
const refused = ["lint/style/noRestrictedImports"];
const REFUSED_VALUE = ["plugin"];

/** Every way to write an import; those of types alone leave nothing in the program. */
const forms = {
  "a value": (from: string) => `import { it } from "${from}";\nexport const x = it;\n`,
  "a type": (from: string) => `import type { it } from "${from}";\nexport type X = typeof it;\n`,
  "a type among values": (from: string) => `import { type it } from "${from}";\nexport type X = typeof it;\n`,
  "several lines": (from: string) => `import {\n  it,\n} from "${from}";\nexport const x = it;\n`,
  "a namespace": (from: string) => `import * as it from "${from}";\nexport const x = it;\n`,
  "nothing but its effects": (from: string) => `import "${from}";\nexport const x = 1;\n`,
  "a re-export": (from: string) => `export { it } from "${from}";\n`,
  "a re-exported type": (from: string) => `export type { it } from "${from}";\n`,
  "a promise": (from: string) => `export const x = import("${from}");\n`,
} as const;
const typesAlone = new Set<string>(["a type", "a re-exported type"]);
/** The forms with which every arrow is tried; the others are tried on a few. */
const usualForms = ["a value", "a type"] as const;

const fileIn = (room: string): string => (room.endsWith(".ts") ? `src/${room}` : `src/${room}/it.ts`);
const specifier = (from: string, to: string): string => {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
};

interface Case {
  readonly importer: string;
  readonly imported: string;
  readonly form: string;
  readonly path: string;
  readonly text: string;
  readonly refusals: readonly string[];
}

const PACKAGES = ["@grpc/grpc-js", "@bufbuild/protobuf/wire", "msgpack-lite", "undici", "node:fs"];
/** What no room imports. */
const OUTSIDE = ["test/support/it.ts", "scripts/it.ts"];

/** The name by which a list has a package. */
const listed = (name: string): string => (name.startsWith("node:") ? "node" : name.replace(/\/wire$/, ""));

/** Every import that a file of `room`, which lies in `folder`, can be tried with. */
function casesOf(room: string, folder: string, rooms: Layers): readonly Case[] {
  const at = (index: number): string => `src/${folder}/case-${index}.ts`;
  const targets = [
    ...Object.keys(rooms).map((imported) => ({
      imported,
      from: specifier(at(0), fileIn(imported)),
      may: mayImport(room, imported, rooms),
    })),
    ...PACKAGES.map((name) => ({
      imported: name,
      from: name,
      may: rooms[room]?.includes(listed(name)) === true ? ("all" as const) : ("nothing" as const),
    })),
    ...OUTSIDE.map((path) => ({ imported: path, from: specifier(at(0), path), may: "nothing" as const })),
  ];
  return targets
    .flatMap((target) => usualForms.map((form) => ({ ...target, form })))
    .map(({ imported, from, may, form }, index) => ({
      importer: folder,
      imported,
      form,
      path: at(index),
      text: forms[form](from),
      refusals: refusalsOf(may, form),
    }));
}

function refusalsOf(may: ReturnType<typeof mayImport>, form: string): readonly string[] {
  if (may === "nothing") return refused;
  return may === "types" && !typesAlone.has(form) ? REFUSED_VALUE : [];
}

const targetsOf = (rooms: Layers): readonly (readonly [string, string])[] =>
  [...Object.keys(rooms).map(fileIn), ...OUTSIDE].map((path) => [path, "export const it = 1;\n"] as const);

/** A list with rooms in a room, one of them a file. */
const nested: Layers = {
  "main.ts": ["outer"],
  outer: ["type pure", "node"],
  "outer/client.ts": ["outer/answers", "outer/asking", "type pure"],
  "outer/answers": ["type pure"],
  "outer/asking": ["outer/tls", "outer/settings", "undici"],
  "outer/tls": ["outer/settings", "node"],
  "outer/settings": [],
  pure: [],
};

describe.each([
  ["this project", layers],
  ["rooms in a room", nested],
])("%s", (_, rooms) => {
  const folders = Object.keys(rooms).filter((room) => !room.endsWith(".ts"));
  const cases = folders.flatMap((room) => [
    ...casesOf(room, room, rooms),
    ...casesOf(room, `${room}/inner`, rooms),
  ]);
  const texts = [...targetsOf(rooms), ...cases.map(({ path, text }) => [path, text] as const)];
  const refusals = lintFiles(new Map(texts), rooms);

  test.for(cases.filter((one) => one.refusals.length === 0))(
    "$importer may import $form of $imported",
    ({ path }) => expect(refusals.get(path)).toEqual([]),
  );
  test.for(cases.filter((one) => one.refusals.length > 0))(
    "$importer must not import $form of $imported",
    ({ path, refusals: expected }) =>
      expect(refusals.get(path)).toEqual(expect.arrayContaining([...expected])),
  );

  const files = Object.keys(rooms).filter((room) => room.endsWith(".ts"));
  test.for(files)("%s may import what its list has, and nothing else", (room) => {
    const path = fileIn(room);
    const others = Object.keys(rooms).filter((other) => other !== room);
    const allowed = others.filter((other) => mayImport(room, other, rooms) === "all");
    const forbidden = others.filter((other) => mayImport(room, other, rooms) === "nothing");
    const linted = (imported: readonly string[]) => {
      const lines = imported.map((other, index) =>
        forms["a value"](specifier(path, fileIn(other))).replaceAll(/\bit\b(?!\.ts)/g, `it as it${index}`),
      );
      const text = lines.map((line, index) =>
        line.replace(/export const x = .*/, `export const x${index} = it${index};`),
      );
      return lintFiles(new Map([...targetsOf(rooms), [path, text.join("")]]), rooms).get(path);
    };
    expect(linted(allowed)).toEqual([]);
    expect(linted(forbidden)).toEqual(forbidden.map(() => refused[0]));
  });
});

describe("in every form", () => {
  const tried = [
    {
      room: "pci",
      specifiers: ["../cty/it.ts", "./../cty/it.ts", "../main.ts", "node:fs", "undici"],
      may: "nothing",
    },
    { room: "pci", specifiers: ["./it.ts"], may: "all" },
    { room: "provider", specifiers: ["../cty/it.ts", "../tfplugin6/gen/it.ts", "undici"], may: "nothing" },
    { room: "proxmox/answers", specifiers: ["../../pci/it.ts", "./../../pci/inner/it.ts"], may: "types" },
  ] as const;
  const cases = tried
    .flatMap(({ room, specifiers, may }) => specifiers.map((from) => ({ room, from, may })))
    .flatMap((one) => Object.entries(forms).map(([form, text]) => ({ ...one, form, text: text(one.from) })))
    .map((one, index) => ({ ...one, path: `src/${one.room}/case-${index}.ts` }));
  const inner = [["src/pci/inner/it.ts", "export const it = 1;\n"] as const];
  const refusals = lintFiles(
    new Map([...targetsOf(layers), ...inner, ...cases.map(({ path, text }) => [path, text] as const)]),
  );

  test.for(cases)("$form of $from in $room", ({ path, form, may }) => {
    expect(refusals.get(path)?.filter((rule) => rule !== "lint/style/useImportType")).toEqual(
      refusalsOf(may, form),
    );
  });
});

test("what lies directly in src imports no room, and every room may import it", () => {
  const rooms = Object.keys(layers).filter((room) => !room.includes("/"));
  const leaves = rooms.map(
    (room) =>
      [
        `src/leaf-to-${room.replace(".ts", "")}.ts`,
        forms["a value"](specifier("src/leaf.ts", fileIn(room))),
      ] as const,
  );
  const folders = rooms.filter((room) => !room.endsWith(".ts"));
  const users = folders.map((room) => [`src/${room}/user.ts`, forms["a value"]("../free.ts")] as const);
  const free = ["src/free.ts", "export const it = 1;\n"] as const;
  const refusals = lintFiles(new Map([...targetsOf(layers), ...leaves, free, ...users]));
  expect(leaves.map(([path]) => refusals.get(path))).toEqual(leaves.map(() => refused));
  expect(users.map(([path]) => refusals.get(path))).toEqual(users.map(() => []));
});

test("every folder of the sources has its list, and every list its room", () => {
  const entries = readdirSync(join(root, "src"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(Object.keys(layers)).toEqual(expect.arrayContaining(folders));
  expect(Object.keys(layers).filter((room) => !existsSync(join(root, "src", room)))).toEqual([]);
});

test("nothing in a list is a slip of the pen", () => {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: object };
  const known = new Set(["node", ...Object.keys(manifest.dependencies), ...Object.keys(layers)]);
  const names = Object.values(layers).flat();
  expect(names.filter((name) => !known.has(name.replace(/^type /, "")))).toEqual([]);
});

test("the linter's rules are those of the list: npm run format makes them", () => {
  for (const [path, text] of restrictions(layers)) expect(readFileSync(join(root, path), "utf8")).toBe(text);
});
