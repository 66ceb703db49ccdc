/**
 * `npm run docs`: writes the pages of docs that registries show, and the published schemas. `--check` writes nothing: it compares them, and
 * checks whether registries would accept them. `--schema FILE` writes the schema, from which any terraform-plugin-docs can make the pages.
 */
import { join, resolve } from "node:path";
import { readArguments } from "./arguments.ts";
import { madeFiles, outdatedPages, refusedPages, writePages, writeSchema } from "./docs/pages.ts";
import { projectRoot } from "./project.ts";
import { ensureTool } from "./tools/ensure-tool.ts";

const { values } = readArguments({
  command: "npm run docs",
  summary: "Writes the pages of docs that follow from the templates, the schema and the examples",
  options: {
    check: {
      type: "boolean",
      description:
        "Writes nothing, and fails when a page is not as it would be written or a registry would refuse it",
    },
    schema: {
      type: "string",
      value: "FILE",
      description:
        "Writes no page, but the provider's schema: tfplugindocs validate --provider-name gpuhost --providers-schema FILE",
    },
  },
});
if (values.schema === undefined) await pages();
else await writeSchema(resolve(process.env["INIT_CWD"] ?? ".", values.schema));

async function pages(): Promise<void> {
  const documentation = {
    root: projectRoot,
    tool: await ensureTool("tfplugindocs", (line) => console.error(line)),
  };
  if (values.check === true) {
    const outdated = await outdatedPages(documentation);
    for (const path of outdated) console.error(`${path} is not what npm run docs writes.`);
    const refused = await refusedPages(documentation);
    if (refused !== null) console.error(refused);
    const fine = outdated.length === 0 && refused === null;
    if (fine) console.log("Every page is what npm run docs writes, and registries take it.");
    process.exitCode = fine ? 0 : 1;
  } else {
    await writePages(documentation);
    for (const path of madeFiles(join(projectRoot, "docs"))) console.log(`docs/${path}`);
  }
}
