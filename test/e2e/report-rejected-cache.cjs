/** Preloaded into the executable: says of every script whether V8 took the code that came with it. */
const vm = require("node:vm");

const { Script } = vm;
vm.Script = class extends Script {
  /**
   * @param {string} source
   * @param {import("node:vm").ScriptOptions} options
   */
  constructor(source, options) {
    super(source, options);
    process.stderr.write(`${options.filename}: rejected ${this.cachedDataRejected}\n`);
  }
};
