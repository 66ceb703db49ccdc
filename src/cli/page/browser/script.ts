/** The script of the page, as text: functions that are written here and run there. */
import { offerCopies } from "./copying.ts";
import { glanceAt } from "./glancing.ts";
import { lookCloser } from "./looking.ts";
import { findPage } from "./page.ts";
import { rove } from "./roving.ts";
import { search } from "./searching.ts";

/** Each function uses nothing from outside itself, so that its text is all there is to it. */
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
