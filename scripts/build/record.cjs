/**
 * `record.cjs BUNDLE CACHE [ADDON MODULES]`: runs the bundle as the executable will. When it ends, writes the code that V8 has
 * compiled: of the bundle to CACHE, of Node's own modules to MODULES.
 */
// Hosts pass no arguments to a plugin; with arguments, the command line would run.
const [bundle = "", cache = "", addon, modules = ""] = process.argv.splice(2);
// First, because it only sees what is loaded after it.
const kept =
  addon === undefined ? undefined : require("./warm-modules/record-modules.cjs").keepModules(addon);

const { readFileSync, writeFileSync } = require("node:fs");
const { Socket } = require("node:net");
const { Writable } = require("node:stream");
const v8 = require("node:v8");
const { Script } = require("node:vm");
// The executable's loader requires this for the bundle.
require("node:sea");

const { setFlagsFromString } = v8;
// V8 accepts no cache that was made with other flags than those it is read with. So the bundle must set none here.
v8.setFlagsFromString = () => {};
// Otherwise V8 drops the code of functions that have not run for a while, and stores with each function the state of its other
// compilers, which run in threads. Sparkplug stays on, but without a thread: functions that it has compiled here are faster from
// their first call on.
const settings = ["flush-bytecode", "concurrent-sparkplug", "maglev", "turbofan"];
for (const setting of settings) setFlagsFromString(`--no-${setting}`);
// On a busy machine there would be time for a check whether the host is still there, which does not happen in a quick
// launch.
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

/**
 * It depends on timing whether a plan calls these functions of Node. Because they are called here, they are in every
 * recording.
 */
function callWhatTimingCalls() {
  new Socket().ref().unref();
  const writable = new Writable({ write() {} });
  writable.write("under way");
  writable.write("waiting");
  writable.destroy(writable.errored ?? undefined);
}
