/**
 * One owner at a time for work that several runs may start at once.
 *
 * The lock is a listening Unix socket, because the kernel closes it however its owner ends: there are no stale locks
 * and no process ids that could be wrong. On Linux the socket has an abstract name and leaves no file. On Windows it is
 * a pipe, which leaves none either. Elsewhere it is a file in a folder, and the folder has the lock's name. It gets
 * this name only when somebody listens already: a socket has a name before its owner can listen on it, and whoever
 * looked in between would think that the owner died. If nobody listens, the owner did die. The folder is not removed
 * then, since another process may take its name between the check and the removal. Instead, the lock then has the next
 * number after its name.
 *
 * Plain JavaScript, because it runs before anything is installed.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
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
    const held = await take(address);
    if (held !== undefined) {
      try {
        return await work();
      } finally {
        release(held);
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
 * @returns {string} A socket address of less than the 104 bytes that every system allows. With {@link SOCKET} after it,
 *   where it is a folder.
 */
export function lockAddress(name, folder, dead, platform = process.platform) {
  const user = process.getuid?.() ?? userInfo().username;
  const digest = createHash("sha256").update(`${user}\0${name}`).digest("hex").slice(0, 32);
  const socket = `gpuhost-${digest}`;
  if (folder === undefined && platform === "linux") return `\0${socket}`;
  if (folder === undefined && platform === "win32") return `\\\\?\\pipe\\${socket}`;
  return join(folder ?? "/tmp", `${socket}${dead === 0 ? "" : `-${dead}`}.lock`);
}

/** The socket's name, where the lock is a folder. */
const SOCKET = "socket";

/**
 * `remove` frees the name of a lock that is a folder.
 *
 * @typedef {{ server: import("node:net").Server, waiting: Set<import("node:net").Socket>, remove?: () => void }} Held
 */

/** @param {string} address */
const isFolder = (address) => !address.startsWith("\0") && !address.startsWith("\\\\");

/**
 * @param {string} address
 * @returns {Promise<Held | undefined>} Undefined when another process has it.
 */
async function take(address) {
  if (!isFolder(address)) return listen(address);
  const own = mkdtempSync(`${address}-`);
  const removeOwn = () => rmSync(own, { recursive: true, force: true });
  const held = await listen(join(own, SOCKET));
  if (held === undefined)
    throw new Error(`There is a socket already in ${own}, a folder that was made just now.`);
  try {
    // No folder takes the name of one that is not empty (POSIX, rename).
    renameSync(own, address);
  } catch (error) {
    release({ ...held, remove: removeOwn });
    if (error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST"))
      return;
    throw error;
  }
  const remove = () => {
    try {
      // At once, so that the next owner never meets the folder without its socket.
      renameSync(address, own);
    } catch {
      // Somebody cleaned up: the name is free already.
    }
    removeOwn();
  };
  return { ...held, remove };
}

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
function release({ server, waiting, remove }) {
  remove?.();
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
    const socket = connect(isFolder(address) ? join(address, SOCKET) : address);
    socket.on("data", (chunk) => onOwner(chunk.toString("utf8")));
    socket.on("error", (error) => {
      refused = "code" in error && error.code === "ECONNREFUSED";
    });
    socket.on("close", () => resolve(refused && isFolder(address) ? "abandoned" : "released"));
  });
}
