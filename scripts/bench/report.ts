/** The page with the measurements. */
import { exponentOf } from "./exponent.ts";
import type { Growth, GrowthPoint } from "./growth.ts";
import { figure, ratio, spread, table, thousands, verdict, whole } from "./markdown.ts";
import type { PlanFigures, PlanSection } from "./plans.ts";
import { planTarget, type Results, TARGETS } from "./results.ts";
import type { StartFigures } from "./start.ts";
import type { Traffic } from "./traffic.ts";

/** The folder beside the report, with its plots and the raw figures. */
export const FIGURES_FOLDER = "benchmarks";

/** The report in Markdown. */
export function reportOf(results: Results): string {
  const sections = [
    heading(results),
    results.start && startSection(results.start),
    results.plans && plansSection(results.plans),
    results.plans && loadSection(results.plans),
    results.growth && growthSection(results.growth),
  ];
  return `${sections.filter((section) => section !== undefined).join("\n\n")}\n`;
}

function heading({ machine, took }: Results): string {
  const { versions } = machine;
  return `# Benchmarks

Written by \`npm run bench\`; the raw figures are in [results.json](${FIGURES_FOLDER}/results.json). What was done to get there, and what
did not help, is in [Performance](performance.md).

gpuhost ${versions.gpuhost} (Node ${versions.node}) beside the real bpg/proxmox ${versions.bpg}, both under OpenTofu ${versions.opentofu}, on ${machine.date}: ${machine.processors} processors
(${machine.processor}), ${thousands(machine.memory)} MiB, Linux ${machine.kernel}, load ${figure(machine.load)} before it began.

Contestants take turns, and a ratio is one of two runs right after one another; the tables give medians, and in brackets the middle
half. No time counts before a run has been seen to return everything, and every run counts it again. Proxmox is a server of
our own in a process of its own, whose answers lie ready. Of 100 functions of a node 14 are the main ones of a unit: eight graphics
cards with sound, and accelerators with their virtual functions. Measuring took ${duration(took)}.`;
}

function duration(took: Results["took"]): string {
  const seconds = Object.values(took).reduce((sum, part) => sum + part, 0);
  return seconds < 90 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
}

function startSection(start: Readonly<Record<string, StartFigures>>): string {
  const rows = Object.values(start).map((one) => [
    one.title,
    spread(one.tofu, whole),
    spread(one.tofuRatio, ratio),
    spread(one.handshake, whole),
    spread(one.schema, whole),
    figure(one.resident.median),
    one.size === null ? "–" : figure(one.size),
  ]);
  const own = start["gpuhost"];
  return `## Start-up

What the first of the three launches of a plan takes: \`tofu providers schema\` as a whole, and with a host of our own the time from
exec to the handshake line and to the schema over mutual TLS, and the memory there.

${table(["", "tofu providers schema, ms", "× bpg", "handshake, ms", "schema, ms", "memory, MiB", "size, MiB"], rows)}
${own === undefined ? "" : `\nTarget for \`tofu providers schema\`: ${verdict(own.tofuRatio.median, TARGETS.start)}\n`}
![Start-up](${FIGURES_FOLDER}/start.svg)`;
}

function plansSection(plans: readonly PlanSection[]): string {
  const rows = plans.flatMap((section) =>
    Object.entries(section.contestants).map((entry) => planRow(section, entry)),
  );
  return `## Plans

\`tofu plan\` of a configuration that reads all nodes: by the clock, and of processors in OpenTofu and the provider. bpg reads a node for
each instance of \`data "proxmox_hardware_pci"\`, without its default filter, so that both read the same. The memory is the most that the
provider's process had.

${table(
  [
    "nodes × functions, delay, rounds",
    "contestant",
    "clock, s",
    "× bpg",
    "target",
    "processors, s",
    "× bpg",
    "memory, MiB",
  ],
  rows,
)}

![Plans](${FIGURES_FOLDER}/plans.svg)`;
}

function planRow(section: PlanSection, [name, figures]: [string, PlanFigures]): string[] {
  const target = planTarget(section, name);
  return [
    `${sizeOf(section)}, ${section.delayMs} ms, ${section.rounds}`,
    figures.title,
    spread(figures.wall),
    name === "bpg" ? "1" : spread(figures.wallRatio, ratio),
    target === undefined ? "" : verdict(figures.wallRatio.median, target),
    spread(figures.cpu),
    name === "bpg" ? "1" : spread(figures.cpuRatio, ratio),
    whole(figures.memory),
  ];
}

function loadSection(plans: readonly PlanSection[]): string {
  const rows = plans.flatMap((section) =>
    Object.values(section.contestants).map(({ title, traffic }) => [
      `${sizeOf(section)}, ${section.delayMs} ms`,
      title,
      ...trafficCells(traffic),
    ]),
  );
  const head = [
    "nodes × functions, delay",
    "contestant",
    "requests",
    "of hardware/pci",
    "TLS handshakes",
    "resumed",
    "KiB",
    "gzip",
    "at once, a node",
    "at once, in all",
  ];
  return `## Load put on Proxmox

By one plan. Proxmox closes the connection behind every list of devices, so that each takes a handshake; one that resumes a session
spares both sides the certificate.

${table(head, rows)}`;
}

function trafficCells(traffic: Traffic): string[] {
  const requests = Object.values(traffic.requests).reduce((sum, count) => sum + count, 0);
  return [
    requests,
    traffic.requests["/nodes/{node}/hardware/pci"] ?? 0,
    traffic.handshakes,
    traffic.resumed,
    Math.round(traffic.bytes / 1024),
    traffic.compressed,
    traffic.peakPerNode,
    traffic.peak,
  ].map(thousands);
}

function growthSection({ points, exponents }: Growth): string {
  const head = ["devices", "clock, ms", "processors, ms", "memory, MiB", "answer, MiB"];
  const rows = points.map((point) => [
    thousands(point.devices),
    spread(point.wall, whole),
    spread(point.cpu, whole),
    figure(point.memory.median),
    figure(point.size),
  ]);
  const stages = ["http", "parse", "select", "group", "encode"] as const;
  const stageRows = points.map(({ devices, stages: times }: GrowthPoint) => [
    thousands(devices),
    ...stages.map((stage) => figure(times[stage])),
  ]);
  return `## Growth

One read of everything by the provider alone, without OpenTofu, of clusters of twenty nodes. The exponents are those of the power laws
that fit best: clock ${exponents.wall.toFixed(2)}, processors ${exponents.cpu.toFixed(2)}, memory ${exponents.memory.toFixed(2)} (${verdict(Math.max(exponents.wall, exponents.cpu, exponents.memory), TARGETS.exponent)}).
What a read takes however small it is makes them low; between the two largest clusters, where it hardly counts, they are
${lastExponent(points, "wall")}, ${lastExponent(points, "cpu")} and ${lastExponent(points, "memory")}.

${table(head, rows)}

![Growth](${FIGURES_FOLDER}/growth.svg)

What each stage takes, in milliseconds, run one after the other in a fresh process: asking and receiving; decompressing, parsing and
checking; devices, slots, groups and filters; units, mappings and results; MessagePack.

${table(["devices", ...stages], stageRows)}

![Stages](${FIGURES_FOLDER}/stages.svg)`;
}

function lastExponent(points: readonly GrowthPoint[], figure: "wall" | "cpu" | "memory"): string {
  return exponentOf(points.slice(-2).map((point) => [point.devices, point[figure].median])).toFixed(2);
}

function sizeOf({ nodes, functions }: PlanSection): string {
  return `${nodes} × ${thousands(functions)}`;
}
