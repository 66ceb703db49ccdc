/**
 * A value that is known only after apply, with what is known about it now. Source: go-cty `cty/unknown_refinement.go`
 * and `docs/refinements.md`.
 */
import type { CtyNumber } from "./number.ts";

export interface NumberBound {
  readonly value: CtyNumber;
  readonly inclusive: boolean;
}

/** What is known about an unknown value. An absent member means that nothing is known on that point. */
export interface Refinements {
  readonly nullness?: "null" | "not-null";
  readonly stringPrefix?: string;
  readonly numberMin?: NumberBound;
  readonly numberMax?: NumberBound;
  readonly lengthMin?: number;
  readonly lengthMax?: number;
}

/** An unknown value; without refinements when nothing is known about it. */
export class CtyUnknown {
  readonly refinements: Refinements | undefined;
  constructor(refinements?: Refinements) {
    this.refinements = refinements;
  }
}

/** The unknown value without refinements. */
export const UNKNOWN = new CtyUnknown();
