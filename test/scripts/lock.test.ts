import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withLock } from "../../scripts/lock.mjs";

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
  const code = `import { withLock } from ${JSON.stringify(module)};
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
