/** `inspect`: the devices of the cluster, as a tree, a table, JSON, a configuration or a page. */
import { type Diagnostic, Diagnostics } from "../../framework/diagnostics.ts";
import { presentable } from "../../framework/presentable.ts";
import type { ReadingContext } from "../../provider/data-sources/pci-devices.ts";
import { type PciMappingsReading, readPciMappings } from "../../provider/data-sources/pci-mappings.ts";
import { connect } from "../connection.ts";
import type { Doing } from "../doing.ts";
import { printDiagnostics } from "../messages.ts";
import { ProgressLine } from "../progress.ts";
import type { InspectOptions } from "../request.ts";
import { argumentsOf } from "./arguments.ts";
import { mappingsHcl } from "./hcl.ts";
import { checkWritable, makePage, writePage } from "./html.ts";
import { type Inspection, inspectCluster } from "./inspection.ts";
import { inspectionJson } from "./json.ts";
import { drawTable } from "./table.ts";
import { drawTree } from "./tree.ts";

/** The file that stands for standard output. */
const STANDARD_OUTPUT = "-";

/** @throws DiagnosticError when there is nothing to show; then nothing is on standard output. */
export async function runInspect(
  options: InspectOptions,
  { surroundings, stdout, stderr, signal, now }: Doing,
): Promise<0> {
  const args = argumentsOf(options.html === undefined ? options : { ...options, usage: true });
  if (options.html !== undefined && options.html !== STANDARD_OUTPUT) await checkWritable(options.html);
  const { client } = await connect(options, surroundings);
  const progress = new ProgressLine(stderr);
  try {
    const context = { instance: client, signal };
    const inspection = await inspectCluster(args, context, (answered, asked) =>
      progress.show(answered, asked),
    );
    const mappings = options.hcl === true ? await readMappings(inspection, context) : null;
    progress.end();
    const { endpoint } = client;
    if (options.html !== undefined) {
      const { page, told } = await makePage({
        inspection,
        endpoint,
        version: surroundings.version,
        readAt: now(),
        context,
      });
      if (options.html === STANDARD_OUTPUT) stdout.write(page);
      else {
        await writePage(options.html, page);
        stderr.write(`Wrote ${presentable(options.html)}: open it in a browser.\n`);
      }
      const warnings = options.usage === true ? inspection.warnings : withoutUsageOption(inspection.warnings);
      printDiagnostics([...warnings, ...told], stderr);
      return 0;
    }
    if (mappings !== null) stdout.write(mappingsHcl(inspection.units, mappings.reading, endpoint));
    else if (options.json === true) stdout.write(inspectionJson(inspection, endpoint, surroundings.version));
    else if (options.table === true) stdout.write(drawTable(inspection, stdout));
    else stdout.write(drawTree(inspection, stdout));
    printDiagnostics([...inspection.warnings, ...(mappings?.warnings ?? [])], stderr);
    return 0;
  } finally {
    progress.end();
    await client.close();
  }
}

/** All mappings that may be read, compared with all nodes that can be asked. */
async function readMappings(
  { nodes }: Inspection,
  context: Omit<ReadingContext, "diagnostics">,
): Promise<{ readonly reading: PciMappingsReading; readonly warnings: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  // Nodes that did not answer before have been reported, and are not asked again.
  const asked = nodes.filter(({ status }) => status === "online").map(({ name }) => name);
  const reading = await readPciMappings(
    { names: null, nodes: asked, accept: ["unreachable", "iommu_off"] },
    { ...context, diagnostics },
  );
  return { reading, warnings: [...diagnostics] };
}

/** A page always reads usage: a warning about it is of no option where none was given. */
function withoutUsageOption(warnings: readonly Diagnostic[]): readonly Diagnostic[] {
  return warnings.map((one) => {
    const [step] = one.path;
    return step?.kind === "attribute" && step.name === "include_usage" ? { ...one, path: [] } : one;
  });
}
