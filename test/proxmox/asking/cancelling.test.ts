import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { passwordCredentials } from "../../../src/proxmox/settings/credentials.ts";
import type { Fault } from "../../support/pve/faults.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { PASSWORD } from "../../support/pve/standard-access.ts";
import { ask, failure } from "../asking.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(async () => {
  await pve.closedByClients();
  expect(pve.openSockets).toBe(0);
  await pve.close();
});

const HANGING: Readonly<Record<string, Fault>> = {
  "before the answer": { kind: "hang" },
  "in the middle of the answer": { kind: "hang-mid-body" },
};

describe("a request that hangs", () => {
  it.each(Object.entries(HANGING))("%s ends when its caller gives up", async (_, fault) => {
    pve.faults.add(fault);
    const { client, clock } = ask(pve);
    const controller = new AbortController();
    const question = failure(client.pciDevices("pve1", controller.signal));
    await pve.requests.waitFor(() => true);
    controller.abort();
    const error = await question;
    expect(`${error.code}: ${error.problem}`).toBe("cancelled: The request was cancelled.");
    await pve.closedByClients();
    expect(clock.running).toBe(0);
    await client.close();
  });

  it.each(Object.entries(HANGING))("%s ends when the client is closed", async (_, fault) => {
    pve.faults.add(fault);
    const { client } = ask(pve);
    const question = failure(client.pciDevices("pve1"));
    await pve.requests.waitFor(() => true);
    await client.close();
    expect((await question).code).toBe("cancelled");
  });

  it.each(Object.entries(HANGING))("%s ends when its time is up, and is not repeated", async (_, fault) => {
    pve.faults.add(fault);
    const { client, clock } = ask(pve);
    const question = failure(client.pciDevices("pve1"));
    await pve.requests.waitFor(() => true);
    clock.expire(300_000);
    const error = await question;
    expect(error.message).toBe(
      [
        `${pve.endpoint} did not finish its answer within 300 s.`,
        `Tried: GET /api2/json/nodes/pve1/hardware/pci?pci-class-blacklist= at ${pve.endpoint}.`,
        'Check that the host is not overloaded, or allow more time with "timeout" (seconds, at most 300).',
      ].join("\n\n"),
    );
    expect(error.code).toBe("timeout");
    expect(pve.requests.lines).toHaveLength(1);
    await client.close();
  });
});

describe("giving up", () => {
  it("ends a pause before the next attempt", async () => {
    pve.faults.add({ kind: "status", status: 503, reason: "Busy" });
    const { client, clock } = ask(pve);
    const controller = new AbortController();
    clock.stopped = true;
    clock.onPause = () => controller.abort();
    expect((await failure(client.nodes(controller.signal))).code).toBe("cancelled");
    expect(pve.requests.lines).toHaveLength(1);
    await client.close();
  });

  it("ends a sign-in", async () => {
    pve.faults.add({ kind: "hang" }, { method: "POST" });
    const { client } = ask(pve, { credentials: passwordCredentials("gpu@pve", PASSWORD, null) });
    const controller = new AbortController();
    const question = failure(client.nodes(controller.signal));
    await pve.requests.waitFor(({ method }) => method === "POST");
    controller.abort();
    expect((await question).code).toBe("cancelled");
    await client.close();
  });

  it("ends the wait for a busy node", async () => {
    pve.faults.add({ kind: "hang" }, { times: 1 });
    const { client } = ask(pve);
    const controller = new AbortController();
    const busy = failure(client.pciDevices("pve1"));
    await pve.requests.waitFor(() => true);
    const waiting = failure(client.mdevTypes("pve1", "0000:00:02.0", controller.signal));
    controller.abort();
    expect((await waiting).code).toBe("cancelled");
    await client.close();
    expect((await busy).code).toBe("cancelled");
    expect(pve.requests.lines).toHaveLength(1);
  });

  it("leaves other callers of the same request alone", async () => {
    pve.faults.add({ kind: "delay", ms: 20 });
    const { client } = ask(pve);
    const controller = new AbortController();
    const impatient = failure(client.pciDevices("pve1", controller.signal));
    const patient = client.pciDevices("pve1");
    await pve.requests.waitFor(() => true);
    controller.abort();
    expect((await impatient).code).toBe("cancelled");
    expect(await patient).toHaveLength(16);
    expect(pve.requests.lines).toHaveLength(1);
    await client.close();
  });

  it("before the beginning asks nothing", async () => {
    const { client } = ask(pve);
    expect((await failure(client.nodes(AbortSignal.abort()))).code).toBe("cancelled");
    expect(pve.handshakes).toBe(0);
    await client.close();
  });
});

describe("a closed client", () => {
  it("asks nothing any more and can be closed again", async () => {
    const { client } = ask(pve);
    await client.nodes();
    await client.close();
    expect((await failure(client.version())).code).toBe("cancelled");
    await client.close();
    expect(pve.requests.lines).toEqual(["GET /nodes"]);
  });

  it("has left no connection open, however many requests were under way", async () => {
    pve.faults.add({ kind: "hang" });
    const { client } = ask(pve);
    const questions = ["pve1", "pve2", "pve3"].map((node) => failure(client.pciDevices(node)));
    for (const node of ["pve1", "pve2", "pve3"])
      await pve.requests.waitFor((request) => request.node === node);
    expect(pve.openSockets).toBe(3);
    await client.close();
    await pve.closedByClients();
    expect((await Promise.all(questions)).map(({ code }) => code)).toEqual(Array(3).fill("cancelled"));
  });

  it("may be closed while it connects", async () => {
    const { client } = ask(pve);
    const question = failure(client.nodes());
    await client.close();
    expect((await question).code).toBe("cancelled");
  });
});
