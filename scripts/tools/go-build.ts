/** Builds a tool from the Go module that pins it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { homeFolder, hostPlatform } from "../project.ts";
import type { GoSource } from "./tool.ts";

/** How often a long build prints that it is still running, in milliseconds. */
const HEARTBEAT = 30_000;

/** How much of Go's output is kept for an error, in characters. */
const KEPT_OUTPUT = 4_000;

/**
 * Runs `go build`. Only the module and these flags decide the result. Variables that change a user's own builds are
 * overridden; those that say where to fetch from are kept.
 *
 * @throws {Error} With the end of Go's output.
 */
export function goBuild(
  source: GoSource,
  output: string,
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  const args = ["build", "-ldflags", source.ldflags, "-o", output, source.package];
  const child = spawn("go", args, {
    cwd: join(import.meta.dirname, source.module),
    env: goEnvironment(environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const keep = (chunk: Buffer): void => {
    said = (said + chunk.toString("utf8")).slice(-KEPT_OUTPUT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const begin = performance.now();
  const heartbeat = setInterval(() => {
    say(`… still building after ${Math.round((performance.now() - begin) / 1000)} seconds`);
  }, HEARTBEAT);
  // A build of several minutes must not outlive the process that waits for it.
  const end = (): void => void child.kill();
  process.once("exit", end);
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(reason));
    const finish = (): void => {
      clearInterval(heartbeat);
      process.off("exit", end);
    };
    child.on("error", (error) => {
      finish();
      fail("code" in error && error.code === "ENOENT" ? "go is not on the PATH" : error.message);
    });
    child.on("close", (code, signal) => {
      finish();
      if (code === 0) resolve();
      else fail(`go build ended with ${code ?? signal}:\n${said.trim()}`);
    });
  });
}

function goEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { os, arch } = hostPlatform();
  return {
    ...environment,
    // Go looks for its caches there, and does not accept an empty HOME.
    HOME: environment["HOME"] || homeFolder(),
    GOFLAGS: "-mod=readonly -trimpath",
    GOTOOLCHAIN: "auto",
    GOWORK: "off",
    GO111MODULE: "on",
    GOEXPERIMENT: "",
    GOOS: os,
    GOARCH: arch,
    CGO_ENABLED: "0",
  };
}
