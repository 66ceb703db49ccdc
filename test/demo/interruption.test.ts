import { EventEmitter } from "node:events";
import { constants } from "node:os";
import { expect, test } from "vitest";
import { Interruption } from "../../scripts/demo/interruption.ts";

const sourceOfSignals = () => Object.assign(new EventEmitter(), { stdout: new EventEmitter() });

test("without a signal there is no exit status, and work ends as it ends", async () => {
  const interruption = new Interruption(sourceOfSignals());
  expect(await interruption.race(Promise.resolve("done"))).toBe("done");
  await expect(interruption.race(Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(interruption.exitStatus).toBeNull();
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s stops waiting for work", async (signal) => {
  const source = sourceOfSignals();
  const interruption = new Interruption(source);
  const endless = interruption.race(new Promise(() => undefined));
  source.emit(signal, signal);
  await expect(endless).rejects.toThrow("Interrupted");
  expect(interruption.exitStatus).toBe(128 + constants.signals[signal]);
});

test("work that begins after a signal is not waited for", async () => {
  const source = sourceOfSignals();
  const interruption = new Interruption(source);
  source.emit("SIGINT", "SIGINT");
  await expect(interruption.race(new Promise(() => undefined))).rejects.toThrow("Interrupted");
});

test("every signal is counted until nobody listens, and the first one gives the exit status", () => {
  const source = sourceOfSignals();
  const interruption = new Interruption(source);
  const counts: number[] = [];
  const stop = interruption.listen((count) => counts.push(count));
  source.emit("SIGTERM", "SIGTERM");
  source.emit("SIGINT", "SIGINT");
  stop();
  source.emit("SIGINT", "SIGINT");
  expect(counts).toStrictEqual([1, 2]);
  expect(interruption.exitStatus).toBe(143);
});

test("a reader who leaves is one signal, however many lines fail", async () => {
  const source = sourceOfSignals();
  const interruption = new Interruption(source);
  const counts: number[] = [];
  interruption.listen((count) => counts.push(count));
  const endless = interruption.race(new Promise(() => undefined));
  for (const code of ["EPIPE", "EPIPE"])
    source.stdout.emit("error", Object.assign(new Error(code), { code }));
  await expect(endless).rejects.toThrow("Interrupted");
  expect(counts).toStrictEqual([1]);
  expect(interruption.exitStatus).toBe(141);
});
