/** Lets the kernel start programs for arm64 by an emulator, in every root, until it is taken away. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = "/proc/sys/fs/binfmt_misc";
const NAME = "gpuhost-arm64";

/** The head of an ELF executable for arm64, and which of its bits count. Source: QEMU, scripts/qemu-binfmt-conf.sh. */
const MAGIC = "7f454c460201010000000000000000000200b700";
const MASK = "ffffffffffffff00fffffffffffffffffeffffff";

/**
 * Registers a static emulator. The kernel opens it at once (F), so that it is there in roots that do not hold it.
 *
 * @returns What takes it away again.
 */
export function registerEmulator(emulator: string): () => void {
  const isMounted = existsSync(join(FOLDER, "register"));
  if (!isMounted) execFileSync("mount", ["-t", "binfmt_misc", "binfmt_misc", FOLDER]);
  const entry = join(FOLDER, NAME);
  const escape = (hex: string): string => hex.replaceAll(/../g, "\\x$&");
  if (existsSync(entry)) writeFileSync(entry, "-1");
  writeFileSync(join(FOLDER, "register"), `:${NAME}:M::${escape(MAGIC)}:${escape(MASK)}:${emulator}:F`);
  return () => {
    writeFileSync(entry, "-1");
    if (!isMounted) execFileSync("umount", [FOLDER]);
  };
}
