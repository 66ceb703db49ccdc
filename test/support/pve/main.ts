/**
 * `npm run pve [-- --hardware FILE]`: a Proxmox to try configurations with, until it is ended. Prints one line of JSON
 * when it is ready: `{"endpoint", "api_token", "ca_file"}`.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { readHardwareFile } from "./hardware-file.ts";
import { type ClusterSource, startPve } from "./stand-in.ts";

/** The recorded PVE 9.2 cluster, or the one in the given file; relative paths begin where npm was called. */
function sourceFrom(args: readonly string[]): ClusterSource {
  const { values } = parseArgs({ args: [...args], options: { hardware: { type: "string" } } });
  if (values.hardware === undefined) return "pve9";
  return readHardwareFile(resolve(process.env["INIT_CWD"] ?? process.cwd(), values.hardware));
}

/** A server that outlives whoever started it would keep its port for nobody. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 1000);
  watch.unref();
}

try {
  const pve = await startPve({ source: sourceFrom(process.argv.slice(2)), unauthorizedDelayMs: 3000 });
  const end = (): void => {
    void pve.close().then(() => process.exit(0));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
  endWithParent(end);
  console.log(JSON.stringify({ endpoint: pve.endpoint, api_token: pve.tokens.mapper, ca_file: pve.caFile }));
} catch (error) {
  console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
