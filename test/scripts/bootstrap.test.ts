import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeForScripts, reasonToInstall } from "../../scripts/bootstrap.mjs";
import { nodeOrigin, pinnedNodes } from "../../scripts/nodes/node-binary.mjs";

const scripts = join(import.meta.dirname, "../../scripts");
const ownNode = `node_modules/node-${process.platform}-${process.arch}`;

/** A lock file as npm writes it, and what npm notes of the same installation. */
const locked = {
  "": { name: "example" },
  "node_modules/one": { version: "1.0.0", integrity: "sha512-one" },
  "node_modules/other-platform": { version: "2.0.0", integrity: "sha512-other", optional: true },
  [ownNode]: { version: "24.0.0", integrity: "sha512-node", optional: true },
};
const { "": _root, "node_modules/other-platform": _foreign, ...installed } = locked;

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "gpuhost-bootstrap-"));
  write("package-lock.json", { packages: locked });
  write("node_modules/.package-lock.json", { packages: installed });
  write("node_modules/one/package.json", {});
  write(`${ownNode}/package.json`, {});
  mkdirSync(join(project, ownNode, "bin"));
  symlinkSync(process.execPath, join(project, ownNode, "bin/node"));
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), typeof content === "string" ? content : JSON.stringify(content));
}

const remove = (path: string): void => rmSync(join(project, path), { recursive: true, force: true });

test("a complete installation is left alone", () => {
  expect(reasonToInstall(project)).toBeUndefined();
});

const reasons: readonly (readonly [string, () => void, string])[] = [
  ["nothing is installed", () => remove("node_modules"), "dependencies are not installed yet"],
  [
    "npm was interrupted",
    () => remove("node_modules/.package-lock.json"),
    "the last installation did not finish",
  ],
  [
    "npm's note is damaged",
    () => write("node_modules/.package-lock.json", "{"),
    "the last installation did not finish",
  ],
  [
    "another version is installed",
    () =>
      write("node_modules/.package-lock.json", {
        packages: { ...installed, "node_modules/one": { version: "0.9.0", integrity: "sha512-one" } },
      }),
    "node_modules/one is not the locked version",
  ],
  [
    "the same version with other content is installed",
    () =>
      write("node_modules/.package-lock.json", {
        packages: { ...installed, "node_modules/one": { version: "1.0.0", integrity: "sha512-else" } },
      }),
    "node_modules/one is not the locked version",
  ],
  ["a package was removed by hand", () => remove("node_modules/one"), "node_modules/one is missing"],
  [
    "a package is no longer wanted",
    () =>
      write("node_modules/.package-lock.json", {
        packages: { ...installed, "node_modules/old": { version: "1.0.0" } },
      }),
    "node_modules/old is no longer asked for",
  ],
  ["the pinned Node is not there", () => remove(`${ownNode}/bin/node`), `${ownNode} is missing`],
];

test.for(reasons)("npm runs when %s", ([, damage, reason]) => {
  damage();
  expect(reasonToInstall(project)).toBe(reason);
});

test.for(
  (
    [
      ["darwin", "arm64", "darwin_arm64", "playwright==1.64.1"],
      ["darwin", "x64", "darwin_amd64", "playwright==1.64.1"],
      ["win32", "x64", "windows_amd64", "playwright==1.64.1"],
    ] as const
  ).filter(([platform]) => platform !== process.platform),
)("%s on %s has the Node of its packages, by its hash", async ([platform, arch, name, origin]) => {
  const cache = join(project, "cache");
  const known = pinnedNodes()[name];
  if (known === undefined) throw new Error(`no Node for ${name}`);
  expect(nodeOrigin(known)).toBe(origin);
  // What fetches is not the real one: that it was asked, and that nothing else is used instead, is what counts here.
  const bin = join(project, "bin");
  for (const program of ["npm", "python3"]) {
    write(
      `bin/${program}`,
      `#!/bin/sh\necho "$0 is away" >&2\ncase "$*" in *--version) exit 0;; esac\nexit 1\n`,
    );
    chmodSync(join(bin, program), 0o755);
  }
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"]}`);
  vi.stubEnv("npm_execpath", "");
  vi.spyOn(console, "error").mockReturnValue(undefined);
  await expect(nodeForScripts(project, { platform, arch, cache })).rejects.toThrow(
    `${origin} could not be fetched: ${join(bin, known.packager === "npm" ? "npm" : "python3")} is away`,
  );
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test("this system has the Node that npm has installed", async () => {
  const { platform, arch } = process;
  const node = await nodeForScripts(project, { platform, arch, cache: join(project, "cache") });
  expect(node).toBe(join(project, ownNode, "bin/node"));
});

test("a missing lock file is an error that says how to get it back", () => {
  remove("package-lock.json");
  expect(() => reasonToInstall(project)).toThrow(
    "package-lock.json is missing or damaged; restore it from git.",
  );
});

/** The bootstrap in the made-up project, with an `npm` that notes its arguments and installs `after`. */
function bootstrap(script: string, npm: string): { command: string[]; env: NodeJS.ProcessEnv } {
  cpSync(join(scripts, "bootstrap.mjs"), join(project, "scripts/bootstrap.mjs"));
  for (const name of ["lock.mjs", "system.mjs", "nodes", "tools/zip.mjs"]) {
    cpSync(join(scripts, name), join(project, "scripts", name), { recursive: true });
  }
  write("scripts/script.mjs", script);
  write("bin/npm", `#!/bin/sh\necho "$@" >>"${project}/npm-arguments"\n${npm}\n`);
  chmodSync(join(project, "bin/npm"), 0o755);
  const { npm_execpath: _, ...environment } = process.env;
  return {
    command: [join(project, "scripts/bootstrap.mjs"), join(project, "scripts/script.mjs"), "argument"],
    env: { ...environment, PATH: `${project}/bin:${process.env["PATH"]}` },
  };
}

test("installs what is missing, then runs the script with its arguments on the pinned Node", () => {
  const { command, env } = bootstrap(
    `console.log(process.argv.slice(2).join(), process.argv0 === "${project}/${ownNode}/bin/node", process.env.PATH.split(":")[0]);`,
    `mkdir -p "${project}/node_modules/one" && echo '{}' >"${project}/node_modules/one/package.json"`,
  );
  remove("node_modules/one");
  const result = spawnSync(process.execPath, command, { env, encoding: "utf8" });
  expect(result).toMatchObject({
    status: 0,
    stdout: `argument true ${project}/${ownNode}/bin\n`,
    stderr:
      "Installing the pinned dependencies with npm ci (node_modules/one is missing); this takes about half a minute\n",
  });
  expect(readFileSync(join(project, "npm-arguments"), "utf8")).toBe(
    "ci --include=dev --include=optional --loglevel=error\n",
  );
});

test("two runs at once install once", async () => {
  const { command, env } = bootstrap(
    "",
    `sleep 0.2; mkdir -p "${project}/node_modules/one" && echo '{}' >"${project}/node_modules/one/package.json"`,
  );
  remove("node_modules/one");
  const runs = [1, 2].map(() => spawn(process.execPath, command, { env, stdio: "ignore" }));
  const ends = await Promise.all(runs.map((run) => once(run, "exit")));
  expect(ends).toEqual([
    [0, null],
    [0, null],
  ]);
  expect(readFileSync(join(project, "npm-arguments"), "utf8").split("\n")).toHaveLength(2);
});

test("a failing npm ends the run with its status and no stack trace", () => {
  const { command, env } = bootstrap("", "exit 3");
  remove("node_modules/one");
  const result = spawnSync(process.execPath, command, { env, encoding: "utf8" });
  expect(result.status).toBe(1);
  expect(result.stderr.trimEnd().split("\n").at(-1)).toBe(
    "Error: npm ci failed with exit status 3; see its message above.",
  );
});

test("without a script it says how it is called", () => {
  const result = spawnSync(process.execPath, [join(scripts, "bootstrap.mjs")], { encoding: "utf8" });
  expect(result).toMatchObject({
    status: 2,
    stdout: "",
    stderr: "Usage: node scripts/bootstrap.mjs SCRIPT [ARGUMENTS]\n",
  });
});

test("the script's exit status is the run's", () => {
  const { command, env } = bootstrap("process.exitCode = 7;", "");
  expect(spawnSync(process.execPath, command, { env }).status).toBe(7);
});

test("a script that a signal ends counts as a shell counts it", () => {
  const { command, env } = bootstrap(
    'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);',
    "",
  );
  expect(spawnSync(process.execPath, command, { env }).status).toBe(137);
});

test.for(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s reaches the script", async (signal) => {
  const { command, env } = bootstrap(
    `process.on("${signal}", () => process.exit(5)); setInterval(() => {}, 1000); console.log("ready");`,
    "",
  );
  const run = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "inherit"] });
  await once(run.stdout, "data");
  run.kill(signal);
  await expect(once(run, "exit")).resolves.toEqual([5, null]);
});
