import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Interruption } from "../../scripts/demo/interruption.ts";
import { configurationLine } from "../../scripts/demo/own-cluster.ts";
import { runProgram } from "../../scripts/demo/program.ts";

/** Says its number and its process group, then counts what it is sent. */
const CODE = `
  const { readFileSync } = require("node:fs");
  process.on("SIGINT", () => console.log("interrupted"));
  const stat = readFileSync("/proc/self/stat", "latin1");
  console.log(process.pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]));
  setInterval(() => {}, 1000);
`;

function ownGroup(): number {
  const stat = readFileSync("/proc/self/stat", "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
}

test.skipIf(process.platform !== "linux").for([
  ["linux", true],
  ["darwin", true],
  ["win32", false],
] as const)(
  "a program on %s: in a group of its own %o, where signals are handed on",
  async ([platform, alone]) => {
    const source = Object.assign(new EventEmitter(), { stdout: new EventEmitter() });
    const interruption = new Interruption(source);
    const lines: string[] = [];
    const running = runProgram(
      {
        path: process.execPath,
        name: "node",
        folder: import.meta.dirname,
        environment: process.env,
        interruption,
        platform,
      },
      ["-e", CODE],
      (line) => {
        lines.push(line);
        // Once it listens, and once more when it has heard of it, or cannot.
        source.emit("SIGINT", "SIGINT");
        if (!alone) source.emit("SIGINT", "SIGINT");
      },
    );
    await expect(running).rejects.toThrow("node -e was ended by SIGKILL.");
    const [pid, group] = (lines[0] ?? "").split(" ").map(Number);
    expect(group).toBe(alone ? pid : ownGroup());
    expect(lines.slice(1)).toEqual(alone ? ["interrupted"] : []);
  },
);

test("the configuration is made by a line of the system's shell", () => {
  expect(configurationLine("C:\\c\\x.exe", "win32")).toBe(`cmd /c '"C:\\c\\x.exe" inspect --hcl > gpus.tf'`);
  expect(configurationLine("/c/x", "darwin")).toBe(
    "dist/plugins/*/*/*/*/*/terraform-provider-gpuhost_v* inspect --hcl > gpus.tf",
  );
});
