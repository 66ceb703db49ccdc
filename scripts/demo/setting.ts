/** What every part of the demo works with. */
import type { Interruption } from "./interruption.ts";
import type { Narrator } from "./narrator.ts";
import type { Workspace } from "./workspace.ts";

export interface Setting {
  readonly environment: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly interruption: Interruption;
  readonly narrator: Narrator;
  /** The provider's executable. */
  readonly gpuhost: string;
  readonly workspace: Workspace;
  /** The user's folder when npm was called; npm runs scripts in the folder of package.json. */
  readonly userFolder: string;
}
