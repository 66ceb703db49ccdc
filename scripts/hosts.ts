/**
 * `npm run test:hosts`: the end-to-end tests under hosts of several versions. A run with all of them writes its table
 * into docs/reliability.md.
 */
import { readArguments, refuse } from "./arguments.ts";
import { describeMachine } from "./bench/machine.ts";
import { features } from "./hosts/features.ts";
import { ensureHost, findTerraform, hostVersions } from "./hosts/host.ts";
import { runHost } from "./hosts/run-host.ts";
import { type HostResult, hostTable, nameOf } from "./reliability/host-table.ts";
import { conditionsOf, writeSection } from "./reliability/page.ts";
import { addTallies, formatTally, type Tally } from "./test/tally.ts";

const usage = {
  command: "npm run test:hosts",
  summary: `Runs the end-to-end tests under OpenTofu ${hostVersions.join(", ")}, and under Terraform where the PATH has it`,
  options: {},
  operands: { name: "HOST", description: "Runs this version, or terraform, alone", most: 10 },
} as const;

const { operands } = readArguments(usage);
for (const operand of operands) {
  if (operand !== "terraform" && !hostVersions.includes(operand))
    refuse(
      usage,
      `There is no host ${JSON.stringify(operand)}; there are ${hostVersions.join(", ")} and terraform.`,
    );
}

const everywhere = [...hostVersions, ...((await findTerraform()) === null ? [] : ["terraform"])];
const results: HostResult[] = [];
const tallies: Tally[] = [];
for (const name of operands.length === 0 ? everywhere : operands) {
  const host = await ensureHost(name, console.log);
  console.log(`== ${nameOf(host)}`);
  const { all, byFeature } = await runHost(name, host);
  console.log(`${nameOf(host)}: ${formatTally(all)}`);
  results.push({ host, tallies: byFeature });
  tallies.push(all);
}
const titles = features.map(({ title }) => title);
const table = hostTable(results, titles, conditionsOf(describeMachine(new Date())));
if (operands.length === 0) {
  writeSection("hosts", table);
  console.log("docs/reliability.md has the table.");
} else {
  console.log(table);
}
const all = addTallies(tallies);
console.log(formatTally(all));
process.exitCode = all.failed === 0 && all.passed > 0 ? 0 : 1;
