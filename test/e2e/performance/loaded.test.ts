/** What every launch loads, by name: an executable like the real one, whose bundle tells which of its files have run. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import type * as Esbuild from "esbuild";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bundle, bundleForPerson } from "../../../scripts/build/bundle.ts";
import { ensureNodes } from "../../../scripts/build/node.ts";
import { packageBundle } from "../../../scripts/build/package.ts";
import { hostPlatform, projectRoot, providerName } from "../../../scripts/project.ts";
import { namesIn, requireSameNames } from "../../support/performance/budget.ts";
import { type LaunchLoads, launchLoads } from "../../support/performance/launch-loads.ts";
import { markFiles } from "../../support/performance/mark-files.ts";

// The real bundle has no names in it: its build gets one more plugin here.
vi.mock("esbuild", async (importOriginal) => {
  const esbuild = await importOriginal<typeof Esbuild>();
  const build = (options: Esbuild.BuildOptions) =>
    esbuild.build({ ...options, plugins: [...(options.plugins ?? []), markFiles] });
  return { ...esbuild, build };
});

const LISTS = "test/performance/loaded";
const ADVICE =
  "Every launch pays for it, and a plan launches the provider three times. Load it when it is needed: " +
  "`await import(…)` where it is used, as src/proxmox/asking/connection.ts has it.";

const expected = (file: string): string[] => namesIn(readFileSync(join(projectRoot, LISTS, file), "utf8"));

let folder: string;
let loads: LaunchLoads;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-loaded-"));
  const probe = readFileSync(join(projectRoot, "test/support/performance/start-probe.cjs"), "utf8");
  const { text } = await bundle({ version: "0.0.0" });
  const output = join(folder, "provider");
  await packageBundle({
    platform: hostPlatform(),
    name: providerName,
    bundle: `${probe}\n${text}`,
    person: (await bundleForPerson("0.0.0")).text,
    ...(await ensureNodes(hostPlatform(), console.log)),
    say: console.log,
    output,
    workFolder: join(folder, "work"),
  });
  loads = await launchLoads(join(output, providerName));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("before the handshake no file and no module is loaded that was not before", () => {
  const file = `${LISTS}/before-handshake.txt`;
  const what = "Loaded before the handshake";
  requireSameNames({ what, file, advice: ADVICE }, expected("before-handshake.txt"), loads.beforeHandshake);
});

test("nor from then on until the first answer", () => {
  const file = `${LISTS}/before-first-answer.txt`;
  const what = "Loaded between the handshake and the first answer";
  requireSameNames(
    { what, file, advice: ADVICE },
    expected("before-first-answer.txt"),
    loads.beforeFirstAnswer,
  );
});

test("V8 takes the code that Node carries and that which the build has recorded: no flag speaks against it", () => {
  expect(loads.versionTag).toBe(cachedDataVersionTag());
});

test("the lists are in order and name nothing twice", () => {
  const names = [...expected("before-handshake.txt"), ...expected("before-first-answer.txt")];
  expect(new Set(names).size).toBe(names.length);
  expect(expected("before-handshake.txt")).toEqual(expected("before-handshake.txt").toSorted());
  expect(expected("before-first-answer.txt")).toEqual(expected("before-first-answer.txt").toSorted());
});
