/**
 * `npm run pve [-- --hardware FILE]`: a Proxmox to try configurations with, until it is ended. Prints one line of JSON
 * when it is ready: `{"endpoint", "api_token", "ca_file"}`, and on standard error the same to paste into a shell. A hardware file may
 * be edited meanwhile.
 */
import { resolve } from "node:path";
import { readArguments } from "../../../scripts/arguments.ts";
import { setting } from "../../../src/cli/shell.ts";
import { messageOf } from "../../../src/message-of.ts";
import type { Cluster } from "./cluster.ts";
import { applyEdit } from "./hardware-edit.ts";
import { readHardwareFile } from "./hardware-file.ts";
import { onEnd } from "./lifetime.ts";
import { recordedCluster } from "./recorded-cluster.ts";
import { type PveStandIn, startPve } from "./stand-in.ts";
import { trustVariables } from "./trust.ts";
import { watchContent } from "./watch-file.ts";

const { values } = readArguments({
  command: "npm run pve",
  summary:
    "Serves a Proxmox to try configurations with, until it is ended. Prints one line of JSON when it is ready:\nendpoint, api_token and ca_file; and on standard error, three lines to paste into another terminal",
  options: {
    hardware: {
      type: "string",
      value: "FILE",
      description:
        "The cluster to serve; edited meanwhile, it is read again. test/fixtures/clusters has some",
    },
  },
});

/** The recorded PVE 9.2 cluster without its member that is down: reading it would be an error, as on a real one. */
function wholeCluster() {
  const recorded = recordedCluster("pve9");
  for (const [name, { entry }] of recorded.cluster.nodes) {
    if (entry.status === "offline") recorded.cluster.nodes.delete(name);
  }
  return recorded;
}

/** Reads the file again after every edit. One that cannot be used changes nothing. */
function followEdits(file: string, cluster: Cluster): void {
  let now = readHardwareFile(file);
  watchContent(file, () => {
    try {
      const next = readHardwareFile(file);
      const changed = applyEdit(cluster, now, next);
      now = next;
      console.error(
        `${file} is read again: ${changed.length === 0 ? "nothing" : changed.join(", ")} changed.`,
      );
    } catch (error) {
      const why = messageOf(error);
      console.error(
        `Error: ${why.startsWith(file) ? why : `${file}: ${why}`}. What it said before is still served.`,
      );
    }
  });
}

/** What a person pastes into another terminal. */
function exports(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => setting(name, value, process.platform))
    .join("\n");
}

// Before anything is made that would have to be removed.
let pve: PveStandIn | null = null;
let ended = false;
onEnd(() => {
  ended = true;
  if (pve !== null) void pve.close().then(() => process.exit(0));
  else process.exit(0);
});

try {
  // Relative paths begin where npm was called.
  const file =
    values.hardware === undefined ? null : resolve(process.env["INIT_CWD"] ?? process.cwd(), values.hardware);
  const source = file === null ? wholeCluster() : readHardwareFile(file);
  pve = await startPve({ source, unauthorizedDelayMs: 3000 });
  if (!ended) {
    if (file !== null) followEdits(file, pve.cluster);
    const { endpoint, caFile } = pve;
    const token = pve.tokens.mapper;
    console.log(JSON.stringify({ endpoint, api_token: token, ca_file: caFile }));
    console.error(
      exports({ PROXMOX_VE_ENDPOINT: endpoint, PROXMOX_VE_API_TOKEN: token, ...trustVariables(caFile) }),
    );
  }
} catch (error) {
  console.error(`Error: ${messageOf(error)}`);
  process.exitCode = 1;
}
