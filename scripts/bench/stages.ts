/**
 * The cost of each stage of a read: `fork(…, [ADDRESS AND SIZE AS JSON])`, in its own process, as cold as the provider
 * is. Sends milliseconds by stage.
 */

import { root } from "../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../src/proxmox/answers/pci-record.ts";
import { AnswerReader } from "../../src/proxmox/asking/body.ts";
import { RequestQueue } from "../../src/proxmox/asking/request-queue.ts";
import { Transport } from "../../src/proxmox/asking/transport.ts";
import { systemClock } from "../../src/proxmox/clock.ts";
import { parseEndpoint } from "../../src/proxmox/settings/endpoint.ts";
import { Dialer } from "../../src/proxmox/tls/dial.ts";
import { nodeNames } from "./cluster.ts";
import type { StageOptions, Stages } from "./growth.ts";
import { runPipeline } from "./pipeline.ts";

async function run({ endpoint, caPem, size }: StageOptions): Promise<Stages> {
  const settings = { minVersion: "1.3", insecure: false, fingerprints: [], authorities: [caPem] } as const;
  const queue = new RequestQueue();
  const transport = new Transport({
    endpoints: [parseEndpoint(endpoint)],
    dialer: new Dialer(settings, {}, process.platform, () => undefined),
    clock: systemClock,
    timeoutMs: 60_000,
    queue,
  });
  const marks = [performance.now()];
  const mark = (): void => {
    marks.push(performance.now());
  };

  const reader = new AnswerReader();
  const { signal } = new AbortController();
  const headers = { accept: "application/json", "accept-encoding": "gzip" };
  const answers = await Promise.all(
    nodeNames(size).map(async (node) => {
      const path = `/api2/json/nodes/${node}/hardware/pci?pci-class-blacklist=`;
      const ask = () =>
        transport.send(
          { method: "GET", path, headers, closes: false },
          { repeatable: true, leftMs: 30_000, signal },
        );
      return { node, response: (await queue.run(node, signal, ask)).response };
    }),
  );
  mark();
  const records = await Promise.all(
    answers.map(async ({ node, response }) => ({
      node,
      records: decodePciRecords(root(await reader.data(response, false).finally(response.release))),
    })),
  );
  mark();
  runPipeline(records, mark);
  await transport.close();
  const [http, parse, select, group, encode] = marks
    .slice(1)
    .map((time, index) => time - (marks[index] ?? 0));
  return {
    http: http ?? Number.NaN,
    parse: parse ?? Number.NaN,
    select: select ?? Number.NaN,
    group: group ?? Number.NaN,
    encode: encode ?? Number.NaN,
  };
}

process.send?.(await run(JSON.parse(process.argv[2] ?? "") as StageOptions));
process.disconnect();
