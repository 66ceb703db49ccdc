/** `inspect --table`: one line for each function. */
import type { PciDevice } from "../../pci/device.ts";
import type { NamedUnit } from "../../pci/mapping.ts";
import type { Screen } from "../screen.ts";
import { cut, oneLine, padded, widthOf } from "../text.ts";
import { classWord } from "./class-word.ts";
import type { Inspection } from "./inspection.ts";
import { UsersIndex, usageCell } from "./usage-words.ts";

interface Column {
  readonly title: string;
  readonly cell: (device: PciDevice, unit: NamedUnit | undefined) => string;
  /** The order in which columns are dropped on a narrow screen, the highest first. */
  readonly dispensable: number;
}

/** Other columns are dropped before names get fewer columns than this. */
const SHORTEST_NAME = 16;

/** The table; no line is wider than the screen. */
export function drawTable(inspection: Inspection, screen: Screen): string {
  const { devices, units, result } = inspection;
  const unitOf = new Map(units.flatMap((unit) => unit.functions.map((device) => [device, unit] as const)));
  const columns = [...COLUMNS, ...(inspection.usage ? [usersColumn(new UsersIndex(result))] : [])];
  const rows = devices.map((device) => ({
    device,
    name: oneLine(device.name ?? ""),
    cells: columns.map(({ cell }) => oneLine(cell(device, unitOf.get(device)))),
  }));
  const all = columns.map((column, index) => ({
    column,
    index,
    width: Math.max(widthOf(column.title), ...rows.map(({ cells }) => widthOf(cells[index] ?? ""))),
  }));
  const shown = withShortNodes(fitting(all, screen.columns), screen.columns);
  const room = screen.columns === null ? null : screen.columns - widthOfAll(shown);
  const mark = screen.unicode ? "…" : "~";
  const line = (cells: readonly string[], name: string): string => {
    const start = shown
      .map(({ index, width }) => `${padded(cut(cells[index] ?? "", width, mark), width)}  `)
      .join("");
    const whole = `${start}${room === null ? name : cut(name, Math.max(room, 0), mark)}`.trimEnd();
    return screen.columns === null ? whole : cut(whole, screen.columns, mark);
  };
  const titles = columns.map(({ title }) => title);
  return [screen.paint("bold", line(titles, "NAME")), ...rows.map(({ cells, name }) => line(cells, name))]
    .map((text) => `${text}\n`)
    .join("");
}

const COLUMNS: readonly Column[] = [
  { title: "NODE", cell: ({ node }) => node, dispensable: 0 },
  { title: "PATH", cell: ({ path }) => path, dispensable: 0 },
  { title: "ID", cell: ({ id }) => id, dispensable: 1 },
  { title: "SUBSYSTEM", cell: ({ subsystemId }) => subsystemId ?? "", dispensable: 6 },
  { title: "GROUP", cell: ({ iommuGroup }) => String(iommuGroup ?? ""), dispensable: 2 },
  { title: "CLASS", cell: (device) => classWord(device), dispensable: 4 },
  { title: "ISOLATED", cell: (_, unit) => yesOrNo(unit?.isolated ?? null), dispensable: 5 },
  { title: "MAPPING", cell: (_, unit) => unit?.mappingName ?? "", dispensable: 7 },
];

function usersColumn(users: UsersIndex): Column {
  return {
    title: "USED BY",
    cell: ({ node, path }) => usageCell(users.of(node, [path])),
    dispensable: 3,
  };
}

function yesOrNo(value: boolean | null): string {
  if (value === null) return "";
  return value ? "yes" : "no";
}

interface Measured {
  readonly column: Column;
  readonly index: number;
  readonly width: number;
}

/** The columns that fit beside a name. */
function fitting(all: readonly Measured[], columns: number | null): readonly Measured[] {
  if (columns === null) return all;
  const shown = [...all];
  const order = all.filter(({ column }) => column.dispensable > 0).sort(byDispensable);
  for (const next of order) {
    if (widthOfAll(shown) + SHORTEST_NAME <= columns) break;
    shown.splice(shown.indexOf(next), 1);
  }
  return shown;
}

/** Names of nodes are cut where not even the addresses behind them would fit. */
function withShortNodes(shown: readonly Measured[], columns: number | null): readonly Measured[] {
  // Spaces at the end of a line are not printed.
  const over = columns === null ? 0 : widthOfAll(shown) - 2 - columns;
  if (over <= 0) return shown;
  return shown.map((one, index) => (index === 0 ? { ...one, width: Math.max(one.width - over, 1) } : one));
}

function byDispensable(a: Measured, b: Measured): number {
  return b.column.dispensable - a.column.dispensable;
}

function widthOfAll(columns: readonly Measured[]): number {
  return columns.reduce((sum, { width }) => sum + width + 2, 0);
}
