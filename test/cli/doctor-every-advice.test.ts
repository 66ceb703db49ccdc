/** Every command that `doctor` prints of any hardware mends what it is printed for, or part of it. */
import { afterEach, expect, test } from "vitest";
import { fixtureClusters } from "../support/cli/clusters.ts";
import { closeAll, doctor, started } from "../support/cli/doctor.ts";
import { commandsOf, followAdvice } from "../support/cli/pvesh.ts";

afterEach(closeAll);

test.for([["the recorded cluster", undefined] as const, ...fixtureClusters()])("%s", async ([, source]) => {
  const pve = await started(source);
  const given = (await doctor(pve)).checks.filter(({ fix }) => commandsOf(fix).length > 0);
  for (const { fix } of given) await followAdvice(pve, fix);
  const after = await doctor(pve);
  // What is mended in part says so before it is followed.
  const whole = given.filter(({ fix }) => fix?.includes(" alone:\n") !== true);
  const errors = whole.flatMap(({ check, subject, summary }) =>
    after
      .of(check, subject)
      .filter((left) => left.summary === summary || (check === "mappings" && left.status === "error")),
  );
  expect(errors).toEqual([]);
});
