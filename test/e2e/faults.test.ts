/** Every kind of fault once, between the packaged provider and the stand-in of Proxmox. More of them: `npm run test:faults`. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { Reference } from "../support/faults/judge.ts";
import { GROUPS } from "../support/faults/kind.ts";
import { faultKinds } from "../support/faults/kinds.ts";
import { OTHER_READERS, type ReaderName } from "../support/faults/reader.ts";
import { applies, readReference, runFault } from "../support/faults/run.ts";

const SEED = 1;

let reference: Reference;
/** Of each who reads but the first. */
const others = new Map<ReaderName, Reference>();
beforeAll(async () => {
  reference = await readReference(inject("binary"));
  for (const reader of OTHER_READERS) others.set(reader, await readReference(inject("binary"), reader));
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

/** Each kind once with another data source or a command, by turns: all with all of them, `npm run test:faults` tries. */
describe.concurrent.each(OTHER_READERS.map((reader, turn) => [reader, turn] as const))(
  "under faults of every kind, %s has its right outcome:",
  (reader, turn) => {
    const kinds = faultKinds.filter((_, index) => index % OTHER_READERS.length === turn);
    it("is struck by faults of every group", () => {
      expect([...new Set(kinds.map(({ group }) => group))]).toEqual([...GROUPS]);
    });
    it.each(kinds.map((kind) => [kind.name, kind.wire, kind] as const))(
      "%s (%s)",
      async (_name, _wire, kind) => {
        const own = others.get(reader);
        if (own === undefined) throw new Error(`nothing is known of ${reader}`);
        if (!applies(kind, own, reader)) return;
        const { problems, told } = await runFault(inject("binary"), kind, SEED, own, reader);
        expect({ problems, told: problems.length === 0 ? [] : told }).toEqual({ problems: [], told: [] });
      },
    );
  },
);
