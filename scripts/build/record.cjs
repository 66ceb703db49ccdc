/**
 * `record.cjs BUNDLE CACHE`: runs the bundle as the executable will, and when it ends, writes the code
 * that V8 has compiled by then.
 */
const { readFileSync, writeFileSync } = require("node:fs");
const v8 = require("node:v8");
const { Script } = require("node:vm");

// No host gives a plugin arguments: with any, a person is answered.
const [bundle = "", cache = ""] = process.argv.splice(2);
const { setFlagsFromString } = v8;
// V8 takes no cache that was made under flags other than those it reads it under: the bundle sets none.
v8.setFlagsFromString = () => {};
// Otherwise V8 forgets the code of functions that have not run for a while, and notes with each function what its other compilers
// are doing with it in threads of their own. Sparkplug stays on, without a thread: a function that it has compiled here is
// quicker from its first call on.
const settings = ["flush-bytecode", "concurrent-sparkplug", "maglev", "turbofan"];
for (const setting of settings) setFlagsFromString(`--no-${setting}`);
const script = new Script(readFileSync(bundle, "latin1"), { filename: "provider.cjs" });
process.on("exit", () => {
  for (const setting of settings) setFlagsFromString(`--${setting}`);
  writeFileSync(cache, script.createCachedData());
});
script.runInThisContext()(exports, require, module);
