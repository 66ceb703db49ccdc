/** What a person asks for, after the arguments are parsed. */
import type { ConnectionOptions } from "./connection.ts";

export type Shell = "bash" | "zsh" | "fish";

export interface InspectOptions extends ConnectionOptions {
  readonly nodes?: readonly string[];
  readonly classes?: readonly string[];
  readonly vendorIds?: readonly string[];
  readonly ids?: readonly string[];
  readonly subsystemIds?: readonly string[];
  readonly paths?: readonly string[];
  readonly nameRegex?: string;
  readonly mdev?: boolean;
  readonly virtualFunctions?: boolean;
  readonly physicalFunction?: string;
  readonly mappingPrefix?: string;
  readonly mappingNames?: string;
  readonly usage?: boolean;
  readonly all?: boolean;
  readonly table?: boolean;
  readonly json?: boolean;
  readonly hcl?: boolean;
  /** The file to write. */
  readonly html?: string;
}

export interface DoctorOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
}

export type Request =
  | { readonly kind: "inspect"; readonly options: InspectOptions }
  | { readonly kind: "doctor"; readonly options: DoctorOptions }
  | { readonly kind: "completion"; readonly shell: Shell };
