/**
 * `record.cjs BUNDLE CACHE [ADDON MODULES]`: runs the bundle as the executable will, and when it ends, writes the code that V8
 * has compiled by then: of the bundle to CACHE, of Node's own modules to MODULES.
 */
// No host gives a plugin arguments: with any, a person is answered.
const [bundle = "", cache = "", addon, modules = ""] = process.argv.splice(2);
// First, since it sees only what is loaded after it.
const kept =
  addon === undefined ? undefined : require("./warm-modules/record-modules.cjs").keepModules(addon);

const { readFileSync, writeFileSync } = require("node:fs");
const { Socket } = require("node:net");
const { Writable } = require("node:stream");
const v8 = require("node:v8");
const { Script } = require("node:vm");
// The executable's loader asks it for the bundle.
require("node:sea");

const { setFlagsFromString } = v8;
// V8 takes no cache that was made under flags other than those it reads it under: the bundle sets none.
v8.setFlagsFromString = () => {};
// Otherwise V8 forgets the code of functions that have not run for a while, and notes with each function what its other compilers
// are doing with it in threads of their own. Sparkplug stays on, without a thread: a function that it has compiled here is
// quicker from its first call on.
const settings = ["flush-bytecode", "concurrent-sparkplug", "maglev", "turbofan"];
for (const setting of settings) setFlagsFromString(`--no-${setting}`);
// On a busy machine there would be time for a look at whether the host is still there, which is in no quick launch.
const { setInterval } = globalThis;
const silent = (/** @type {unknown} */ _look, /** @type {number} */ milliseconds) =>
  setInterval(() => {}, milliseconds);
Object.assign(globalThis, { setInterval: silent });
const script = new Script(readFileSync(bundle, "latin1"), { filename: "provider.cjs" });
process.on("exit", () => {
  for (const setting of settings) setFlagsFromString(`--${setting}`);
  writeFileSync(cache, script.createCachedData());
  if (kept !== undefined) writeFileSync(modules, JSON.stringify(kept.recorded()));
});
callWhatTimingCalls();
script.runInThisContext()(exports, require, module);

/** Timing decides whether a plan calls these functions of Node's. Called here, they are in every recording. */
function callWhatTimingCalls() {
  new Socket().ref().unref();
  const writable = new Writable({ write() {} });
  writable.write("under way");
  writable.write("waiting");
  writable.destroy(writable.errored ?? undefined);
}
