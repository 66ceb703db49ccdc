/** One or more texts that stand behind a summary, and what the documentation says of them. */
export interface TextRow {
  /** Words that do not vary, as the user sees them; `…` stands for what does. */
  readonly says: readonly string[];
  readonly cause: string;
  readonly mend: string;
}
