/**
 * One owner at a time for work that several runs may start at once.
 *
 * The lock is a listening Unix socket, because the kernel closes it however its owner ends: there are no stale locks
 * and no process ids that could be wrong. On Linux the socket has an abstract name and leaves no file. On Windows it is
 * a pipe, which leaves none either. Elsewhere it is a file. If nobody listens on it, its owner died. It is not removed,
 * since another process may begin to listen on it between the check and the removal. Instead, the lock then has the
 * next number after its name.
 *
 * Plain JavaScript, because it runs before anything is installed.
 */
import { createHash } from "node:crypto";
import { connect, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";

/**
 * Runs `work` while this process owns `name`. Waits for an earlier owner, without a time limit.
 *
 * @template T
 * @param {string} name What is locked, usually an absolute path. Taken per user.
 * @param {{ onWait?: (owner: string) => void, folder?: string }} options `onWait` hears once who is
 *   waited for. Sockets are files in `folder` where there is one; by default on macOS and its like, in /tmp.
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>} What `work` returned.
 */
export async function withLock(name, options, work) {
  let told = false;
  // How many owners have died with the lock, as far as known.
  let dead = 0;
  for (;;) {
    const address = lockAddress(name, options.folder, dead);
    const server = await listen(address);
    if (server !== undefined) {
      try {
        return await work();
      } finally {
        release(server);
      }
    }
    const outcome = await untilReleased(address, (owner) => {
      if (!told) options.onWait?.(owner);
      told = true;
    });
    // After a release, earlier sockets may be gone with their folder, so start again at the first.
    dead = outcome === "abandoned" ? dead + 1 : 0;
  }
}

/**
 * The default folder is not TMPDIR, which may differ between the runs, and may be too long for a socket.
 *
 * @param {string} name
 * @param {string | undefined} folder
 * @param {number} dead
 * @param {NodeJS.Platform} [platform]
 * @returns {string} A socket address of less than the 104 bytes that every system allows.
 */
export function lockAddress(name, folder, dead, platform = process.platform) {
  const user = process.getuid?.() ?? userInfo().username;
  const digest = createHash("sha256").update(`${user}\0${name}`).digest("hex").slice(0, 32);
  const socket = `gpuhost-${digest}`;
  if (folder === undefined && platform === "linux") return `\0${socket}`;
  if (folder === undefined && platform === "win32") return `\\\\?\\pipe\\${socket}`;
  return join(folder ?? "/tmp", `${socket}${dead === 0 ? "" : `-${dead}`}.sock`);
}

/** @typedef {{ server: import("node:net").Server, waiting: Set<import("node:net").Socket> }} Held */

/**
 * @param {string} address
 * @returns {Promise<Held | undefined>} Undefined when another process listens there.
 */
function listen(address) {
  return new Promise((resolve, reject) => {
    /** @type {Set<import("node:net").Socket>} */
    const waiting = new Set();
    const server = createServer((socket) => {
      waiting.add(socket);
      // The owner ignores waiting processes that go away.
      socket.on("error", () => undefined);
      socket.on("close", () => waiting.delete(socket));
      socket.write(`process ${process.pid}`);
    });
    server.on("error", (error) => {
      if ("code" in error && error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      // The lock alone must not keep a process alive.
      server.unref();
      resolve({ server, waiting });
    });
  });
}

/** @param {Held} held */
function release({ server, waiting }) {
  server.close();
  for (const socket of waiting) socket.destroy();
}

/**
 * @param {string} address
 * @param {(owner: string) => void} onOwner
 * @returns {Promise<"released" | "abandoned">} `abandoned` when the address exists but nobody answers.
 */
function untilReleased(address, onOwner) {
  return new Promise((resolve) => {
    let refused = false;
    const socket = connect(address);
    socket.on("data", (chunk) => onOwner(chunk.toString("utf8")));
    socket.on("error", (error) => {
      refused = "code" in error && error.code === "ECONNREFUSED";
    });
    socket.on("close", () => resolve(refused && !address.startsWith("\0") ? "abandoned" : "released"));
  });
}
