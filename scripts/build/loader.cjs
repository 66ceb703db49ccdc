/**
 * What the executable runs first: the bundle, with the code that V8 compiled for it during the build.
 * Node's own code cache would hold only what is compiled before anything has run.
 */
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");

const source = Buffer.from(getRawAsset("provider.cjs")).toString("latin1");
const cachedData = Buffer.from(getRawAsset("provider.cache"));
const script = new Script(source, { filename: "provider.cjs", cachedData });
script.runInThisContext()(exports, require, module);
