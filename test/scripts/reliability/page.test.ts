import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { faultTable } from "../../../scripts/reliability/fault-table.ts";
import { fuzzTables } from "../../../scripts/reliability/fuzz-table.ts";
import { reliabilityPage, withSection } from "../../../scripts/reliability/page.ts";
import type { RunReport } from "../../support/faults/run.ts";
import { onRequest, SAME } from "../../support/faults/strike.ts";

const PAGE = "before\n<!-- begin faults -->\nold\n<!-- end faults -->\nbehind\n";

test("a section is written between its marks, and again in its place", () => {
  const once = withSection(PAGE, "faults", "| new |\n");
  expect(once).toBe("before\n<!-- begin faults -->\n| new |\n<!-- end faults -->\nbehind\n");
  expect(withSection(once, "faults", "| new |")).toBe(once);
});

test("a page without the marks is an error", () => {
  expect(() => withSection(PAGE, "fuzz", "")).toThrow('no marks "<!-- begin fuzz -->"');
});

test("the page has the marks of both commands", () => {
  const page = readFileSync(reliabilityPage, "utf8");
  for (const section of ["faults", "fuzz", "hosts", "platforms"])
    expect(() => withSection(page, section, "")).not.toThrow();
});

test("the table of faults counts kinds, runs and outcomes, and shows the worst figures", () => {
  const kind = (name: string) =>
    onRequest({ name, group: "body", wire: "", outcome: SAME, send: () => undefined });
  const run = (name: string, seed: number, changes: Partial<RunReport>): RunReport => ({
    kind: kind(name),
    reader: "pci_devices",
    seed,
    outcome: "result",
    milliseconds: 100,
    memory: 80,
    problems: [],
    told: [],
    ...changes,
  });
  const reports = [
    run("a", 1, {}),
    run("a", 2, { outcome: "error", milliseconds: 2_340, memory: 99.2 }),
    run("b", 1, { problems: ["wrong"], reader: "doctor" }),
  ];
  const table = faultTable(reports, "On a machine");
  expect(table.split("\n").slice(2)).toEqual([
    "| Bodies: damaged or exploding gzip, pages, broken or huge JSON | 2 | 3 | 1 | 1 | 1 | 2.3 s | 100 MiB |",
    "| **all** | 2 | 3 | 1 | 1 | 1 | 2.3 s | 100 MiB |",
    "",
    "| read by | kinds | runs | right value | one clear error | wrong | longest read | most memory |",
    "|---|---|---|---|---|---|---|---|",
    "| `gpuhost_pci_devices` | 1 | 2 | 1 | 1 | 0 | 2.3 s | 100 MiB |",
    "| `doctor --json` | 1 | 1 | 0 | 0 | 1 | 0.1 s | 80 MiB |",
    "",
    "On a machine.",
  ]);
});

test("the tables of fuzzing have every property and target", () => {
  const report = { inputs: 12_345, reached: 2_500, found: [], crashes: [], slowest: 7.4 };
  const target = {
    name: "pem",
    what: "certificates",
    seeds: [],
    words: [],
    maxBytes: 1,
    refusals: [],
    run: () => undefined,
  };
  const property = { decoder: "BDF", holds: "it holds", runs: 100_000, failure: null, seconds: 1 };
  const text = fuzzTables([property], [{ target, report, seconds: 600 }], "On a machine");
  expect(text).toContain("| BDF | it holds | 100,000 | 0 |");
  expect(text).toContain("| pem | certificates | 10.0 | 12,345 | 2.5 kB | 0 | 7 ms |");
});
