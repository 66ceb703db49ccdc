import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { expect, test } from "vitest";
import { bundle, bundleForPerson } from "../../../scripts/build/bundle.ts";
import { ofPackage } from "../../../scripts/build/of-package.ts";
import { loadedAtStart } from "../../../scripts/build/start-graph.ts";

const made = await bundle({ version: "1.2.3" });

test("two bundles of the same sources are the same", async () => {
  expect((await bundle({ version: "1.2.3" })).text).toBe(made.text);
});

test("nothing of the machine is in it", () => {
  const root = join(import.meta.dirname, "../../..");
  expect(made.text.includes(root)).toBe(false);
});

test("every character takes one byte, since one that does not would double the memory of all", () => {
  expect(Buffer.byteLength(made.text)).toBe(made.text.length);
});

test("the libraries that read .proto files at run time are left out", () => {
  const inputs = Object.keys(made.metafile.inputs);
  expect(inputs.filter((path) => /protobufjs|proto-loader|long\//.test(path))).toEqual([]);
});

test("of grpc-js the server is in it, and nothing of the client", () => {
  const inputs = Object.keys(made.metafile.inputs).filter((path) => path.includes("/@grpc/grpc-js/"));
  expect(inputs).toContain("node_modules/@grpc/grpc-js/build/src/server.js");
  expect(
    inputs.filter((path) => /\/(client|channel|subchannel|load-balancer|transport)\.js$/.test(path)),
  ).toEqual([]);
});

/** What main loads before it answers the host. */
const start = ["src/main.ts", "src/tfplugin6/service.ts", "src/provider/provider.ts"].map((entry) =>
  loadedAtStart(made.metafile, entry),
);

test("undici waits until a read needs it", () => {
  const inputs = start.flatMap((graph) => graph.inputs);
  expect(inputs.filter((path) => path.includes("node_modules/undici/"))).toEqual([]);
  expect(Object.keys(made.metafile.inputs)).toContain("node_modules/undici/lib/dispatcher/client.js");
});

test("no parser is in it twice", () => {
  const inputs = Object.keys(made.metafile.inputs);
  expect(inputs.filter((path) => path.includes("/milo/"))).toEqual([]);
  const parsers = inputs.filter((path) => path.includes("/llhttp/llhttp"));
  const large = parsers.filter((path) => (made.metafile.inputs[path]?.bytes ?? 0) > 1000);
  expect(large).toEqual(["node_modules/undici/lib/llhttp/llhttp-wasm.js"]);
});

test("of undici HTTP/1.1 is in it, and nothing of HTTP/2 or of what browsers have", () => {
  const sizes = Object.values(made.metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const large = sizes.filter(([, { bytesInOutput }]) => bytesInOutput > 300).map(([path]) => path);
  expect(large).toContain("node_modules/undici/lib/dispatcher/client-h1.js");
  expect(large.filter((path) => /undici\/lib\/(web|dispatcher\/client-h2)/.test(path))).toEqual([]);
});

test.for(["node:fs/promises", "node:http", "node:https", "node:worker_threads", "node:child_process"])(
  "%s waits until it is needed",
  (part) => {
    expect(start.flatMap((graph) => graph.externals)).not.toContain(part);
  },
);

test("the version comes from the build", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-bundle-"));
  const file = join(folder, "provider.cjs");
  writeFileSync(file, made.text);
  writeFileSync(join(folder, "person.cjs"), (await bundleForPerson("1.2.3")).text);
  const output = execFileSync(process.execPath, [file, "--version"], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect(output).toContain("1.2.3");
});

const input = (...imports: Metafile["inputs"][string]["imports"]): Metafile["inputs"][string] => ({
  bytes: 1,
  imports,
});

test("what is imported dynamically is found not to be loaded at start", () => {
  const graph: Metafile = {
    inputs: {
      "main.ts": input(
        { path: "a.ts", kind: "import-statement" },
        { path: "late.ts", kind: "dynamic-import" },
      ),
      "a.ts": input(
        { path: "b.ts", kind: "require-call" },
        { path: "node:fs", kind: "import-statement", external: true },
      ),
      "b.ts": input({ path: "a.ts", kind: "import-statement" }),
      "late.ts": input({ path: "later.ts", kind: "import-statement" }),
      "later.ts": input({ path: "node:http", kind: "require-call", external: true }),
    },
    outputs: {},
  };
  expect(loadedAtStart(graph, "main.ts")).toEqual({
    inputs: ["a.ts", "b.ts", "main.ts"],
    externals: ["node:fs"],
  });
});

test("nothing of what answers a person is in it, and a person's part brings along all that it needs", async () => {
  const inputs = Object.keys(made.metafile.inputs);
  expect(inputs.filter((path) => /^src\/cli\/|\/commander\/|\/string-width\//.test(path))).toEqual([]);
  const person = Object.keys((await bundleForPerson("1.2.3")).metafile.inputs);
  expect(person).toEqual(expect.arrayContaining(["src/cli/command-line.ts", "src/proxmox/client.ts"]));
  expect(person.filter((path) => /^src\/(?:plugin|tfplugin6)\/|\/@grpc\//.test(path))).toEqual([]);
});

test.for([
  "/w/node_modules/@grpc/grpc-js/build/src/make-client.js",
  "C:\\w\\node_modules\\@grpc\\grpc-js\\build\\src\\make-client.js",
])("what is left out of a package is found at %s", (path) => {
  const filter = ofPackage("grpc-js/build/src/make-client\\.js");
  expect(filter.test(path)).toBe(true);
  expect(filter.test(`${path}.map`)).toBe(false);
  expect(filter.test(path.replace("grpc-js", "other-grpc-js"))).toBe(false);
});
