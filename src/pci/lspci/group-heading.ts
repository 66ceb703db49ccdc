/**
 * How scripts that list IOMMU groups name a group: `IOMMU Group 15:` above its devices, `IOMMU Group 15 ` or `group 15
 * ` before each of them, and the other variants in circulation.
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
  /** The rest of its line; empty for a heading. */
  readonly rest: string;
}

/** The IOMMU group at the start of a line; null when there is none. */
export function readGroupHeading(text: string): GroupHeading | null {
  const branch = BRANCH.exec(text);
  if (branch !== null) return { group: Number(branch[1]), rest: "" };
  const match = GROUP.exec(text);
  if (match === null) return null;
  const rest = text.slice(match[0].length);
  const isHeading = DECORATION.test(rest) || REMARK.test(rest);
  return { group: Number(match[1]), rest: isHeading ? "" : rest.replace(SEPARATOR, "") };
}

/** Whether a line is lspci's own `IOMMU group: 15`, which comes after a device. Some scripts use it as a heading. */
export function isGroupDetail(text: string): boolean {
  return /^IOMMU group: \d{1,9}$/i.test(text);
}
