/** The plots of a report, as SVG. Vega-Lite draws them without a browser and without native code. */
import { parse, View } from "vega";
import { compile } from "vega-lite";
import type { Growth } from "../growth.ts";
import { thousands } from "../markdown.ts";
import type { PlanSection } from "../plans.ts";
import type { Results } from "../results.ts";
import type { StartFigures } from "../start.ts";

/** By file name. */
export async function plotsOf({ start, plans, growth }: Results): Promise<ReadonlyMap<string, string>> {
  const specs: (readonly [string, object] | undefined)[] = [
    start && ["start.svg", startPlot(start)],
    plans && ["plans.svg", plansPlot(plans)],
    growth && ["growth.svg", growthPlot(growth)],
    growth && ["stages.svg", stagesPlot(growth)],
  ];
  const drawn = specs
    .filter((spec) => spec !== undefined)
    .map(async ([name, spec]) => [name, await draw(spec)] as const);
  return new Map(await Promise.all(drawn));
}

async function draw(spec: object): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}

const COMMON = { background: "white", padding: 12 } as const;
const COLOURS = {
  domain: ["bpg", "gpus", "everything", "gpuhost", "usual"],
  range: ["#9aa5b1", "#1f6feb", "#8250df", "#1f6feb", "#d4a72c"],
};

function startPlot(start: Readonly<Record<string, StartFigures>>): object {
  const values = Object.entries(start).map(([name, { schema }]) => ({ name, ...schema }));
  return {
    ...COMMON,
    title: "Exec to schema, ms (median and middle half)",
    width: 480,
    data: { values },
    encoding: { y: { field: "name", type: "nominal", title: null, sort: null } },
    layer: [
      {
        mark: "bar",
        encoding: {
          x: { field: "median", type: "quantitative", title: "ms" },
          color: { field: "name", type: "nominal", legend: null, scale: COLOURS },
        },
      },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
      },
    ],
  };
}

function plansPlot(plans: readonly PlanSection[]): object {
  const values = plans.flatMap((section) =>
    Object.entries(section.contestants)
      .filter(([name]) => name !== "bpg")
      .map(([name, { wallRatio }]) => ({
        size: `${section.nodes} × ${thousands(section.functions)}, ${section.delayMs} ms`,
        name,
        ...wallRatio,
      })),
  );
  return {
    ...COMMON,
    title: "tofu plan, by the clock, as a ratio to bpg's (less is faster)",
    width: 480,
    data: { values },
    encoding: {
      y: { field: "size", type: "nominal", title: "nodes × functions, delay", sort: null },
      yOffset: { field: "name", type: "nominal", sort: null },
      color: {
        field: "name",
        type: "nominal",
        title: null,
        scale: { domain: ["gpus", "mappings", "everything"], range: ["#1f6feb", "#2da44e", "#8250df"] },
      },
    },
    layer: [
      { mark: "bar", encoding: { x: { field: "median", type: "quantitative", title: "× bpg" } } },
      {
        mark: { type: "rule", strokeWidth: 2, color: "black" },
        encoding: {
          x: { field: "low", type: "quantitative" },
          x2: { field: "high" },
          color: { value: "black" },
        },
      },
      {
        data: { values: [{ bpg: 1 }] },
        mark: { type: "rule", strokeDash: [4, 4] },
        encoding: {
          x: { field: "bpg", type: "quantitative" },
          y: { value: 0 },
          y2: { value: "height" },
          yOffset: { value: 0 },
          color: { value: "#57606a" },
        },
      },
    ],
  };
}

function growthPlot({ points }: Growth): object {
  const values = points.flatMap(({ devices, wall, cpu, memory }) => [
    { devices, what: "clock, ms", value: wall.median },
    { devices, what: "processors, ms", value: cpu.median },
    { devices, what: "memory, MiB", value: memory.median },
  ]);
  return {
    ...COMMON,
    title: "One read of everything",
    width: 480,
    height: 300,
    data: { values },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "devices", type: "quantitative", scale: { type: "log" }, title: "devices" },
      y: { field: "value", type: "quantitative", scale: { type: "log" }, title: null },
      color: { field: "what", type: "nominal", title: null },
    },
  };
}

function stagesPlot({ points }: Growth): object {
  const order = ["http", "parse", "select", "group", "encode"];
  const values = points.flatMap(({ devices, stages }) =>
    Object.entries(stages).map(([stage, value]) => ({
      devices,
      stage,
      order: order.indexOf(stage),
      value: (value / devices) * 1000,
    })),
  );
  return {
    ...COMMON,
    title: "What each stage takes, µs a device",
    width: 480,
    height: 300,
    data: { values },
    mark: "bar",
    encoding: {
      x: { field: "devices", type: "ordinal", title: "devices" },
      y: { field: "value", type: "quantitative", title: "µs a device" },
      color: { field: "stage", type: "nominal", title: null, sort: order },
      order: { field: "order" },
    },
  };
}
