import { describe, expect, it } from "vitest";
import {
  DiagnosticError,
  Diagnostics,
  errorDiagnostic,
  warningDiagnostic,
} from "../../src/framework/diagnostics.ts";
import { path } from "../../src/framework/path.ts";

describe("Diagnostics", () => {
  it("keeps the order in which they were added and says each only once", () => {
    const diagnostics = new Diagnostics();
    diagnostics.warning("Left Out", "pve2 is offline.", path("nodes", 1));
    diagnostics.error("Not Found", "There is no pve3.");
    diagnostics.add(warningDiagnostic("Left Out", "pve2 is offline.", path("nodes", 1)));
    expect([...diagnostics]).toEqual([
      {
        severity: "warning",
        summary: "Left Out",
        detail: "pve2 is offline.",
        path: [
          { kind: "attribute", name: "nodes" },
          { kind: "index", index: 1 },
        ],
      },
      { severity: "error", summary: "Not Found", detail: "There is no pve3.", path: [] },
    ]);
  });

  it.each([
    ["severity", errorDiagnostic("A", "b", path("c"))],
    ["summary", warningDiagnostic("B", "b", path("c"))],
    ["detail", warningDiagnostic("A", "c", path("c"))],
    ["path", warningDiagnostic("A", "b", path("c", 0))],
    ["kind of step", warningDiagnostic("A", "b", path({ key: "c" }))],
  ])("tells two apart that differ in %s", (_difference, other) => {
    const diagnostics = new Diagnostics();
    diagnostics.warning("A", "b", path("c"));
    diagnostics.add(other);
    expect([...diagnostics]).toHaveLength(2);
  });

  it("has no errors as long as there are only warnings", () => {
    const diagnostics = new Diagnostics();
    diagnostics.warning("A", "b");
    expect(diagnostics.hasErrors).toBe(false);
    expect(diagnostics.errors).toEqual([]);
    expect(() => diagnostics.throwErrors()).not.toThrow();
  });

  it("throws errors together with the warnings that came before", () => {
    const diagnostics = new Diagnostics();
    diagnostics.warning("Left Out", "pve2 is offline.");
    diagnostics.error("Not Found", "There is no pve3.");
    expect(diagnostics.hasErrors).toBe(true);
    expect(() => diagnostics.throwErrors()).toThrow(
      new DiagnosticError([
        warningDiagnostic("Left Out", "pve2 is offline."),
        errorDiagnostic("Not Found", "There is no pve3."),
      ]),
    );
  });
});

describe("DiagnosticError", () => {
  it("carries its diagnostics, and says them in its message", () => {
    const cause = new Error("refused");
    const error = new DiagnosticError(errorDiagnostic("Unable to Connect", "pve1 refused."), { cause });
    expect(error.message).toBe("Unable to Connect: pve1 refused.");
    expect(error.cause).toBe(cause);
    expect(error.diagnostics).toEqual([errorDiagnostic("Unable to Connect", "pve1 refused.")]);
  });
});
