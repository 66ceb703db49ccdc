"use strict";
/**
 * Stands in front of a bundle that `markFiles` has marked. Where START_PROBE names a file, the process writes into it, when
 * it ends, what it had loaded before its first line on stdout and by its end, and which compiled code its V8
 * takes.
 */
{
  const output = process.env["START_PROBE"];
  /** @type {string[]} */
  const files = [];
  /** @returns {{ files: string[], modules: string[] }} */
  const loaded = () => ({
    files: [...files],
    // Node's own list of what it has loaded; its type is nowhere declared.
    modules: [
      .../** @type {{ moduleLoadList: string[] }} */ (/** @type {unknown} */ (process)).moduleLoadList,
    ],
  });
  const descriptor = Object.getOwnPropertyDescriptor(process, "stdout");
  if (output !== undefined && descriptor?.get !== undefined) {
    Object.assign(globalThis, { filesThatRan: files });
    /** @type {ReturnType<typeof loaded> | undefined} */
    let handshake;
    const { get } = descriptor;
    // Node makes stdout when it is first asked for, and loads something for it: that is left to the bundle.
    Object.defineProperty(process, "stdout", {
      configurable: true,
      get() {
        Object.defineProperty(process, "stdout", descriptor);
        /** @type {NodeJS.WriteStream} */
        const stdout = get.call(process);
        const write = stdout.write.bind(stdout);
        stdout.write = (/** @type {[string]} */ ...parts) => {
          handshake ??= loaded();
          return write(...parts);
        };
        return stdout;
      },
    });
    process.on("exit", () => {
      const end = loaded();
      const report = { handshake, end, versionTag: require("node:v8").cachedDataVersionTag() };
      require("node:fs").writeFileSync(output, JSON.stringify(report));
    });
  }
}
