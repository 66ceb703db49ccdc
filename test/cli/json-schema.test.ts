/** What is printed with `--json` is what the published schemas describe, whatever the hardware. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, describe, expect, test } from "vitest";
import { fixtureClusters } from "../support/cli/clusters.ts";
import { closeAll, started } from "../support/cli/doctor.ts";
import { environmentFor, runCli } from "../support/cli/run.ts";

afterEach(closeAll);

const schemas = join(import.meta.dirname, "../../docs/schemas");

function validator(name: string) {
  const schema: unknown = JSON.parse(readFileSync(join(schemas, name), "utf8"));
  // A schema with a word that the dialect does not have is refused.
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  const validate = ajv.compile(schema as object);
  return (text: string) => {
    validate(JSON.parse(text));
    return validate.errors ?? [];
  };
}

const inspected = validator("inspect.schema.json");
const examined = validator("doctor.schema.json");

test.for(fixtureClusters())("%s", async ([, source]) => {
  const pve = await started(source);
  const environment = environmentFor(pve, pve.tokens.root);
  const all = await runCli(["inspect", "--all", "--usage", "--json"], { environment });
  expect(inspected(all.stdout)).toEqual([]);
  const doctor = await runCli(["doctor", "--json"], { environment });
  expect(examined(doctor.stdout)).toEqual([]);
});

describe("the schemas refuse what they do not describe", () => {
  test("a member too many, one too few, and one of another type", async () => {
    const pve = await started();
    const run = await runCli(["inspect", "--json"], { environment: environmentFor(pve) });
    const right = JSON.parse(run.stdout) as { readonly [name: string]: unknown };
    expect(inspected(run.stdout)).toEqual([]);
    expect(inspected(JSON.stringify({ ...right, more: 1 }))).not.toEqual([]);
    expect(inspected(JSON.stringify({ ...right, pools: undefined }))).not.toEqual([]);
    expect(inspected(JSON.stringify({ ...right, devices: null }))).not.toEqual([]);
    expect(inspected(JSON.stringify({ ...right, format_version: "2.0" }))).not.toEqual([]);
  });
});
