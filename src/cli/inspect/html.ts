/** `inspect --html FILE`: reads the mappings too, and writes the page. */
import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
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

/** Makes the page. @returns it with the warnings and errors of reading the mappings. */
export async function makePage({
  context,
  inspection,
  ...input
}: Wish): Promise<{ readonly page: string; readonly told: readonly Diagnostic[] }> {
  const { mappings, told } = await checkedMappings(inspection, context);
  const warnings = [...inspection.warnings, ...told];
  return { page: renderPage({ ...input, inspection: { ...inspection, warnings }, mappings }), told };
}

/** Writes the page; a file that exists is overwritten. @throws DiagnosticError where it cannot be written. */
export async function writePage(file: string, page: string): Promise<void> {
  await explainingRefusal(file, () => writeFile(file, page));
}

/** Looks whether the file may be written, before the cluster is read for it. @throws DiagnosticError */
export async function checkWritable(file: string): Promise<void> {
  await explainingRefusal(file, async () => {
    try {
      if ((await stat(file)).isDirectory()) throw refusal("EISDIR");
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw error;
      // Windows says of what is below a file only that it is not there.
      if (!(await stat(dirname(file))).isDirectory()) throw refusal("ENOTDIR");
      await access(dirname(file), constants.W_OK);
      return;
    }
    await access(file, constants.W_OK);
  });
}

function refusal(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function explainingRefusal(file: string, use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    const detail = `${file} cannot be written (${systemCode(error)}). Name a file in a folder that exists and that you may write to.`;
    throw new DiagnosticError(errorDiagnostic("Page Cannot Be Written", detail, path("html")), {
      cause: error,
    });
  }
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
