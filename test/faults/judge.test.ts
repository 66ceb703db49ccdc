/** The judge of runs under faults sees everything that may be wrong. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { judge, MAX_MEMORY_MIB, type Observed, type Reference, SLACK_MS } from "../support/faults/judge.ts";
import type { FaultKind, Outcome } from "../support/faults/kind.ts";
import { FaultScene } from "../support/faults/scene.ts";
import { onRequest, SAME } from "../support/faults/strike.ts";

const TARGET = "/api2/json/nodes/pve1/hardware/pci?pci-class-blacklist=";
const STATE = Buffer.from("values");
const WARNING = { severity: "warning", summary: "IOMMU Is Off", detail: "On pve3." } as const;
const reference: Reference = { told: [WARNING], state: STATE, requests: [TARGET], asked: [TARGET] };

const kind = (outcome: Outcome, asked?: number): FaultKind =>
  onRequest({
    name: "some-fault",
    group: "answer",
    wire: "something",
    outcome,
    ...(asked === undefined ? {} : { asked }),
    send: () => undefined,
  });

const ERROR: Outcome = { result: "error", says: [/is broken/, /Mend it/] };
const LESS: Outcome = { result: "less", warns: /Node Left Out/ };

let same: FaultScene;
let failing: FaultScene;
let less: FaultScene;
beforeAll(async () => {
  same = await FaultScene.open(kind(SAME, 1), 1, [TARGET]);
  failing = await FaultScene.open(kind(ERROR), 1, [TARGET]);
  less = await FaultScene.open(kind(LESS), 1, [TARGET]);
});
afterAll(async () => {
  for (const scene of [same, failing, less]) await scene.close();
});

const observed = (changes: Partial<Observed>): Observed => ({
  told: [WARNING],
  state: STATE,
  milliseconds: 100,
  waited: 0,
  memory: 80,
  output: "",
  left: [],
  ...changes,
});

const failed = (detail: string): Observed =>
  observed({ told: [{ severity: "error", summary: "Unable to Read PCI Devices", detail }], state: null });

const rightDetail = (scene: FaultScene): string =>
  `It is broken.\n\nTried: GET ${TARGET} at ${scene.endpoints[0]}.\n\nMend it.`;

it("finds nothing wrong with what is right", () => {
  expect(judge(same, observed({}), reference)).toEqual([]);
  expect(judge(failing, failed(rightDetail(failing)), reference)).toEqual([]);
  const leftOut = { severity: "warning", summary: "Node Left Out", detail: "pve1" } as const;
  expect(judge(less, observed({ told: [WARNING, leftOut], state: Buffer.from("val") }), reference)).toEqual(
    [],
  );
});

it.each<[string, () => readonly [FaultScene, Observed]]>([
  ["other values than without the fault", () => [same, observed({ state: Buffer.from("others") })]],
  ["an error, where there should be a result", () => [same, failed("It is broken.")]],
  [
    "warnings that nothing calls for",
    () => [same, observed({ told: [WARNING, { ...WARNING, summary: "What?" }] })],
  ],
  ["no warning that says", () => [less, observed({ state: Buffer.from("val") })]],
  ["the values of a read without the fault", () => [less, observed({})]],
  ["no error", () => [failing, observed({})]],
  ["an error without /Mend it/", () => [failing, failed(rightDetail(failing).replace("Mend", "Bend"))]],
  ["names no endpoint", () => [failing, failed(rightDetail(failing).replaceAll("https:", "http:"))]],
  ["does not name the request", () => [failing, failed(rightDetail(failing).replace(TARGET, "/pve1"))]],
  ["does not name the node pve1", () => [failing, failed(rightDetail(failing).replace("pve1", "pve2"))]],
  [
    "2 errors",
    () => {
      const once = failed(rightDetail(failing));
      return [failing, { ...once, told: [...once.told, ...once.told] }];
    },
  ],
  ["values beside an error", () => [failing, { ...failed(rightDetail(failing)), state: STATE }]],
  ["a stack trace", () => [failing, failed(`${rightDetail(failing)}\n    at run (file:///x.ts:1:2)`)]],
  ["words of a bug", () => [failing, failed(`${rightDetail(failing)} undefined`)]],
  ["control characters", () => [failing, failed(`${rightDetail(failing)} \u001b[2J`)]],
  ["a message of", () => [failing, failed(`${rightDetail(failing)} ${"x".repeat(20_000)}`)]],
  ["a secret in the message", () => [failing, failed(`${rightDetail(failing)} ${failing.secrets[0]}`)]],
  ["a secret in the output", () => [same, observed({ output: `log ${same.secrets[1]} log` })]],
  ["a secret in the values", () => [same, observed({ state: Buffer.from(same.secrets[2] ?? "") })]],
  [
    "of them behind other work on the machine, where",
    () => [same, observed({ milliseconds: same.boundMs + SLACK_MS + 1 })],
  ],
  ["of memory were resident", () => [same, observed({ memory: MAX_MEMORY_MIB + 1 })]],
])("finds %s", (problem, make) => {
  expect(judge(...make(), reference).join("\n")).toContain(problem);
});

it("finds a request that was asked too often", () => {
  const [proxy] = same.proxies;
  const request = { method: "GET", target: TARGET, at: 0, until: 1 };
  proxy?.seen.push(request, request);
  expect(judge(same, observed({}), reference)).toEqual([
    `GET ${TARGET} was asked 2 times, where 1 are the most`,
  ]);
});
