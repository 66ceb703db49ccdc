/** A real browser for tests: Debian's Chromium, driven without a screen. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";
import { executablesOnPath } from "../../../scripts/tools/on-path.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Browser extends AsyncDisposable {
  /** A window of its own, with nothing from another one. */
  open(options: BrowserContextOptions): Promise<BrowserContext>;
}

/** Starts it, with a profile that is thrown away. @throws Error that says what to install. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = ensureChromium();
  const profile = mkdtempSync(join(tmpdir(), "gpuhost-browser-"));
  const browser = await chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: { ...process.env, HOME: profile },
  });
  return {
    open: (options) => browser.newContext(options),
    async [Symbol.asyncDispose]() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** The program; it is installed where that can be done. */
function ensureChromium(): string {
  const [there] = executablesOnPath(NAMES);
  if (there !== undefined) return there;
  if (process.getuid?.() === 0) {
    const install = ["install", "--yes", "--no-install-recommends", "chromium"];
    if (apt(install) || (apt(["update"]) && apt(install))) {
      const [installed] = executablesOnPath(NAMES);
      if (installed !== undefined) return installed;
    }
  }
  throw new Error("This test needs Chromium: apt-get install chromium (as root, on Debian).");
}

function apt(args: readonly string[]): boolean {
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { env: environment, stdio: "ignore" }).status === 0;
}
