/**
 * Keeps the outer function of each of Node's own modules that is loaded from now on, and returns what V8 has compiled of
 * them.
 *
 * Nothing that Node exports leads to the class that loads those modules. So a debugger's connection finds it, and is closed
 * again; it switches nothing on that would change what V8 compiles. Needs `--expose-internals`. Has to run before anything
 * is required: it does not see what was loaded earlier.
 */
const TEST_BINDING = "internal/test/binding";
const { internalBinding: allowedBinding } = require(TEST_BINDING);

/** The variables of `lib/internal/bootstrap/realm.js` that are used here. */
const NAMES = [
  "compileFunction",
  "internalBinding",
  "moduleLoadList",
  "primordials",
  "requireBuiltin",
  "requireWithFallbackInDeps",
];

/** The global variable that both sides of the connection see for a moment. */
const SHARED = "__sharedWithDebugger";

/** @param {string} addon The path of the addon that asks V8. */
exports.keepModules = (addon) => {
  const found = { exports: { create: /** @type {(of: Function) => Buffer} */ (() => Buffer.alloc(0)) } };
  process.dlopen(found, addon);
  const kept = new Map();
  // The first one takes the class from the module that has the others.
  const { BuiltinModule } = variablesOf(process.getBuiltinModule, ["BuiltinModule"]);
  const method = BuiltinModule.prototype.compileForInternalLoader;
  const realm = { BuiltinModule, ...variablesOf(method, NAMES) };
  // The same as Node's own method, which it replaces, except for the line that keeps the function.
  BuiltinModule.prototype.compileForInternalLoader = function compileForInternalLoader() {
    if (this.loaded || this.loading) return this.exports;
    const { id } = this;
    this.loading = true;
    try {
      const load = id.startsWith("internal/deps/") ? realm.requireWithFallbackInDeps : realm.requireBuiltin;
      const run = realm.compileFunction(id);
      kept.set(id, run);
      run(this.exports, load, this, process, realm.internalBinding, realm.primordials);
      this.loaded = true;
    } finally {
      this.loading = false;
    }
    realm.moduleLoadList.push(`NativeModule ${id}`);
    return this.exports;
  };
  return {
    /** All modules of this Node, and in base64 what V8 has compiled of those that were loaded. */
    recorded: () => ({
      all: [...BuiltinModule.map.keys()],
      code: Object.fromEntries(
        [...kept].map(([id, run]) => [id, found.exports.create(run).toString("base64")]),
      ),
    }),
  };
};

/**
 * The values of variables that a function can see, without global ones.
 *
 * @param {Function} viewer
 * @param {readonly string[]} names
 * @returns {any}
 */
function variablesOf(viewer, names) {
  const { Connection } = allowedBinding("inspector");
  /** @type {any} */
  let answer;
  const connection = new Connection((/** @type {string} */ message) => {
    answer = JSON.parse(message);
  });
  /** @type {(method: string, params: object) => any} */
  const ask = (method, params) => {
    connection.dispatch(JSON.stringify({ id: 1, method, params }));
    if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  };
  /** @type {(objectId: string) => any} */
  const propertiesOf = (objectId) => ask("Runtime.getProperties", { objectId, ownProperties: true });

  /** @type {Record<string, unknown>} */
  const values = {};
  Object.defineProperty(globalThis, SHARED, { value: { viewer, values }, configurable: true });
  const { objectId } = ask("Runtime.evaluate", { expression: `${SHARED}.viewer` }).result;
  /** @type {{ name: string, value: { objectId: string } }[]} */
  const internal = propertiesOf(objectId).internalProperties;
  const scopes = internal.find(({ name }) => name === "[[Scopes]]");
  /** @type {{ value: { objectId: string, description: string } }[]} */
  const all = propertiesOf(scopes?.value.objectId ?? "").result;
  // Not the global one: looking at its properties would load modules.
  const own = all.filter(({ value }) => value.description !== "Global");
  /** @type {{ name: string, value: { objectId: string } }[]} */
  const variables = own.flatMap(({ value }) => propertiesOf(value.objectId).result);
  for (const name of names) {
    const variable = variables.find((one) => one.name === name);
    if (variable === undefined) throw new Error(`Node's loader of modules has no variable ${name}.`);
    ask("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: `function (name, value) { ${SHARED}.values[name] = value; }`,
      arguments: [{ value: name }, { objectId: variable.value.objectId }],
    });
  }
  connection.disconnect();
  Reflect.deleteProperty(globalThis, SHARED);
  return values;
}
