import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintFiles } from "./lint-files.ts";

/** What each layer may import, of ours and of others. What is not here is forbidden. */
const arrows = {
  cty: { layers: [], packages: ["msgpack-lite"] },
  framework: { layers: ["cty"], packages: [] },
  tfplugin6: { layers: ["framework", "cty"], packages: ["@grpc/grpc-js", "@bufbuild/protobuf/wire"] },
  plugin: { layers: [], packages: ["@grpc/grpc-js", "@bufbuild/protobuf/wire"] },
  proxmox: { layers: [], packages: ["undici"] },
  pci: { layers: [], packages: [] },
  provider: { layers: ["framework", "proxmox", "pci"], packages: [] },
  cli: { layers: ["framework", "proxmox", "pci"], packages: [] },
} as const satisfies Record<string, { layers: readonly string[]; packages: readonly string[] }>;

const layers = Object.keys(arrows);
const packages = ["@grpc/grpc-js", "@bufbuild/protobuf/wire", "msgpack-lite", "undici"];
/** What no layer imports. */
const outside = ["main.ts", "../test/support/it.ts", "../scripts/it.ts"];
const refused = ["lint/style/noRestrictedImports"];

interface Case {
  readonly importer: string;
  readonly imported: string;
  /** The folder of the importing file. */
  readonly folder: string;
  readonly text: string;
  readonly allowed: boolean;
}

const importing = (specifier: string): string => `import { it } from "${specifier}";\nexport const x = it;\n`;

const between: readonly Case[] = Object.entries(arrows).flatMap(([importer, allowed]) => {
  const mayImport = new Set<string>([...allowed.layers, ...allowed.packages]);
  const others = layers.filter((layer) => layer !== importer);
  const imports = [
    ...others.map((imported) => ({ imported, folder: importer, specifier: `../${imported}/it.ts` })),
    ...others.map((imported) => ({
      imported,
      folder: `${importer}/inner`,
      specifier: `../../${imported}/it.ts`,
    })),
    ...packages.map((imported) => ({ imported, folder: importer, specifier: imported })),
    ...outside.map((imported) => ({ imported, folder: importer, specifier: `../${imported}` })),
  ];
  return imports.map(({ imported, folder, specifier }) => ({
    importer: folder,
    imported,
    folder,
    text: importing(specifier),
    allowed: mayImport.has(imported),
  }));
});

/** Every way to write an import. */
const forms: readonly (readonly [string, (specifier: string) => string])[] = [
  ["a value", importing],
  ["a type", (from) => `import type { it } from "${from}";\nexport type X = typeof it;\n`],
  ["a namespace", (from) => `import * as it from "${from}";\nexport const x = it;\n`],
  ["nothing but its effects", (from) => `import "${from}";\nexport const x = 1;\n`],
  ["a re-export", (from) => `export { it } from "${from}";\n`],
  ["a re-exported type", (from) => `export type { it } from "${from}";\n`],
  ["a promise", (from) => `export const x = import("${from}");\n`],
];

const byForm: readonly Case[] = forms.flatMap(([form, text]) =>
  ["./it.ts", "../cty/it.ts", "./../cty/it.ts", "../main.ts", "node:fs", "undici"].map((imported) => ({
    importer: `pci as ${form}`,
    imported,
    folder: "pci",
    text: text(imported),
    allowed: imported === "./it.ts",
  })),
);

const targets: readonly (readonly [string, string])[] = [
  ...layers.map((layer) => [`src/${layer}/it.ts`, "export const it = 1;\n"] as const),
  ["src/main.ts", "export const it = 1;\n"],
  ["test/support/it.ts", "export const it = 1;\n"],
  ["scripts/it.ts", "export const it = 1;\n"],
];

const cases = [...between, ...byForm].map((one, index) => ({
  ...one,
  path: `src/${one.folder}/case-${index}.ts`,
}));
const refusals = lintFiles(new Map([...targets, ...cases.map(({ path, text }) => [path, text] as const)]));

test.for(cases.filter(({ allowed }) => allowed))("$importer may import $imported", ({ path }) => {
  expect(refusals.get(path)).toEqual([]);
});

test.for(cases.filter(({ allowed }) => !allowed))("$importer must not import $imported", ({ path }) => {
  expect(refusals.get(path)).toEqual(refused);
});

/** The layers that main puts together; the others are theirs. */
const belowMain = ["cli", "plugin", "provider", "tfplugin6"];

test("main may import the layers that it puts together", () => {
  const imports = belowMain.map((layer) => `import { it as ${layer} } from "./${layer}/it.ts";\n`);
  const text = `${imports.join("")}export const x = [${belowMain.join(", ")}];\n`;
  expect(lintFiles(new Map([...targets, ["src/main.ts", text]])).get("src/main.ts")).toEqual([]);
});

const besideMain = layers.filter((layer) => !belowMain.includes(layer)).map((layer) => `./${layer}/it.ts`);

test.for(["../test/support/it.ts", "../scripts/it.ts", ...besideMain])(
  "main must not import %s",
  (imported) => {
    const files = new Map([...targets, ["src/main.ts", importing(imported)] as const]);
    expect(lintFiles(files).get("src/main.ts")).toEqual(refused);
  },
);

test("every folder of the sources has its arrows here", () => {
  const entries = readdirSync(join(import.meta.dirname, "../../src"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders.toSorted()).toEqual(layers.toSorted());
});
