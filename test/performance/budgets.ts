/**
 * What a launch, a plan and a device may cost, in counts that no clock and no other work on the machine changes.
 *
 * A budget guards against growth that nobody notices: a hundredth a week. When a test says that something outgrew its budget,
 * find out what brought it. If it is worth that much, write the new figure here and say why in the commit. When a test says
 * that much less is needed, lower the budget: what has been gained stays so.
 *
 * What is not a number lies in `loaded`: the names of all files and modules that a launch loads. What a plan asks of
 * Proxmox has no room at all and stands in its test, `test/e2e/performance/traffic.test.ts`.
 *
 * Instructions are not counted: the tools that can do it do not come with Node, and V8 compiles in other threads
 * whenever it finds time, so that no two runs take as many.
 */
import type { Stage } from "../support/performance/allocations.ts";
import type { Budget } from "../support/performance/budget.ts";

const UNIT_TESTS = "test/performance";
const PACKAGE_TESTS = "test/e2e/performance/size.test.ts";

/** All JavaScript there is, minified; a launch reads it whole. */
export const bundleSize: Budget = {
  name: "bundleSize",
  what: "The bundle",
  unit: "kB",
  today: 608.1,
  most: 635,
  how: `${UNIT_TESTS}/bundle.test.ts makes the bundle that is packaged; \`npm run build\` does so too.`,
};

/** Every launch runs this, and a plan launches three times. */
export const startSize: Budget = {
  name: "startSize",
  what: "The part of the bundle that every launch runs before the handshake",
  unit: "kB",
  today: 278.8,
  most: 293,
  how: `${UNIT_TESTS}/bundle.test.ts adds up what the files in loaded/before-handshake.txt take in the bundle.`,
};

/** A launch reads this whole too. */
export const codeCacheSize: Budget = {
  name: "codeCacheSize",
  what: "The code that V8 has compiled of the bundle by the end of a plan",
  unit: "kB",
  today: 1056.7,
  most: 1100,
  how: `${PACKAGE_TESTS} records it as a build does.`,
};

/** In whole MiB, by the architecture as Node calls it: 5 to 6 of them are the loader and libraries for where the system has none. */
export const packageSizes: Readonly<Record<"x64" | "arm64", Budget>> = {
  x64: {
    name: "packageSizes.x64",
    what: "The package for x64",
    unit: "MiB",
    today: 71.5,
    most: 72.3,
    how: `${PACKAGE_TESTS} looks at the package in dist/plugins; \`npm run build\` prints its size.`,
  },
  arm64: {
    name: "packageSizes.arm64",
    what: "The package for arm64",
    unit: "MiB",
    today: 67.2,
    most: 68.2,
    how: `${PACKAGE_TESTS} looks at the package in dist/plugins; \`npm run build\` prints its size.`,
  },
};

/** Bytes that a stage of a read allocates for one device, in V8's heap and in buffers; about a fifth above today's. */
export const bytesPerDevice: Readonly<Record<Stage, Budget>> = {
  decode: allocation("decode", "Reading a device out of JSON", 1123.7, 1350),
  select: allocation("select", "Making a device of its record, and choosing it", 1275.9, 1530),
  group: allocation("group", "Making units, mappings and results of a device", 1576.2, 1900),
  encode: allocation("encode", "Writing a device into the state", 2688.5, 3200),
};

/** How many times as much a device may take where there are ten times as many: lists that double leave some room unused. */
export const largestGrowth = 1.1;

function allocation(stage: Stage, what: string, today: number, most: number): Budget {
  return {
    name: `bytesPerDevice.${stage}`,
    what,
    unit: "bytes allocated per device",
    today,
    most,
    how: `${UNIT_TESTS}/allocation.test.ts reads 2,000 devices of 20 nodes in a process of its own; it counts the same each time.`,
  };
}
