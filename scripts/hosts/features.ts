/** The features of the provider that are tested under hosts of every version, and their end-to-end tests. */
import type { Capability } from "./capabilities.ts";

export interface Feature {
  readonly title: string;
  /** The files below `test/e2e` with its tests, and which of their tests: all, or those whose title matches. */
  readonly files: Readonly<Record<string, "all" | RegExp>>;
  /** The capability of the host that it needs. */
  readonly needs: Capability;
}

/** A test counts for the first feature that it matches. */
export const features: readonly Feature[] = [
  {
    title: "Functions, `assign` included",
    files: {
      "assign.test.ts": "all",
      "plan.test.ts": /^the functions/,
      "discovery.test.ts": /^parse_lspci/,
    },
    needs: "functions",
  },
  {
    title: "`tofu test`, also with mocks and what they give",
    files: { "plan.test.ts": /^tofu test/ },
    needs: "mocks",
  },
  {
    title: "Reading, and what a plan says of it",
    files: {
      "discovery.test.ts": "all",
      "errors.test.ts": "all",
      "expectations.test.ts": "all",
      "interruption.test.ts": "all",
      "old-hosts.test.ts": "all",
      "plan.test.ts": "all",
      "schema.test.ts": "all",
    },
    needs: "providers",
  },
  {
    title: "Beside bpg/proxmox: mappings, and functions whose results are local values",
    files: {
      "bpg-digits.test.ts": "all",
      "bpg-lists.test.ts": "all",
      "bpg-locals.test.ts": "all",
      "bpg-model-names.test.ts": "all",
      "bpg-pitfalls.test.ts": "all",
      "bpg-upgrade.test.ts": "all",
    },
    needs: "functions",
  },
  {
    title: "Beside bpg/proxmox: functions in `dynamic` blocks, resources that bpg has renamed",
    files: {
      "bpg-by-count.test.ts": "all",
      "bpg-drift.test.ts": "all",
      "bpg-examples.test.ts": "all",
      "bpg-hostpci.test.ts": "all",
      "bpg-moving-over.test.ts": "all",
    },
    needs: "functionsInBlocks",
  },
];
