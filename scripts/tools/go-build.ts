/** Builds a tool from the Go module that pins it. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { homeFolder, hostPlatform } from "../project.ts";
import type { GoSource } from "./tool.ts";

/** How often a long build says that it is still alive, in milliseconds. */
const HEARTBEAT = 30_000;

/** How much of what Go says is kept for an error. */
const KEPT_OUTPUT = 4_000;

/**
 * Runs `go build`. Only what the module and these flags say decides about the result: variables by
 * which a user changes his own builds are overruled, those that say where to fetch from are kept.
 *
 * @throws {Error} With the end of what Go said.
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
  // A build that takes minutes does not outlive whoever waits for it.
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
    // Go looks for its caches there and takes an empty HOME for none.
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
