/** Every kind of fault once through the real OpenTofu: many providers of one plan, each behind a fault of its own. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { judge, type Reference } from "../support/faults/judge.ts";
import { type FaultKind, hasOwnEnvironment } from "../support/faults/kind.ts";
import { faultKinds } from "../support/faults/kinds.ts";
import { NO_FAULT, readReference } from "../support/faults/run.ts";
import { FaultScene } from "../support/faults/scene.ts";
import type { JsonObject } from "../support/pve/json.ts";
import { diagnosticsOf } from "../support/tofu/diagnostics.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { processesWith } from "../support/tofu/process.ts";

const SEED = 7;
/** Providers of one plan; each is a process. */
const AT_A_TIME = 20;

/** Without OpenTofu: what a read asks for, and warns of. */
let reference: Reference;
const scenes: FaultScene[] = [];
beforeAll(async () => {
  reference = await readReference(inject("binary"));
});
afterAll(async () => {
  for (const scene of scenes) await scene.close();
});

const label = (scene: FaultScene): string => `k_${scene.kind.name.replaceAll(/[^a-z0-9]/g, "_")}`;

/** The arguments of all providers: `tofu show -json` prints what a configuration itself says. */
const ARGUMENTS_FILE = "arguments.json";

function configurationOf(scene: FaultScene): string {
  const name = label(scene);
  const lines = (values: object, written: (name: string, value: unknown) => string): string =>
    Object.entries(values)
      .map(([argument, value]) => `  ${argument} = ${written(argument, value)}\n`)
      .join("");
  const fromFile = (argument: string): string =>
    `jsondecode(file("\${path.module}/${ARGUMENTS_FILE}")).${name}.${argument}`;
  return `
provider "gpuhost" {
  alias = "${name}"
${lines(scene.providerArguments, fromFile)}}
data "gpuhost_pci_devices" "${name}" {
  provider = gpuhost.${name}
${lines(scene.readArguments, (_, value) => JSON.stringify(value))}}
output "${name}" {
  value = jsonencode(data.gpuhost_pci_devices.${name})
}
`;
}

/** Plans with a provider for each kind, and judges what it says of each. */
async function planUnder(kinds: readonly FaultKind[]): Promise<string[]> {
  const opened = [await FaultScene.open(NO_FAULT, SEED, [])];
  for (const kind of kinds) opened.push(await FaultScene.open(kind, SEED, reference.requests));
  scenes.push(...opened);
  const environment = Object.assign({}, ...opened.map((scene) => scene.environment)) as Record<
    string,
    string
  >;
  const workspace = workspaceOf(opened.map(configurationOf).join(""), { environment });
  const written = opened.map((scene) => [label(scene), scene.providerArguments] as const);
  workspace.write(ARGUMENTS_FILE, JSON.stringify(Object.fromEntries(written)));
  try {
    await workspace.init();
    const flags = ["-json", "-out=plan.bin", "-consolidate-warnings=false", "-consolidate-errors=false"];
    const run = await workspace.run(["plan", ...flags, `-parallelism=${AT_A_TIME}`]);
    const values = run.status === 0 ? await outputsOf(workspace) : {};
    const diagnostics = diagnosticsOf(run);
    const told = (scene: FaultScene) =>
      diagnostics.filter(({ address }) => address === `data.gpuhost_pci_devices.${label(scene)}`);
    const [plain, ...faulty] = opened;
    if (plain === undefined) throw new Error("there is no scene");
    const without: Reference = {
      told: told(plain),
      state: valuesOf(values, plain),
      requests: reference.requests,
      asked: reference.asked,
    };
    const left = processesWith("HOME", workspace.environment["HOME"] ?? "");
    const strange = diagnostics.filter(({ severity, address }) => severity === "error" && address === null);
    return [
      ...left.map((process) => `${process} is left`),
      ...strange.map(({ summary, detail }) => `an error of nothing: ${summary}: ${detail}`),
      ...faulty.flatMap((scene) => {
        const isError = told(scene).some(({ severity }) => severity === "error");
        const observed = {
          told: told(scene),
          state: isError ? null : valuesOf(values, scene),
          milliseconds: 0,
          waited: 0,
          memory: 0,
          left: [],
          output: run.output,
        };
        // Values are only there when the whole plan succeeds; of a plan that fails, what is told is judged.
        const problems = judge(scene, observed, without).filter(
          (problem) => run.status === 0 || problem !== "the values of a read without the fault",
        );
        return problems.map((problem) => `${scene.kind.name}: ${problem}`);
      }),
    ];
  } finally {
    workspace.remove();
    for (const scene of opened) await scene.close();
    scenes.length = 0;
  }
}

async function outputsOf(workspace: ReturnType<typeof workspaceOf>): Promise<JsonObject> {
  const { stdout } = await workspace.succeed(["show", "-json", "plan.bin"]);
  const plan = JSON.parse(stdout) as { readonly planned_values: { readonly outputs: JsonObject } };
  return plan.planned_values.outputs;
}

/** What stands in the output of a kind, without the arguments, which differ. */
function valuesOf(outputs: JsonObject, scene: FaultScene): Buffer {
  const output = outputs[label(scene)] as { readonly value: string } | undefined;
  if (output === undefined) return Buffer.alloc(0);
  const { devices, gpus, by_node, mappings, pools } = JSON.parse(output.value) as JsonObject;
  const text = JSON.stringify([devices, gpus, by_node, mappings, pools]);
  return createHash("sha256").update(text).digest();
}

const shared = faultKinds.filter((kind) => !hasOwnEnvironment(kind));
const isError = ({ outcome }: FaultKind): boolean => outcome.result === "error";
const batches = [shared.filter(isError), shared.filter((kind) => !isError(kind))].flatMap((kinds) =>
  Array.from({ length: Math.ceil(kinds.length / AT_A_TIME) }, (_, index) =>
    kinds.slice(index * AT_A_TIME, (index + 1) * AT_A_TIME),
  ),
);

it.each(batches.map((kinds) => [kinds.map(({ name }) => name).join(", "), kinds] as const))(
  "a plan with a provider behind each of these tells of each what is right: %s",
  async (_names, kinds) => {
    expect(await planUnder(kinds)).toEqual([]);
  },
);

it.each(faultKinds.filter(hasOwnEnvironment).map((kind) => [kind.name, kind] as const))(
  "a plan tells what is right under: %s",
  async (_name, kind) => {
    expect(await planUnder([kind])).toEqual([]);
  },
);
