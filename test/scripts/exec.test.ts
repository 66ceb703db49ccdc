import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

test("every script begins with exec, so that signals reach Node, and cmd.exe finds a file of that name", () => {
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  for (const script of Object.values(scripts)) {
    expect(script).toMatch(/^exec node scripts\/bootstrap\.mjs (scripts|test)\/[\w/.-]+\.ts( --[a-z0-9]+)?$/);
  }
  // cmd.exe wants both characters at the end of a line, and hands on what follows `exec` as it is written.
  expect(readFileSync(join(root, "exec.cmd"), "latin1").split("\r\n").slice(1)).toEqual(["@%*", ""]);
});
