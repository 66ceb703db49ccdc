/** Summaries of providers that exist in tests alone. Types are for the whole project, so a test makes sure that no source has one. */
export const inventedSummaries = {
  A: { as: "either" },
  "A \u001b[2J": { as: "error" },
  "A \\u001b[2J": { as: "error" },
  "A \ud800": { as: "warning" },
  "A \ufffd": { as: "warning" },
  B: { as: "warning" },
  C: { as: "error" },
  Crowd: { as: "warning" },
  Failed: { as: "error" },
  "Gates Open": { as: "warning" },
  "Left Out": { as: "warning" },
  "No Animals": { as: "error" },
  "No Token": { as: "error" },
  "Not Found": { as: "error" },
  Nowhere: { as: "error" },
  Old: { as: "warning" },
  Slow: { as: "warning" },
  "Too Many": { as: "error" },
  "Unable to Connect": { as: "error" },
} as const;

type Invented = typeof inventedSummaries;

declare module "../../src/framework/message.ts" {
  interface Summaries extends Invented {}
}
