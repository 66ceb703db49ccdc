import { expect, test } from "vitest";
import { hostTable } from "../../../scripts/reliability/host-table.ts";

const tally = (passed: number, failed: number, skipped = 0) => ({ passed, failed, skipped });

test("a column for each host; what a host lacks, and what went wrong, is told", () => {
  const table = hostTable(
    [
      {
        host: { product: "opentofu", version: "1.12.6" },
        tallies: new Map([
          ["Reading", tally(20, 0)],
          ["Functions", tally(7, 2)],
          ["Repairs", tally(0, 1)],
        ]),
      },
      {
        host: { product: "terraform", version: "1.5.7" },
        tallies: new Map([
          ["Reading", tally(20, 0)],
          ["Functions", tally(0, 0, 9)],
        ]),
      },
    ],
    ["Reading", "Functions", "Repairs"],
    "2026-11-27",
  );
  expect(table).toBe(`|  | OpenTofu 1.12.6 | Terraform 1.5.7 |
|---|---|---|
| Reading | 20 | 20 |
| Functions | 7, **2 wrong** | no |
| Repairs | 0, **1 wrong** | no |

Tests that passed; "no" where the host lacks what they need. 2026-11-27.`);
});
