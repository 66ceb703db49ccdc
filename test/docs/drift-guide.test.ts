/** What pages advise when a mapping's device is not found: only what the provider then says, and safe to follow to the letter. */
import { expect, test } from "vitest";
import { readProjectFile } from "../support/documentation.ts";
import { tableRows } from "../support/markdown.ts";

const GUIDE = "docs/guides/drift.md";
const MESSAGES = "docs/guides/when-something-goes-wrong.md";
const MATCHED = "matched by the order of addresses";

test("the guide tells devices that are not found apart by what the provider adds to that", () => {
  const missing = tableRows(readProjectFile(GUIDE)).flatMap(([says = ""]) =>
    says.startsWith("`not found`") ? [/^`not found`, "(.+)"$/.exec(says)?.[1]] : [],
  );
  expect(missing.length).toBeGreaterThan(1);
  const notes = readProjectFile("src/provider/mapping-notes.ts");
  expect(missing.filter((words) => words === undefined || !notes.includes(words))).toStrictEqual([]);
});

test.each([GUIDE, MESSAGES])(
  "%s wants serial numbers compared wherever a card was matched by order",
  (page) => {
    const rows = tableRows(readProjectFile(page)).filter(([says = ""]) => says.includes(MATCHED));
    expect(rows.length).toBe(1);
    for (const [, why, advice] of rows) {
      expect(why).toContain("may also be a twin that the host itself uses");
      expect(advice).toMatch(/^[Cc]ompare serial numbers, also for one card\./);
    }
  },
);
