import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PluginStartError } from "../../src/plugin/handshake.ts";
import { type Listener, listen } from "../../src/plugin/listener.ts";

const anywhere = { socketDirectory: undefined, ports: { first: 0, last: 0 } };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "t-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function pathOf(listener: Listener): string {
  if (listener.address.network !== "unix") throw new Error("not a unix socket");
  return listener.address.path;
}

describe("where there are unix sockets", () => {
  const platform = "linux" as const;

  test("listens in a private directory below the temporary one", async () => {
    const listener = await listen(anywhere, { platform, temporaryDirectory: directory });
    const path = pathOf(listener);
    expect(dirname(dirname(path))).toBe(directory);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(path).isSocket()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    listener.close();
  });

  test("leaves nothing behind, however often it is closed", async () => {
    const listener = await listen(anywhere, { platform, temporaryDirectory: directory });
    listener.close();
    listener.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test("listens where the host wants it", async () => {
    const listener = await listen(
      { ...anywhere, socketDirectory: directory },
      { platform, temporaryDirectory: "/does/not/exist" },
    );
    expect(dirname(dirname(pathOf(listener)))).toBe(directory);
    listener.close();
  });

  test("gives an absolute path when the temporary directory is a relative one", async () => {
    const listener = await listen(anywhere, { platform, temporaryDirectory: "." });
    expect(dirname(dirname(pathOf(listener)))).toBe(process.cwd());
    listener.close();
  });

  test.for([
    ["has a path too long for a socket", () => join(directory, "d".repeat(90))],
    ["has a bar in its path", () => join(directory, "a|b")],
    ["has a line break in its path", () => join(directory, "a\nb")],
  ] as const)("takes /tmp when the temporary directory %s", async ([, name]) => {
    const bad = name();
    mkdirSync(bad);
    const listener = await listen(anywhere, { platform, temporaryDirectory: bad });
    expect(dirname(dirname(pathOf(listener)))).toBe("/tmp");
    expect(readdirSync(bad)).toEqual([]);
    listener.close();
  });

  test("takes /tmp when the temporary directory does not exist", async () => {
    const listener = await listen(anywhere, { platform, temporaryDirectory: "/does/not/exist" });
    expect(dirname(dirname(pathOf(listener)))).toBe("/tmp");
    listener.close();
  });

  // A real macOS listens at none that is longer.
  const limits = (
    [
      ["linux", 107],
      ["darwin", 103],
    ] as const
  ).filter(([system]) => process.platform === "linux" || system === "darwin");
  test.for(limits)("uses paths up to the limit of %s", async ([system, limit]) => {
    const rest = limit - Buffer.byteLength(join(directory, "plugin-XXXXXX", "plugin.sock")) - 1;
    const longest = join(directory, "d".repeat(rest));
    const tooLong = join(directory, "d".repeat(rest + 1));
    mkdirSync(longest);
    mkdirSync(tooLong);
    const good = await listen(anywhere, { platform: system, temporaryDirectory: longest });
    expect(dirname(dirname(pathOf(good)))).toBe(longest);
    good.close();
    const fallback = await listen(anywhere, { platform: system, temporaryDirectory: tooLong });
    expect(dirname(dirname(pathOf(fallback)))).toBe("/tmp");
    fallback.close();
  });

  test("says what is wrong when no directory is good", async () => {
    const socketDirectory = join("/", "d".repeat(100));
    const listening = listen({ ...anywhere, socketDirectory }, { platform, temporaryDirectory: directory });
    await expect(listening).rejects.toThrow(
      new PluginStartError(
        `no directory for the plugin's socket (${socketDirectory}: the socket's path would have 127 bytes, ` +
          "and 107 is the limit): set TMPDIR to a short, writable one",
      ),
    );
  });
});

describe("on Windows", () => {
  const environment = { platform: "win32", temporaryDirectory: tmpdir() } as const;

  test("listens on a port of the loopback interface that the system chooses", async () => {
    const listener = await listen(anywhere, environment);
    expect(listener.address).toEqual({ network: "tcp", host: "127.0.0.1", port: expect.any(Number) });
    expect(listener.server.address()).toMatchObject({ address: "127.0.0.1" });
    listener.close();
  });

  test("takes the first free port of the host's range, and says so when there is none", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const address = blocker.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const { port } = address;

    const next = await listen({ ...anywhere, ports: { first: port, last: 65_535 } }, environment);
    expect(next.address).toMatchObject({ network: "tcp", port: expect.toSatisfy((n) => n > port) });
    next.close();

    await expect(listen({ ...anywhere, ports: { first: port, last: port } }, environment)).rejects.toThrow(
      new PluginStartError(
        `no free port between PLUGIN_MIN_PORT ${port} and PLUGIN_MAX_PORT ${port} ` +
          `(listen EADDRINUSE: address already in use 127.0.0.1:${port})`,
      ),
    );
    blocker.close();
  });
});
