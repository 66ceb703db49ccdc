import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockAddress, withLock } from "../../scripts/lock.mjs";

const module = join(import.meta.dirname, "../../scripts/lock.mjs");

/** A name that no other test run uses. */
const unused = (name: string): string => `${import.meta.filename}-${process.pid}-${name}`;

test("work under one name never overlaps", async () => {
  const name = unused("overlap");
  let running = 0;
  const seen: number[] = [];
  const work = async (): Promise<void> => {
    running += 1;
    seen.push(running);
    await new Promise(setImmediate);
    running -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, () => withLock(name, {}, work)));
  expect(seen).toEqual(Array.from({ length: 20 }, () => 1));
});

test("work under different names does not wait", async () => {
  const inner = await withLock(unused("a"), {}, () => withLock(unused("b"), {}, () => "done"));
  expect(inner).toBe("done");
});

test("whoever waits hears once who has the lock", async () => {
  const name = unused("owner");
  const owners: string[] = [];
  const released = Promise.withResolvers<void>();
  const first = withLock(name, {}, () => released.promise);
  const heard = Promise.withResolvers<void>();
  const onWait = (owner: string): void => {
    owners.push(owner);
    heard.resolve();
  };
  const second = withLock(name, { onWait }, () => "second");
  await heard.promise;
  released.resolve();
  await first;
  await expect(second).resolves.toBe("second");
  expect(owners).toEqual([`process ${process.pid}`]);
});

test("work that fails releases the lock and passes its error on", async () => {
  const name = unused("failure");
  const failing = withLock(name, {}, () => {
    throw new Error("no luck");
  });
  await expect(failing).rejects.toThrow("no luck");
  await expect(withLock(name, {}, () => "next")).resolves.toBe("next");
});

test("a lock whose owner was killed is free", async () => {
  const name = unused("killed");
  const code = `import { lockAddress, withLock } from ${JSON.stringify(module)};
    await withLock(${JSON.stringify(name)}, {}, () => {
      console.log("locked");
      return new Promise(() => setInterval(() => {}, 1000));
    });`;
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(owner.stdout, "data");
  const owners: string[] = [];
  const waiting = withLock(
    name,
    {
      onWait: (who) => {
        owners.push(who);
        owner.kill("SIGKILL");
      },
    },
    () => "free",
  );
  await expect(waiting).resolves.toBe("free");
  expect(owners).toEqual([`process ${owner.pid}`]);
});

test.for([
  ["linux", /^\0gpuhost-[\da-f]{32}$/],
  ["darwin", /^\/tmp\/gpuhost-[\da-f]{32}\.lock$/],
  ["win32", /^\\\\\?\\pipe\\gpuhost-[\da-f]{32}$/],
] as const)("on %s it has a name that this system takes", ([platform, address]) => {
  const name = "/a/long/path/".repeat(100);
  expect(lockAddress(name, undefined, 0, platform)).toMatch(address);
  expect(Buffer.byteLength(lockAddress(name, undefined, 12, platform))).toBeLessThan(104);
  expect(lockAddress(name, undefined, 0, platform)).not.toBe(lockAddress("/other", undefined, 0, platform));
});

describe("where sockets are files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "gpuhost-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A process of its own that does `first`, takes the lock, runs `work`, and says what that prints. */
  function owner(name: string, work: string, first = ""): ChildProcess {
    const code = `${first}
      import { lockAddress, withLock } from ${JSON.stringify(module)};
      await withLock(${JSON.stringify(name)}, { folder: ${JSON.stringify(folder)} }, async () => { ${work} });`;
    return spawn(process.execPath, ["--input-type=module", "--eval", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
  }

  async function killOwner(name: string): Promise<void> {
    const dying = owner(name, 'console.log("locked"); await new Promise(() => setInterval(() => {}, 1000));');
    if (dying.stdout === null) throw new Error("no output");
    await once(dying.stdout, "data");
    dying.kill("SIGKILL");
    await once(dying, "exit");
  }

  test("a lock that is released leaves no file", async () => {
    await withLock(unused("file"), { folder }, () => expect(readdirSync(folder)).toHaveLength(1));
    expect(readdirSync(folder)).toEqual([]);
  });

  test("work ends well when somebody cleans the folder meanwhile", async () => {
    const work = () => {
      for (const entry of readdirSync(folder)) rmSync(join(folder, entry), { recursive: true });
      return "done";
    };
    await expect(withLock(unused("cleaned"), { folder }, work)).resolves.toBe("done");
  });

  test("of all who wait for a lock whose owners were killed one has it at a time", async () => {
    const name = unused("stale");
    for (const _ of [1, 2]) await killOwner(name);
    // Whoever finds the file there already is not alone, and fails.
    const held = join(folder, "held");
    const work = `const { rmSync, writeFileSync } = await import("node:fs");
      writeFileSync(${JSON.stringify(held)}, "", { flag: "wx" });
      await new Promise((resolve) => setTimeout(resolve, 20));
      rmSync(${JSON.stringify(held)});`;
    // A socket has its name before it listens. Each waiter gives the others time to see it like that.
    const slow = `const { Pipe } = process.binding("pipe_wrap");
      const { listen } = Pipe.prototype;
      Pipe.prototype.listen = function (...given) {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
        return listen.apply(this, given);
      };`;
    const waiters = Array.from({ length: 8 }, () => owner(name, work, slow));
    const ends = await Promise.all(waiters.map((waiter) => once(waiter, "exit")));
    expect(ends).toEqual(waiters.map(() => [0, null]));
  });
});
