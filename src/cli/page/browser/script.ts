/** The script of the page, as text: functions that are written here and run in the browser. */
import { offerCopies } from "./copying.ts";
import { glanceAt } from "./glancing.ts";
import { lookCloser } from "./looking.ts";
import { findPage } from "./page.ts";
import { rove } from "./roving.ts";
import { search } from "./searching.ts";

/** Each function uses nothing from outside, so its text is complete. */
export function pageScript(): string {
  const page = `(${findPage})()`;
  const parts = [
    `const page = ${page};`,
    `(${search})(page, (${rove})());`,
    `(${lookCloser})(page, (${glanceAt})(page));`,
    `(${offerCopies})(page);`,
  ];
  return `(() => {\n${parts.join("\n")}\n})();`;
}
