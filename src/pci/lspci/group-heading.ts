/**
 * The words with which scripts that list IOMMU groups name one: `IOMMU Group 15:` above its devices, `IOMMU Group 15 `
 * or `group 15 ` before each of them, in the variants that go from hand to hand.
 */

const GROUP =
  /^[\s#=*|•·+─-]*(?:\[R(?:ESET)?\]\s*)?[[(]?(?:iommu[ _-]?)?group[ \t]*[:#=]?[ \t]*[[(]?(\d{1,9})(?![\w.])[\])]?/i;
/** `├── 15`, in a tree. */
const BRANCH = /^[│| ]*[├└]─{1,8} ?(\d{1,9})$/u;
const DECORATION = /^[\s:=#*)\]|─-]*$/u;
const REMARK = /^[ \t]*\([^()]{0,80}\)[\s:]*$/;
const SEPARATOR = /^[\s:=|,–─-]*(?:>\s*)?/u;

export interface GroupHeading {
  readonly group: number;
  /** What stands behind it on its line, `` for a heading. */
  readonly rest: string;
}

/** The IOMMU group with which a line begins; null when it begins with something else. */
export function readGroupHeading(text: string): GroupHeading | null {
  const branch = BRANCH.exec(text);
  if (branch !== null) return { group: Number(branch[1]), rest: "" };
  const match = GROUP.exec(text);
  if (match === null) return null;
  const rest = text.slice(match[0].length);
  const isHeading = DECORATION.test(rest) || REMARK.test(rest);
  return { group: Number(match[1]), rest: isHeading ? "" : rest.replace(SEPARATOR, "") };
}

/** Whether a line is lspci's own `IOMMU group: 15`, which stands below a device; some scripts head their lists with it. */
export function isGroupDetail(text: string): boolean {
  return /^IOMMU group: \d{1,9}$/i.test(text);
}
