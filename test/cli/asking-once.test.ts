/** A command is one look at the cluster: what has been read is not asked for again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { environmentFor, runCli } from "../support/cli/run.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

let pve: PveStandIn;
let folder: string;
beforeAll(async () => {
  pve = await startPve();
  folder = mkdtempSync(join(tmpdir(), "gpuhost-asking-"));
});
afterAll(async () => {
  await pve.close();
  rmSync(folder, { recursive: true, force: true });
});

test.for([
  [["inspect"], 6],
  [["inspect", "--usage"], 13],
  [["inspect", "--mapping-names", "model"], 9],
  [["inspect", "--hcl"], 12],
  [["inspect", "--html"], 16],
  [["doctor"], 19],
] as const)("%j asks %i questions, and none twice", async ([args, count]) => {
  const before = pve.requests.requests.length;
  const file = args.includes("--html" as never) ? [join(folder, "cluster.html")] : [];
  await runCli([...args, ...file], { environment: environmentFor(pve) });
  const asked = pve.requests.requests.slice(before).map(({ target }) => target);
  expect(asked.filter((target, index) => asked.indexOf(target) !== index)).toEqual([]);
  expect(asked).toHaveLength(count);
});

test("a list that is found to be old is asked for again: of a guest that was removed meanwhile nothing is missing", async () => {
  const path = "/nodes/pve1/qemu/100/pending";
  const reason = "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist";
  pve.requests.clear();
  pve.faults.add({ kind: "status", status: 500, reason }, { path });
  const whileIt = runCli(["inspect", "--usage", "--json"], { environment: environmentFor(pve) });
  await pve.requests.waitFor((request) => request.path === path);
  pve.cluster.guests.delete(100);
  const { warnings } = JSON.parse((await whileIt).stdout);
  expect(warnings.map(({ summary }: { summary: string }) => summary)).not.toContain(
    "Usage May Be Incomplete",
  );
});
