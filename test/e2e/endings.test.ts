/** However a provider ends, it ends at once and leaves nothing behind; `npm run test:endings` measures how fast. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ENDINGS } from "../support/host/endings.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

/** Far less than what ends a provider that notices nothing, and more than a busy machine takes. */
const PATIENCE = 10;

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
  pve.faults.add({ kind: "hang" }, { path: /hardware/ });
});
afterAll(() => pve.close());

test.for(ENDINGS)("$what", async ({ measure, boundMs }) => {
  expect(await measure({ binary: inject("binary"), pve })).toBeLessThan(boundMs * PATIENCE);
});
