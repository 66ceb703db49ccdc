import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import {
  endingSignals,
  ignoreInterrupts,
  isParentGone,
  type PluginProcess,
} from "../../src/plugin/process-guard.ts";

/** What a process of a platform listens to after `ignoreInterrupts`. */
function ignoredOn(platform: NodeJS.Platform): readonly (string | symbol)[] {
  const events = new EventEmitter();
  const surroundings: Pick<PluginProcess, "on" | "platform"> = Object.create(process, {
    on: { value: events.on.bind(events) },
    platform: { value: platform },
  });
  ignoreInterrupts(surroundings, silentLogger);
  return events.eventNames();
}

test.for([
  ["linux", ["SIGINT", "SIGHUP"]],
  ["darwin", ["SIGINT", "SIGHUP"]],
  ["win32", ["SIGINT", "SIGBREAK", "SIGHUP"]],
] as const)("the host decides on %s what interrupts", ([platform, signals]) => {
  expect(ignoredOn(platform)).toEqual(signals);
});

test.for([
  ["linux", ["SIGINT", "SIGTERM", "SIGHUP"]],
  ["darwin", ["SIGINT", "SIGTERM", "SIGHUP"]],
  ["win32", ["SIGINT", "SIGBREAK", "SIGHUP"]],
] as const)("a person ends a program on %s as that has it", ([platform, signals]) => {
  expect(endingSignals(platform)).toEqual(signals);
});

/** What `process.kill` throws of a process that is not there, or is another user's. */
const failing = (code: string) => (): never => {
  throw Object.assign(new Error(`kill ${code}`), { code });
};

const working = (): true => true;

test.each([
  ["linux", 41, working, false],
  ["linux", 1, working, true],
  ["darwin", 1, working, true],
  // There the number stays, whoever has it by now.
  ["win32", 41, working, false],
  ["win32", 41, failing("EPERM"), false],
  ["win32", 41, failing("ESRCH"), true],
] as const)("on %s, with parent %i after 41, the host is gone or not", (platform, ppid, kill, gone) => {
  expect(isParentGone({ platform, ppid, kill }, 41)).toBe(gone);
});
