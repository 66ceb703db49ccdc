/** What `inspect` shows of small clusters that are made for it. */
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import { environmentFor, runCli } from "../support/cli/run.ts";
import { hardwareOf, pciFunction, withOffline } from "../support/provider/hardware.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

describe("a small cluster", () => {
  const MODEL = "GA102 [GeForce RTX 3090]";

  async function inspected(
    source: Parameters<typeof hardwareOf>[0],
    args: readonly string[],
    columns = 80,
    token = (pve: PveStandIn): string => pve.tokens.root,
  ) {
    const pve = await startPve({ source: hardwareOf(source) });
    try {
      const environment = { ...environmentFor(pve, token(pve)), COLUMNS: String(columns) };
      return await runCli(["inspect", ...args], { environment });
    } finally {
      await pve.close();
    }
  }

  test("that has one function in no group is not said to be in none", async () => {
    const sound = pciFunction("0000:01:00.1", "10de:1aef", "040300", -1);
    const gpu = pciFunction("0000:01:00.0", "10de:2204", "030000", 14, MODEL);
    const one = await inspected({ pve1: [gpu, sound] }, []);
    expect(one.stdout).toContain(" · 0000:01:00.1 in no IOMMU group\n");
    const all = await inspected({ pve1: [{ ...gpu, iommugroup: -1 }, sound] }, []);
    expect(all.stdout).toContain(" · in no IOMMU group\n");
  });

  test("shows the addresses of all that is left behind, however narrow the screen", async () => {
    const functions = [0, 1, 2, 3, 4].map((number) =>
      pciFunction(`0000:03:00.${number}`, "10de:2204", number === 0 ? "030000" : "040300", 14, MODEL),
    );
    const other = pciFunction("0000:03:00.7", "8086:1234", "020000", 14);
    const { stdout } = await inspected({ pve1: [...functions, other] }, [], 40);
    const said = stdout.split("without ")[1]?.split("\u00b7")[0] ?? "";
    expect(said.match(/0000:03:00\.\d/g)?.slice(0, 4)).toEqual([
      "0000:03:00.1",
      "0000:03:00.2",
      "0000:03:00.3",
      "0000:03:00.4",
    ]);
    expect(stdout.split("\n").filter((line) => stringWidth(line) > 40)).toEqual([]);
  });

  test("says of a node whether its IOMMU is on, however long its name is", async () => {
    const node = `${"proxmox-".repeat(4)}1`;
    const gpu = pciFunction("0000:01:00.0", "10de:2204", "030000", -1, MODEL);
    const { stdout } = await inspected({ [node]: [gpu] }, [], 40);
    expect(stdout.split("\n").slice(0, 2)).toEqual([node, "  IOMMU off"]);
    const wide = await inspected({ [node]: [gpu] }, [], 44);
    expect(wide.stdout.split("\n")[0]).toBe(`${node}  IOMMU off`);
  });

  test("is a table with whole addresses, however long the names of nodes are", async () => {
    const node = `${"proxmox-".repeat(6)}1`;
    const gpu = pciFunction("0000:01:00.0", "10de:2204", "030000", 14, MODEL);
    const narrow = await inspected({ [node]: [gpu] }, ["--table"], 40);
    expect(narrow.stdout).toBe(
      "NODE                        PATH\nproxmox-proxmox-proxmox-p…  0000:01:00.0\n",
    );
    const wide = await inspected({ [node]: [gpu] }, ["--table"], 80);
    expect(wide.stdout).toContain(`\n${node}  0000:01:00.0`);
  });

  test("no progress is told of a read that asks no node", async () => {
    const source = { ...withOffline(hardwareOf({ pve1: [], pve2: [] }), ["pve2"]), quorate: true };
    const pve = await startPve({ source });
    const run = await runCli(["inspect", "--nodes", "pve2"], { environment: environmentFor(pve) });
    await pve.close();
    expect(run.stdout).toBe("pve2  offline, not read\n");
    expect(run.stderr).toMatch(/^warning: Node Left Out\n/);
  });

  test("with a page, no warning is of an option that was not given", async () => {
    const source = { pve1: [pciFunction("0000:01:00.0", "10de:2204", "030000", 14, MODEL)] };
    const unprivileged = ({ tokens }: PveStandIn): string => tokens.discovery;
    const head = "warning: Usage May Be Incomplete";
    expect((await inspected(source, ["--html", "-"], 80, unprivileged)).stderr).toContain(`${head}\n`);
    for (const args of [["--usage"], ["--usage", "--html", "-"]]) {
      expect((await inspected(source, args, 80, unprivileged)).stderr).toContain(`${head} (--usage)\n`);
    }
  });
});
