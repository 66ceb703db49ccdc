import { describe, expect, it } from "vitest";
import { MAX_CONCURRENT_REQUESTS, RequestQueue } from "../../../src/proxmox/asking/request-queue.ts";

const NEVER = new AbortController().signal;

/** Tasks that end when the test says so, and what of them has begun. */
function board(queue: RequestQueue) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const done = new Map<string, Promise<void>>();
  return {
    begun,
    add(name: string, node: string | null, signal = NEVER) {
      const task = () =>
        new Promise<void>((resolve) => {
          begun.push(name);
          ends.set(name, resolve);
        });
      const promise = queue.run(node, signal, task);
      promise.catch(() => {});
      done.set(name, promise);
      return promise;
    },
    async end(name: string) {
      ends.get(name)?.();
      await done.get(name);
      await settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("the queue of requests", () => {
  it("lets one request a node through, in the order of asking", async () => {
    const requests = board(new RequestQueue());
    for (const name of ["a1", "a2", "b1", "a3"]) void requests.add(name, name.slice(0, 1));
    await settled();
    expect(requests.begun).toEqual(["a1", "b1"]);
    await requests.end("a1");
    expect(requests.begun).toEqual(["a1", "b1", "a2"]);
    await requests.end("a2");
    expect(requests.begun).toEqual(["a1", "b1", "a2", "a3"]);
  });

  it("lets ten requests through altogether", async () => {
    const requests = board(new RequestQueue());
    const names = Array.from({ length: MAX_CONCURRENT_REQUESTS + 2 }, (_, index) => `n${index}`);
    for (const name of names) void requests.add(name, name);
    await settled();
    expect(requests.begun).toEqual(names.slice(0, 10));
    await requests.end("n3");
    expect(requests.begun).toEqual(names.slice(0, 11));
  });

  it("does not let a busy node hold the others up", async () => {
    const requests = board(new RequestQueue());
    void requests.add("a1", "a");
    for (let index = 2; index <= 12; index += 1) void requests.add(`a${index}`, "a");
    void requests.add("b1", "b");
    void requests.add("any1", null);
    void requests.add("any2", null);
    await settled();
    expect(requests.begun).toEqual(["a1", "b1", "any1", "any2"]);
  });

  it("goes on when a request fails", async () => {
    const queue = new RequestQueue();
    await expect(queue.run("a", NEVER, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await queue.run("a", NEVER, () => Promise.resolve("yes"))).toBe("yes");
  });

  it("forgets who gives up while waiting", async () => {
    const requests = board(new RequestQueue());
    const controller = new AbortController();
    void requests.add("a1", "a");
    const waiting = requests.add("a2", "a", controller.signal);
    void requests.add("a3", "a");
    await settled();
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await requests.end("a1");
    expect(requests.begun).toEqual(["a1", "a3"]);
  });

  it("does not begin for who has given up already", async () => {
    const requests = board(new RequestQueue());
    await expect(requests.add("a1", "a", AbortSignal.abort(new Error("before")))).rejects.toThrow("before");
    expect(requests.begun).toEqual([]);
  });
});
