/** Configurations that use this provider, for end-to-end tests. */

import { inject } from "vitest";
import { providerAddress } from "../../../src/provider-address.ts";
import { Workspace, type WorkspaceOptions } from "./workspace.ts";

/** What every configuration begins with. */
const REQUIRED = `terraform {
  required_providers {
    gpuhost = { source = "${providerAddress}" }
  }
}
`;

/** A folder with a configuration for the packaged provider and the real OpenTofu, not yet initialised. */
export function workspaceOf(
  main: string,
  options: Partial<Omit<WorkspaceOptions, "files" | "mirror">> & {
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Workspace {
  const { files, ...rest } = options;
  return new Workspace({
    executable: inject("tofu"),
    mirror: inject("mirror"),
    ...rest,
    files: { "main.tf": `${REQUIRED}${main}`, ...files },
  });
}
