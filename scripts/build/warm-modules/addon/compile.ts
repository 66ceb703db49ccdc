/**
 * `node scripts/build/warm-modules/addon/compile.ts`: compiles `source` with the launcher's Zig and puts the result here.
 * Its hash has to be put into `addon.ts` by hand.
 */
import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureCompiler } from "../../launcher/compile.ts";
import { ADDON_PATH } from "./addon.ts";

/** No option depends on the machine. Symbols that are not defined here come from Node. */
const OPTIONS = [
  "-target x86_64-linux-none -Os -shared -fPIC -nostdlib -ffreestanding -fno-stack-protector -fno-sanitize=all",
  "-fno-unwind-tables -fno-asynchronous-unwind-tables -Wall -Wextra -Werror -s -Wl,--build-id=none -Wl,-z,undefs",
]
  .join(" ")
  .split(" ");

/** Compiles the addon to `output`. */
export function compileAddon(compiler: string, output: string): void {
  execFileSync(compiler, ["cc", ...OPTIONS, "-o", output, "addon.c"], {
    cwd: join(import.meta.dirname, "source"),
    stdio: ["ignore", "ignore", "pipe"],
  });
}

if (import.meta.main) {
  compileAddon(ensureCompiler(), ADDON_PATH);
  chmodSync(ADDON_PATH, 0o644);
  console.log(hash("sha256", readFileSync(ADDON_PATH)));
}
