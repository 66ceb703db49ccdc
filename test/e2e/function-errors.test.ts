/** The first lines of errors about functions, which are the host's: the guide of messages has each of them. */
import { expect, inject, onTestFinished, test } from "vitest";
import { executablesOnPath } from "../../scripts/tools/on-path.ts";
import { readProjectFile } from "../support/documentation.ts";
import { tableRows } from "../support/markdown.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";

/** What is in quotes in the first column of the table of messages that are not from this provider. */
const explained = tableRows(readProjectFile("docs/guides/when-something-goes-wrong.md")).flatMap(
  ([says = ""]) => [...says.matchAll(/"([^"]+)"/g)].map(([, line = ""]) => line),
);

const ARGUMENT = "Invalid function argument";

/** Calls by what is wrong with them, and the first line. Where both hosts say it otherwise, Terraform's is the second. */
const calls: Readonly<Record<string, readonly [call: string, firstLine: string, terraform?: string]>> = {
  "a value that the function refuses": ['gpuhost::path("nonsense")', ARGUMENT],
  "one in an element": ["gpuhost::hostpci([null])", ARGUMENT],
  "one of the parameters for the rest": ['gpuhost::hostpci(["a"], { nope = 1 })', ARGUMENT],
  "more values than may be for the rest": ['gpuhost::hostpci(["a"], {}, {})', ARGUMENT],
  "a request that cannot be satisfied": ["gpuhost::assign([], { worker = 1 })", ARGUMENT],
  null: ["gpuhost::path(null)", ARGUMENT],
  "a value of another type": ['gpuhost::hostpci("a")', ARGUMENT],
  "too few values": ['gpuhost::mapping_name("pve1")', "Not enough function arguments"],
  "too many": ['gpuhost::path("03:00.0", "a")', "Too many function arguments"],
  "values from a list that is null": ["gpuhost::path(null...)", "Invalid expanding argument value"],
  "a function that there is not": [
    'gpuhost::nope("a")',
    "Function not found in provider",
    "Unknown provider function",
  ],
  "a provider that the module does not require": [
    'gpu::path("03:00.0")',
    "Unknown function provider",
    "Unknown provider function",
  ],
};

const [terraform] = executablesOnPath("terraform");
const hosts = new Map([[inject("host").product, inject("tofu")]]);
if (terraform !== undefined) hosts.set("terraform", terraform);

test.each(
  [...hosts].flatMap(([product, executable]) =>
    Object.entries(calls).map(([wrong, [call, line, other]]) => ({
      product,
      executable,
      wrong,
      call,
      line: product === "terraform" ? (other ?? line) : line,
    })),
  ),
)("$product: $wrong: $line", async ({ executable, call, line }) => {
  const workspace = workspaceOf(`output "value" {\n  value = provider::${call}\n}\n`, { executable });
  onTestFinished(() => workspace.remove());
  const init = await workspace.run(["init", "-no-color"]);
  const { output } = init.status === 0 ? await workspace.run(["plan", "-no-color"]) : init;
  expect(/^(?:\W )?Error: (.+)$/m.exec(output)?.[1]).toBe(line);
  expect(explained).toContain(line);
});
