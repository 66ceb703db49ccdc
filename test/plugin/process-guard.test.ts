import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import { endingSignals, ignoreInterrupts, type PluginProcess } from "../../src/plugin/process-guard.ts";

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
