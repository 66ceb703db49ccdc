/** The schema that the pages of docs are made of, against the one that a host gets from the packaged provider. */
import { expect, inject, onTestFinished, test } from "vitest";
import { providersSchema } from "../../scripts/docs/providers-schema.ts";
import { providerAddress } from "../../src/provider-address.ts";
import { hostHas } from "../support/tofu/host-has.ts";
import { Workspace } from "../support/tofu/workspace.ts";

test("the schema made for the pages is what tofu providers schema prints", async () => {
  const workspace = new Workspace({
    executable: inject("tofu"),
    mirror: inject("mirror"),
    files: {
      "main.tf": `terraform {
  required_providers {
    gpuhost = { source = "${providerAddress}" }
  }
}
`,
    },
  });
  onTestFinished(() => workspace.remove());
  await workspace.init();
  const { stdout } = await workspace.succeed(["providers", "schema", "-json"]);
  const made = JSON.parse(await providersSchema(providerAddress)) as {
    provider_schemas: Record<string, object>;
  };
  if (!hostHas("functions")) {
    for (const schema of Object.values(made.provider_schemas)) Reflect.deleteProperty(schema, "functions");
  }
  expect(JSON.parse(stdout)).toStrictEqual(made);
});
