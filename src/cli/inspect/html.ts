/** `inspect --html FILE`: reads the mappings too, and writes the page. */
import { writeFile } from "node:fs/promises";
import {
  type Diagnostic,
  DiagnosticError,
  Diagnostics,
  errorDiagnostic,
} from "../../framework/diagnostics.ts";
import { path } from "../../framework/path.ts";
import type { ReadingContext } from "../../provider/data-sources/pci-devices.ts";
import { readPciMappings } from "../../provider/data-sources/pci-mappings.ts";
import type { PageInput } from "../page/model.ts";
import { renderPage } from "../page/page.ts";
import { systemCode } from "../system-code.ts";
import type { Inspection } from "./inspection.ts";

interface Wish extends Omit<PageInput, "mappings"> {
  readonly context: Omit<ReadingContext, "diagnostics">;
}

/**
 * Writes the page; a file that exists is overwritten.
 * @returns the warnings and errors of reading the mappings.
 * @throws DiagnosticError where the file cannot be written.
 */
export async function writePage(
  file: string,
  { context, inspection, ...input }: Wish,
): Promise<readonly Diagnostic[]> {
  const { mappings, told } = await checkedMappings(inspection, context);
  const warnings = [...inspection.warnings, ...told];
  const page = renderPage({ ...input, inspection: { ...inspection, warnings }, mappings });
  try {
    await writeFile(file, page);
  } catch (error) {
    const detail = `${file} cannot be written (${systemCode(error)}). Name a file in a folder that exists and that you may write to.`;
    throw new DiagnosticError(errorDiagnostic("Page Cannot Be Written", detail, path("html")), {
      cause: error,
    });
  }
  return told;
}

/**
 * The mappings compared with the hardware of the nodes that were read. Nodes that did not answer before are not asked
 * again.
 */
export async function checkedMappings(
  { hosts }: Inspection,
  context: Wish["context"],
): Promise<{ readonly mappings: PageInput["mappings"]; readonly told: readonly Diagnostic[] }> {
  const diagnostics = new Diagnostics();
  try {
    const args = {
      names: null,
      nodes: hosts.map(({ node }) => node),
      // Reading the devices has reported these already.
      accept: ["unreachable", "iommu_off", "unreported_virtual_functions"],
    };
    const mappings = await readPciMappings(args, { ...context, diagnostics });
    return { mappings, told: [...diagnostics] };
  } catch (error) {
    // A page without mappings is better than no page; Proxmox VE 7 has no mappings at all.
    if (!(error instanceof DiagnosticError) || context.signal.aborted) throw error;
    const told = error.diagnostics.map((one): Diagnostic => ({ ...one, severity: "warning" }));
    return { mappings: null, told };
  }
}
