/** The socket of a plugin: a unix socket in a directory of its own, or a loopback port on Windows. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join, resolve } from "node:path";
import { messageOf } from "../message-of.ts";
import { type HandshakeRequest, type ListenAddress, PluginStartError } from "./handshake.ts";

export interface Listener {
  readonly server: Server;
  readonly address: ListenAddress;
  /** Stops listening and removes the socket. May be called more than once, also when the process exits. */
  close(): void;
}

/** The system's part in where a socket can be. */
export interface ListenEnvironment {
  readonly platform: NodeJS.Platform;
  /** As from `os.tmpdir()`. */
  readonly temporaryDirectory: string;
}

/** The longest path of a unix socket in bytes: the size of `sockaddr_un` on each system, without the final zero. */
const LONGEST_SOCKET_PATH = { darwin: 103, other: 107 } as const;

/** How many connections may wait. Node's default of 511 is less than strangers may open at once. */
const BACKLOG = 4096;

const SOCKET_NAME = "plugin.sock";

/**
 * Listens where the host can reach it. Connections are lost until someone handles the server's `connection` event, so
 * add the handler in the same tick.
 * @throws PluginStartError with everything that was tried, when no place works.
 */
export async function listen(
  request: Pick<HandshakeRequest, "ports" | "socketDirectory">,
  environment: ListenEnvironment,
): Promise<Listener> {
  if (environment.platform === "win32") return listenOnPort(request.ports);
  return listenOnSocket(request.socketDirectory, environment);
}

/** Uses the first directory that works: the host's own, or else the system's temporary one or a short one. */
async function listenOnSocket(wanted: string | undefined, environment: ListenEnvironment): Promise<Listener> {
  const parents = wanted === undefined ? [environment.temporaryDirectory, "/tmp", "/var/tmp"] : [wanted];
  const failures: string[] = [];
  for (const parent of new Set(parents)) {
    try {
      return await listenBelow(resolve(parent), environment.platform);
    } catch (error) {
      failures.push(`${parent}: ${messageOf(error)}`);
    }
  }
  throw new PluginStartError(
    `no directory for the plugin's socket (${failures.join("; ")}): set TMPDIR to a short, writable one`,
  );
}

async function listenBelow(parent: string, platform: NodeJS.Platform): Promise<Listener> {
  // Checked first, because older versions of Node cut a path that is too long and seem to listen.
  const limit = platform === "darwin" ? LONGEST_SOCKET_PATH.darwin : LONGEST_SOCKET_PATH.other;
  const length = Buffer.byteLength(join(parent, "plugin-XXXXXX", SOCKET_NAME));
  if (length > limit)
    throw new Error(`the socket's path would have ${length} bytes, and ${limit} is the limit`);
  if (/[|\r\n]/.test(parent)) throw new Error("the host cannot read a path with a bar or a line break");
  // mkdtemp makes the directory accessible only to its owner, and so the socket.
  const directory = mkdtempSync(join(parent, "plugin-"));
  const path = join(directory, SOCKET_NAME);
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  const server = createServer({ noDelay: true });
  try {
    await startListening(server, { path });
    chmodSync(path, 0o600);
  } catch (error) {
    removeDirectory();
    throw error;
  }
  return {
    server,
    address: { network: "unix", path },
    close: () => {
      server.close();
      removeDirectory();
    },
  };
}

/** Several providers start at once, and all count from the first port. If a port is taken, the next is tried. */
async function listenOnPort({ first, last }: HandshakeRequest["ports"]): Promise<Listener> {
  const host = "127.0.0.1";
  let failure = "";
  for (let port = first; port <= last; port += 1) {
    const server = createServer({ noDelay: true });
    try {
      await startListening(server, { host, port, exclusive: true });
    } catch (error) {
      // Windows reserves ranges of ports (Hyper-V, WSL), and refuses them with another code than ports in use.
      failure = messageOf(error);
      continue;
    }
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server without a port");
    return { server, address: { network: "tcp", host, port: address.port }, close: () => server.close() };
  }
  throw new PluginStartError(
    `no free port between PLUGIN_MIN_PORT ${first} and PLUGIN_MAX_PORT ${last} (${failure})`,
  );
}

function startListening(server: Server, options: Parameters<Server["listen"]>[0] & object): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ ...options, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
