import { expect, test } from "vitest";
import { platformTable } from "../../../scripts/reliability/platform-table.ts";

test("a row for each platform, without times where it is never run", () => {
  const table = platformTable(
    [
      { platform: "darwin_arm64", size: 104.26, zip: 38.04, hasCodeCache: false, start: null },
      {
        platform: "linux_amd64",
        size: 80.66,
        zip: 31,
        hasCodeCache: true,
        start: { handshake: 58.4, schema: 74.6 },
      },
    ],
    "2026-11-27",
    [
      { platform: "darwin_arm64", by: null, leftOut: "never run" },
      { platform: "linux_amd64", by: "this machine", leftOut: "other kernels" },
    ],
  );
  expect(table).toBe(`| package | run by | exec → handshake | exec → schema | code cache | size | zip |
|---|---|---|---|---|---|---|
| darwin_arm64 | nothing |  |  | no | 104.3 MiB | 38.0 MiB |
| linux_amd64 | this machine | 58 ms | 75 ms | yes | 80.7 MiB | 31.0 MiB |

2026-11-27.`);
});
