import { describe, expect, it } from "vitest";
import { CallCancelledError, Stop, StoppedError } from "../../src/framework/stop.ts";

describe("Stop", () => {
  it("lets work end that nobody stops", async () => {
    await expect(new Stop().race(() => 7)).resolves.toBe(7);
    await expect(new Stop().race(async () => 7)).resolves.toBe(7);
  });

  it("passes on what work throws, at once or later", async () => {
    const error = new Error("refused");
    const throwing = () => {
      throw error;
    };
    await expect(new Stop().race(throwing)).rejects.toBe(error);
    await expect(new Stop().race(async () => throwing())).rejects.toBe(error);
  });

  it("aborts the signal of all work in flight", async () => {
    const stop = new Stop();
    const signals: AbortSignal[] = [];
    const work = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>(() => {});
    };
    const both = Promise.allSettled([stop.race(work), stop.race(work)]);
    stop.stop();
    await expect(both).resolves.toEqual([
      { status: "rejected", reason: new StoppedError() },
      { status: "rejected", reason: new StoppedError() },
    ]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(signals[0]?.reason).toEqual(new StoppedError());
  });

  it("does not wait for work that pays no heed to its signal", async () => {
    const stop = new Stop();
    const raced = stop.race(() => new Promise<never>(() => {}));
    stop.stop();
    await expect(raced).rejects.toThrow(new StoppedError());
  });

  it("says that it was stopped even where work ends with an error of its own", async () => {
    const stop = new Stop();
    const raced = stop.race(async (signal) => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("socket closed")));
      });
    });
    stop.stop();
    await expect(raced).rejects.toThrow(new StoppedError());
  });

  it("ends work whose call is cancelled, and no other", async () => {
    const stop = new Stop();
    const call = new AbortController();
    const forEver = () => new Promise<never>(() => {});
    const cancelled = stop.race(forEver, call.signal);
    const other = stop.race(forEver, new AbortController().signal);
    call.abort(new CallCancelledError());
    await expect(cancelled).rejects.toThrow("the host cancelled the call");
    stop.stop();
    await expect(other).rejects.toThrow(new StoppedError());
  });

  it("does not begin what is cancelled already", async () => {
    await expect(
      new Stop().race((signal) => signal.throwIfAborted(), AbortSignal.abort(new CallCancelledError())),
    ).rejects.toThrow(new CallCancelledError());
  });

  it("lets work run that begins after a stop", async () => {
    const stop = new Stop();
    stop.stop();
    await expect(stop.race((signal) => signal.aborted)).resolves.toBe(false);
  });
});
