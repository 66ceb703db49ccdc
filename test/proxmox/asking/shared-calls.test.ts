import { describe, expect, it } from "vitest";
import { SharedCalls } from "../../../src/proxmox/asking/shared-calls.ts";

const NEVER = new AbortController().signal;

function pendingCall() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  return {
    resolve,
    reject,
    signals,
    start: (signal: AbortSignal) => {
      signals.push(signal);
      return promise;
    },
  };
}

describe("a shared call", () => {
  it("is begun once for all who ask while it is under way", async () => {
    const calls = new SharedCalls<string>();
    const call = pendingCall();
    const all = [1, 2, 3].map(() => calls.get("a", false, NEVER, call.start));
    call.resolve("x");
    expect(await Promise.all(all)).toEqual(["x", "x", "x"]);
    expect(call.signals).toHaveLength(1);
  });

  it("of another key is another call", async () => {
    const calls = new SharedCalls<string>();
    const start = (answer: string) => () => Promise.resolve(answer);
    expect(
      await Promise.all([calls.get("a", true, NEVER, start("x")), calls.get("b", true, NEVER, start("y"))]),
    ).toEqual(["x", "y"]);
  });

  it("is kept when it shall be, and begun anew when not", async () => {
    const calls = new SharedCalls<number>();
    let count = 0;
    const start = () => {
      count += 1;
      return Promise.resolve(count);
    };
    expect(await calls.get("kept", true, NEVER, start)).toBe(1);
    expect(await calls.get("kept", true, NEVER, start)).toBe(1);
    expect(await calls.get("new", false, NEVER, start)).toBe(2);
    expect(await calls.get("new", false, NEVER, start)).toBe(3);
  });

  it("that fails fails for all who wait, and is begun anew for the next", async () => {
    const calls = new SharedCalls<string>();
    const call = pendingCall();
    const all = [1, 2].map(() => calls.get("a", true, NEVER, call.start));
    call.reject(new Error("no"));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await calls.get("a", true, NEVER, () => Promise.resolve("yes"))).toBe("yes");
  });

  it("goes on while somebody waits, and is given up with the last one's reason", async () => {
    const calls = new SharedCalls<string>();
    const call = pendingCall();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = calls.get("a", false, first.signal, call.start);
    const two = calls.get("a", false, second.signal, call.start);
    first.abort(new Error("first"));
    await expect(one).rejects.toThrow("first");
    expect(call.signals[0]?.aborted).toBe(false);
    second.abort(new Error("second"));
    await expect(two).rejects.toThrow("second");
    expect(call.signals[0]?.reason).toEqual(new Error("second"));
  });

  it("that was given up is not joined by the next one", async () => {
    const calls = new SharedCalls<string>();
    const call = pendingCall();
    const controller = new AbortController();
    const given = calls.get("a", false, controller.signal, call.start);
    controller.abort(new Error("enough"));
    const next = calls.get("a", false, NEVER, () => Promise.resolve("fresh"));
    call.reject(new Error("late"));
    await expect(given).rejects.toThrow("enough");
    expect(await next).toBe("fresh");
  });

  it("is not begun for somebody who has given up already", async () => {
    const calls = new SharedCalls<string>();
    const call = pendingCall();
    await expect(calls.get("a", false, AbortSignal.abort(new Error("before")), call.start)).rejects.toThrow(
      "before",
    );
    expect(call.signals).toEqual([]);
  });
});
