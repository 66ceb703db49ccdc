/** Tables and figures in Markdown. */
import type { Spread } from "./comparison.ts";

/** A table. The first column is text; the others are numbers, aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** A number with its significant digits: 0.123, 1.23, 12.3, 123. */
export function figure(value: number): string {
  if (value >= 99.5) return Math.round(value).toString();
  if (value >= 9.95) return value.toFixed(1);
  return value >= 0.995 ? value.toFixed(2) : value.toFixed(3);
}

/** `1.23 (1.19–1.30)`: the median and the middle half. */
export function spread(values: Spread, format: (value: number) => string = figure): string {
  return `${format(values.median)} (${format(values.low)}–${format(values.high)})`;
}

/** Rounded to a whole number. */
export function whole(value: number): string {
  return Math.round(value).toString();
}

/** A ratio with two digits after the point. */
export function ratio(value: number): string {
  return value.toFixed(value < 0.1 ? 3 : 2);
}

/** Whether a figure is within its target, for a column beside it. */
export function verdict(value: number, target: number): string {
  return value <= target ? `≤ ${target} ✓` : `≤ ${target} ✗`;
}

/** A whole number with separated thousands: `16,000`. */
export function thousands(value: number): string {
  return value.toString().replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
