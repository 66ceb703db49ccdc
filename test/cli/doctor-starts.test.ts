/** What `doctor` says of any guests is what Proxmox does when they start, and what it advises mends that. */
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { passthroughArbitrary } from "../support/cli/arbitrary-passthrough.ts";
import { closeAll, doctor, started } from "../support/cli/doctor.ts";
import { commandsOf, followAdvice } from "../support/cli/pvesh.ts";
import { startGuest } from "../support/pve/guest-start.ts";
import { type Hardware, hardwareCluster } from "../support/pve/hardware-file.ts";
import { TaskError } from "../support/pve/task.ts";

afterEach(closeAll);

type Checks = Awaited<ReturnType<typeof doctor>>;

/** How starts end, one after the other: the numbers of the guests that do not start. */
function failing(source: Hardware, vmids: readonly number[]): readonly number[] {
  const { cluster } = hardwareCluster(source);
  return vmids.filter((vmid) => {
    const guest = cluster.guests.get(vmid);
    if (guest === undefined) throw new Error(`there is no guest ${vmid}`);
    try {
      startGuest(cluster, guest);
      return false;
    } catch (error) {
      if (error instanceof TaskError) return true;
      throw error;
    }
  });
}

const errorsOf = ({ of }: Checks, check: string, subject?: string) =>
  of(check, subject).filter(({ status }) => status === "error");

/** A guest that loses virtual functions: by itself it may start. */
const LOSES = /are gone when it starts|may remove the virtual functions/;

/** Whether it is told that a guest does not start. */
function isTold(checks: Checks, vmid: number): boolean {
  const inGroup = errorsOf(checks, "isolation").every(
    ({ summary }) => !summary.includes("no guest starts on it"),
  );
  return (
    !inGroup ||
    errorsOf(checks, "iommu").length > 0 ||
    checks.of("guests", String(vmid)).some(({ status, summary }) => status === "error" || LOSES.test(summary))
  );
}

test("guests that do not start have an error, and only they", async () => {
  await fc.assert(
    fc.asyncProperty(passthroughArbitrary, async (source) => {
      const checks = await doctor(await started(source));
      await closeAll();
      const guests = (source.guests ?? []).filter(({ template }) => template !== 1);
      const able = guests.filter(({ vmid }) => failing(source, [vmid]).length === 0);
      const blamed = able.flatMap(({ vmid }) =>
        errorsOf(checks, "guests", String(vmid)).filter(({ summary }) => !LOSES.test(summary)),
      );
      const silent = guests.filter((guest) => !able.includes(guest) && !isTold(checks, guest.vmid));
      expect({ blamed, silent }).toEqual({ blamed: [], silent: [] });
    }),
    { numRuns: 60 },
  );
});

test("guests that start at boot, and of which one is too late, are told", async () => {
  await fc.assert(
    fc.asyncProperty(passthroughArbitrary, async (source) => {
      const checks = await doctor(await started(source));
      await closeAll();
      const able = (source.guests ?? [])
        .filter(
          ({ template, onboot, vmid }) =>
            template !== 1 && onboot === 1 && failing(source, [vmid]).length === 0,
        )
        .map(({ vmid }) => vmid);
      const losses = checks.of("guests").filter(({ summary }) => LOSES.test(summary));
      const told = [...errorsOf(checks, "usage"), ...losses].map(({ summary }) => summary).join("\n");
      expect(failing(source, able).filter((vmid) => !told.includes(String(vmid)))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("every command ends what it is given for, and makes no other error", async () => {
  await fc.assert(
    fc.asyncProperty(passthroughArbitrary, async (source) => {
      const { checks } = await doctor(await started(source));
      for (const { check, subject, summary, fix } of checks.filter((one) => commandsOf(one.fix).length > 0)) {
        const pve = await started(source);
        await followAdvice(pve, fix);
        const after = await doctor(pve);
        expect(after.of(check, subject).map((one) => one.summary)).not.toContain(summary);
        // Guests that name a mapping that is deleted are to be given another.
        const worse = after.checks.filter(
          (one) =>
            one.status === "error" &&
            !checks.some(
              (was) => was.status === "error" && was.check === one.check && was.subject === one.subject,
            ),
        );
        expect(fix?.includes("pvesh delete") === true ? [] : worse).toEqual([]);
      }
      await closeAll();
    }),
    { numRuns: 15 },
  );
});
