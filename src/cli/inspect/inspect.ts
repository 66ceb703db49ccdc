/** `inspect`: the devices of the cluster, as a tree, a table, JSON or a configuration. */
import { connect } from "../connection.ts";
import type { Doing } from "../doing.ts";
import { printDiagnostics } from "../messages.ts";
import { ProgressLine } from "../progress.ts";
import type { InspectOptions } from "../request.ts";
import { argumentsOf } from "./arguments.ts";
import { inspectCluster } from "./inspection.ts";
import { inspectionJson } from "./json.ts";
import { drawTable } from "./table.ts";
import { drawTree } from "./tree.ts";

/** @throws DiagnosticError where nothing can be shown; then nothing is on standard output. */
export async function runInspect(
  options: InspectOptions,
  { surroundings, stdout, stderr, signal }: Doing,
): Promise<0> {
  const args = argumentsOf(options);
  const { client, settings } = await connect(options, surroundings);
  const progress = new ProgressLine(stderr);
  try {
    const context = { instance: client, signal };
    const inspection = await inspectCluster(args, context, (answered, asked) =>
      progress.show(answered, asked),
    );
    progress.end();
    const endpoint = settings.endpoints[0]?.url ?? "";
    if (options.json === true) stdout.write(inspectionJson(inspection, endpoint, surroundings.version));
    else if (options.table === true) stdout.write(drawTable(inspection, stdout));
    else stdout.write(drawTree(inspection, stdout));
    printDiagnostics(inspection.warnings, stderr);
    return 0;
  } finally {
    progress.end();
    await client.close();
  }
}
