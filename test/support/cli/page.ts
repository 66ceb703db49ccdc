/** Pages of small clusters, as `inspect --html` makes them. */
import { connect } from "../../../src/cli/connection.ts";
import { argumentsOf } from "../../../src/cli/inspect/arguments.ts";
import { checkedMappings } from "../../../src/cli/inspect/html.ts";
import { inspectCluster } from "../../../src/cli/inspect/inspection.ts";
import type { PageData } from "../../../src/cli/page/data.ts";
import type { PageInput } from "../../../src/cli/page/model.ts";
import type { InspectOptions } from "../../../src/cli/request.ts";
import { type PveStandIn, type StandInOptions, startPve } from "../pve/stand-in.ts";
import { environmentFor } from "./run.ts";

/** What a page of the cluster is made of, at one time of reading. */
export async function pageInputOf(
  standIn: StandInOptions,
  options: InspectOptions = {},
  tokenOf: (pve: PveStandIn) => string = ({ tokens }) => tokens.root,
): Promise<PageInput> {
  const pve = await startPve(standIn);
  const environment = environmentFor(pve, tokenOf(pve));
  const { client } = await connect(
    {},
    {
      version: "1.2.3",
      environment,
      platform: "linux",
      stdin: process.stdin,
    },
  );
  try {
    const context = { instance: client, signal: new AbortController().signal };
    const inspection = await inspectCluster(argumentsOf({ ...options, usage: true }), context, () => {});
    const { mappings } = await checkedMappings(inspection, context);
    const readAt = new Date("2026-01-02T03:04:05Z");
    return { inspection, mappings, endpoint: "https://pve.example:8006", version: "1.2.3", readAt };
  } finally {
    await client.close();
    await pve.close();
  }
}

/** What the script of a page is told. */
export function dataOf(html: string): PageData {
  const text = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
  return JSON.parse(text) as PageData;
}
