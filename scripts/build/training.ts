/** Runs a plugin through the calls of a plan, with a stand-in for Proxmox, so that V8 compiles what a plan needs. */
import { setTimeout } from "node:timers/promises";
import { launchPlugin } from "../../test/support/host/launch.ts";
import { startPve } from "../../test/support/pve/stand-in.ts";
import { type PreparedCall, planCalls, stateOf } from "./plan-calls.ts";

/**
 * Long enough for connections to close, and for Node's cache of the date to expire, which happens at the next second.
 * Otherwise, which functions have run would depend on how far these get before a shutdown.
 */
const SETTLING_MS = 1200;

/** Variables of the user that would change what the plugin does. */
const FOREIGN = /^(PROXMOX_VE_|GPUHOST_|TF_|NODE_|SSL_CERT_|https?_proxy$|no_proxy$|all_proxy$)/i;

export interface Training {
  /** The plugin's result, as MessagePack. */
  readonly state: Buffer;
  /** What it wrote to stderr. */
  readonly stderr: string;
}

/**
 * Which functions have run must not depend on chance, otherwise two builds are different. If two answers come at about the same
 * time, one may find its connection idle for a moment, and undici then does more for the next request. So one answer is delayed
 * until the plugin has answered two calls. By then its event loop has gone round, and the other connection is certainly idle.
 *
 * @param command An executable and its arguments; the plugin has to run in it.
 * @param variables More of its environment.
 * @throws {Error} When the plugin does not do what it is asked for.
 */
export async function train(
  command: string,
  args: readonly string[],
  variables: { readonly [name: string]: string } = {},
): Promise<Training> {
  const pve = await startPve();
  try {
    await using plugin = await launchPlugin({
      command,
      arguments: args,
      variables: { ...withoutForeign(), ...variables },
    });
    const connection = plugin.connect();
    connection.openStreams();
    const { before, quick, read } = planCalls(pve);
    const answerOf = async ({ path, request }: PreparedCall): Promise<Buffer> =>
      await connection.call({ path, requestSerialize: asIs, responseDeserialize: asIs }, request);
    for (const call of before) await answerOf(call);
    const held = Promise.withResolvers<void>();
    pve.faults.add({ kind: "hold", until: held.promise }, { path: "/version" });
    const reading = answerOf(read);
    const nodes = pve.requests.waitFor(({ path, status }) => path === "/nodes" && status !== null);
    await Promise.race([nodes, reading]);
    for (let turn = 0; turn < 2; turn += 1) await answerOf(quick);
    held.resolve();
    const state = stateOf(await reading);
    await setTimeout(SETTLING_MS);
    await connection.shutdown();
    const { code, signal } = await plugin.exited;
    if (code !== 0) throw new Error(`The plugin ended with ${code ?? signal}: ${plugin.stderr}`);
    return { state, stderr: plugin.stderr };
  } finally {
    await pve.close();
  }
}

const asIs = (bytes: Buffer): Buffer => bytes;

function withoutForeign(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => FOREIGN.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
