import { expect, test, vi } from "vitest";
import { linuxAlone } from "../../scripts/linux-alone.ts";

test.for([
  ["linux", []],
  [
    "darwin",
    [["Error: npm run bench runs on Linux alone, since it reads /proc. The devcontainer is one."], [1]],
  ],
] as const)("a command that needs Linux on %s", ([platform, calls]) => {
  const said = vi.spyOn(console, "error").mockReturnValue(undefined);
  const exit = vi.fn<(code?: number | string | null) => never>();
  linuxAlone("npm run bench", "reads /proc", { platform, exit });
  expect([...said.mock.calls, ...exit.mock.calls]).toEqual(calls);
  vi.restoreAllMocks();
});
