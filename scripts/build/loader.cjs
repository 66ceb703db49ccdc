/**
 * The first script of the executable: runs the bundle, with the code that V8 compiled for it during the build. Node's
 * own code cache would only contain what is compiled before anything has run.
 */
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const source = Buffer.from(getRawAsset("provider.cjs")).toString("latin1");
const cache = Buffer.from(getRawAsset("provider.cache"));
// Empty if the build could not run this Node.
const cachedData = cache.length === 0 ? undefined : cache;
const script = new Script(source, { filename: "provider.cjs", cachedData });
/** @param {string} name What the bundle requires: a part of Node, or the other bundle. */
const load = (name) => (name === "./person.cjs" ? loadForPerson() : require(name));
script.runInThisContext()(exports, load, module);

/** The command line. It is compressed, because every host takes a checksum of the whole file at every plan. */
function loadForPerson() {
  const { brotliDecompressSync } = require("node:zlib");
  const text = brotliDecompressSync(getRawAsset("person.cjs.br")).toString("latin1");
  const bundled = { exports: {} };
  new Script(text, { filename: "person.cjs" }).runInThisContext()(bundled.exports, require, bundled);
  return bundled.exports;
}
