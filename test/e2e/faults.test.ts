/** Every kind of fault once, between the packaged provider and the stand-in of Proxmox. More of them: `npm run test:faults`. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Reference } from "../support/faults/judge.ts";
import { GROUPS } from "../support/faults/kind.ts";
import { faultKinds } from "../support/faults/kinds.ts";
import { readReference, runFault } from "../support/faults/run.ts";

const SEED = 1;

let reference: Reference;
beforeAll(async () => {
  reference = await readReference(inject("binary"));
});

it("has kinds with names of their own in every group", () => {
  expect(new Set(faultKinds.map(({ name }) => name)).size).toBe(faultKinds.length);
  expect([...new Set(faultKinds.map(({ group }) => group))]).toEqual([...GROUPS]);
  expect(faultKinds.length).toBeGreaterThan(200);
});

describe.concurrent.each([...GROUPS])(
  "under faults of the kind %s, a read has its right outcome:",
  (group) => {
    const kinds = faultKinds.filter((kind) => kind.group === group);
    it.each(kinds.map((kind) => [kind.name, kind.wire, kind] as const))(
      "%s (%s)",
      async (_name, _wire, kind) => {
        const { problems, told } = await runFault(inject("binary"), kind, SEED, reference);
        expect({ problems, told: problems.length === 0 ? [] : told }).toEqual({ problems: [], told: [] });
      },
    );
  },
);
