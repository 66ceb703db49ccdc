/** Of the constructors of diagnostics: what they take. It is `tsc` that tests this. */
import { Diagnostics, errorDiagnostic, warningDiagnostic } from "../../src/framework/diagnostics.ts";

errorDiagnostic("Node Not Found", "It is in a table, as an error.");
warningDiagnostic("IOMMU Is Off", "It is in a table, as a warning.");
new Diagnostics().error("PCI Device Not Found", "It may be either.");
new Diagnostics().warning("PCI Device Not Found", "It may be either.");

// @ts-expect-error no table has it
errorDiagnostic("Something Went Wrong", "");
// @ts-expect-error no table has it
new Diagnostics().warning("Something Looks Odd", "");
// @ts-expect-error it is a warning
errorDiagnostic("IOMMU Is Off", "");
// @ts-expect-error it is an error
new Diagnostics().warning("Node Not Found", "");
