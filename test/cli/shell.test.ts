import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { fetching, setting, unsetting } from "../../src/cli/shell.ts";

const VALUE = "it's $HOME, a:b";

test.for(["linux", "darwin"] as const)("lines for %s are for a POSIX shell", (platform) => {
  const print = 'printf "%s." "$NAME"';
  const script = `${setting("NAME", VALUE, platform)}; ${print}; ${unsetting("NAME", platform)}; ${print}`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(`${VALUE}..`);
  expect(fetching("https://pve1:8006/api2/json/version", platform)).toBe(
    "curl --insecure https://pve1:8006/api2/json/version",
  );
});

test("lines for Windows are for PowerShell", () => {
  expect(setting("NAME", VALUE, "win32")).toBe("$env:NAME = 'it''s $HOME, a:b'");
  expect(unsetting("NAME", "win32")).toBe("Remove-Item Env:NAME");
  expect(fetching("https://[::1]:8006/api2/json/version", "win32")).toBe(
    'curl.exe --insecure "https://[::1]:8006/api2/json/version"',
  );
});
