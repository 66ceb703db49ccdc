import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configuredFor, type Plain } from "../support/provider/reading.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
});
afterAll(async () => {
  await pve.close();
});

describe("physical_function with a node", () => {
  it("fails where it names a node that is no member, as paths and nodes do", async () => {
    const provider = await configuredFor(pve);
    const unknown = await provider.read({ physical_function: "nope/c1:00.0" });
    expect(unknown.told).toEqual([
      {
        severity: "error",
        summary: "Node Not Found",
        detail: `"nope" is no node of this cluster (GET /api2/json/nodes at ${pve.endpoint}). Its members are pve1, pve2, pve3 and pve4.`,
        attribute: "physical_function",
      },
    ]);
    const both = await provider.read({ nodes: ["pve3", "nope"], physical_function: "nope/c1:00.0" });
    expect(both.told.map(({ summary, attribute }) => [summary, attribute])).toEqual([
      ["Node Not Found", "nodes[1]"],
    ]);
  });

  it.each<[string, { readonly [name: string]: Plain }]>([
    ["nodes", { nodes: ["pve3"] }],
    ["paths", { paths: ["pve3/03:00.0"] }],
  ])("fails where it is on a node that %s leaves out", async (argument, others) => {
    const { told } = await (await configuredFor(pve)).read({ ...others, physical_function: "pve2/c1:00.0" });
    expect(told.map(({ summary, attribute, detail }) => [summary, attribute, detail.split("\n")[0]])).toEqual(
      [
        [
          "PCI Device Not Found",
          "physical_function",
          `physical_function is on pve2, which ${argument} leaves out: nothing can match both. There is no PCI device at "pve2/c1:00.0": pve2 is not among the nodes that were read. 6 devices were read, of pve3.`,
        ],
      ],
    );
  });

  const MAYBE = "6 devices were read, of pve3. What is meant may be on pve4, left out.";
  it.each([
    ["pve4/c1:00.0", MAYBE],
    ["c1:07.0", MAYBE],
    [
      "pve3/c1:07.0",
      'There is no PCI device at "pve3/c1:07.0", the physical_function. 6 devices were read, of pve3.',
    ],
  ])("only warns where a node was left out, and says of %s what is known", async (parent, known) => {
    const { told } = await (await configuredFor(pve)).read({
      nodes: ["pve3", "pve4"],
      unreachable_nodes: "warn",
      physical_function: parent,
    });
    expect(told.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["warning", "Node Left Out"],
      ["warning", "No PCI Device Matches"],
    ]);
    expect(told[1]?.detail.split("\n")[0]).toBe(
      `The arguments select nothing: every result is empty. ${known}`,
    );
  });
});
