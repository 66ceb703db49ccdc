import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ProxmoxClient } from "../../../src/proxmox/client.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import { passwordCredentials } from "../../../src/proxmox/settings/credentials.ts";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import type { Fault } from "../../support/pve/faults.ts";
import { seededRandom } from "../../support/pve/random.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { PASSWORD } from "../../support/pve/standard-access.ts";

const TIMEOUT_SECONDS = 4;
const NODES = ["pve1", "pve2", "pve3"];

const LOSSES: Readonly<Record<string, Fault | "ends">> = {
  "falls silent": { kind: "hang" },
  "falls silent in the middle of its answers": { kind: "hang-mid-body" },
  "drops connections": { kind: "drop" },
  "drops connections in the middle of its answers": { kind: "drop-mid-body" },
  "is behind a proxy that answers 502": { kind: "status", status: 502, reason: "Bad Gateway" },
  ends: "ends",
};

/** Asks everything that a plan asks, one after the other and together. */
async function plan(members: readonly PveStandIn[], lose: () => void, after: number): Promise<unknown[]> {
  const client = new ProxmoxClient({
    endpoints: members.map(({ endpoint }) => parseEndpoint(endpoint)),
    tls: { minVersion: "1.3", insecure: true, fingerprints: [], authorities: null },
    credentials: passwordCredentials("gpu@pve", PASSWORD, null),
    timeoutSeconds: TIMEOUT_SECONDS,
    maxRetries: 3,
    userAgent: "test",
    environment: {},
    secrets: new Secrets(),
  });
  void delay(after).then(lose);
  const answers: unknown[] = [];
  for (let round = 0; round < 3; round += 1) {
    answers.push(await client.nodes(), await client.version(), await client.clusterStatus());
    answers.push(...(await Promise.all(NODES.map((node) => client.pciDevices(node)))));
    answers.push(await client.guests(), await client.pciMappings());
    await delay(10);
  }
  await client.close();
  return answers;
}

describe.each(Object.entries(LOSSES))("of three endpoints, one that %s", (_, loss) => {
  it.each([1, 2, 3, 4])(
    "costs nothing but time, whichever it is and whenever that happens (%i)",
    async (seed) => {
      const random = seededRandom(seed);
      const first = await startPve();
      const members = [first, await startPve({ source: first }), await startPve({ source: first })];
      const lost = members[Math.floor(random.next() * members.length)];
      const lose = () => {
        if (loss === "ends") void lost?.close();
        else lost?.faults.add(loss);
      };
      const answers = await plan(members, lose, Math.floor(random.next() * 120));
      expect(answers).toHaveLength(24);
      for (const member of members) await member.close();
    },
  );
});
