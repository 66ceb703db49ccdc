/** What holds of every decoder, with fewer runs than `npm run test:fuzz` has. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { decoderProperties } from "../support/fuzz/properties.ts";

const RUNS = 300;

describe.each(decoderProperties)("$decoder:", ({ holds, property }) => {
  it(holds, () => {
    fc.assert(property(), { numRuns: RUNS });
  });
});
