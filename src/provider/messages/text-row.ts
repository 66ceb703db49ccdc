/** One or more texts of a summary, and their explanation in the documentation. */
export interface TextRow {
  /** Words that are always the same, as the user sees them; `…` stands for the rest. */
  readonly says: readonly string[];
  readonly cause: string;
  readonly mend: string;
}
