/** Lets the kernel start programs for arm64 by an emulator, in every root, for a while. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { hostPlatform } from "../../../scripts/project.ts";
import { debianFiles } from "./debian.ts";

const FOLDER = "/proc/sys/fs/binfmt_misc";

/** The head of an ELF executable for arm64, and which of its bits count. Source: QEMU, scripts/qemu-binfmt-conf.sh. */
const MAGIC = "7f454c460201010000000000000000000200b700";
const MASK = "ffffffffffffff00fffffffffffffffffeffffff";

/**
 * Registers, waits for the end of its standard input, and takes away what it has done. A process of its own in a group of its own:
 * however this one ends, also by SIGKILL or Ctrl-C, the kernel closes the pipe between them.
 */
const KEEPER = `
set -e
mounted=
if [ ! -e "$1/register" ]; then
  mount -t binfmt_misc binfmt_misc "$1"
  mounted=yes
fi
printf %s "$3" > "$1/register"
echo registered
cat > /dev/null
echo -1 > "$1/$2"
[ -z "$mounted" ] || umount "$1"
`;

/** The emulator of Debian, which is static. */
export function ensureEmulator(say: (line: string) => void): string {
  return join(debianFiles("qemu-user", hostPlatform().arch, say), "usr/bin/qemu-aarch64");
}

/** What is registered under this name is this process's. */
const nameFor = (pid: number): string => `gpuhost-arm64-${pid}`;

/**
 * Registers a static emulator. The kernel opens it at once (F), so that it is there in roots that do not hold it.
 *
 * @returns What takes it away again.
 * @throws {Error} When the kernel has no binfmt_misc, or does not let this process use it.
 */
export async function registerEmulator(emulator: string): Promise<AsyncDisposable> {
  const name = nameFor(process.pid);
  const bytes = (hex: string): string => hex.replaceAll(/../g, "\\x$&");
  const entry = `:${name}:M::${bytes(MAGIC)}:${bytes(MASK)}:${emulator}:F`;
  const keeper = spawn("sh", ["-c", KEEPER, "sh", FOLDER, name, entry], { detached: true });
  const ended = once(keeper, "close");
  let complaint = "";
  keeper.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const said = await Promise.race([once(keeper.stdout.setEncoding("utf8"), "data"), ended]);
  if (said[0] !== "registered\n")
    throw new Error(`The kernel takes no emulator for programs of arm64: ${complaint.trim()}`);
  return {
    [Symbol.asyncDispose]: async () => {
      keeper.stdin.end();
      const [status] = await ended;
      if (status !== 0) throw new Error(`${FOLDER}/${name} could not be taken away: ${complaint.trim()}`);
    },
  };
}
