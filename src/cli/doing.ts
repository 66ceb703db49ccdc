/** What a command works with. */
import type { Surroundings } from "./connection.ts";
import type { Screen } from "./screen.ts";

export interface Doing {
  readonly surroundings: Surroundings;
  /** For results. */
  readonly stdout: Screen;
  /** For progress and messages. */
  readonly stderr: Screen;
  /** Aborted when the person interrupts. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
}
