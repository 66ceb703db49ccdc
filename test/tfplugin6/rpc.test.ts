import { EventEmitter } from "node:events";
import { type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { type RpcHandler, rpcError, unaryRpc } from "../../src/tfplugin6/rpc.ts";
import { recordingLogger } from "../framework/support/recording-logger.ts";

/** Calls an RPC as gRPC does; the clock gives each of these times in turn. */
async function call(handle: RpcHandler<string, string>, times: readonly number[] = [0, 0]) {
  const { logger, lines } = recordingLogger();
  const clock = times.values();
  const rpc = unaryRpc("Echo", handle, {
    logger,
    clock: () => clock.next().value ?? Number.NaN,
    scrub: (text) => text.replaceAll("s3cret", "***"),
    nextRequestId: () => 7,
  });
  const answers: Parameters<sendUnaryData<string>>[] = [];
  const unaryCall = Object.assign(new EventEmitter(), { request: "hello" }) as unknown as ServerUnaryCall<
    string,
    string
  >;
  await rpc(unaryCall, (...answer) => answers.push(answer));
  return { answers, lines };
}

describe("an error of gRPC", () => {
  it.each([
    ["half a surrogate pair", "a\ud800b", "a\ufffdb"],
    ["much text", "x".repeat(10_000), `${"x".repeat(2_000)}…`],
    ["a cut in the middle of a pair", `${"x".repeat(1_999)}😀`, `${"x".repeat(1_999)}\ufffd…`],
  ])("can be sent with %s", (_what, text, details) => {
    expect(rpcError(status.INTERNAL, text)).toMatchObject({ code: status.INTERNAL, details });
    expect(() => encodeURI(rpcError(status.INTERNAL, text).details)).not.toThrow();
  });
});

describe("unaryRpc", () => {
  it("aborts the signal of a handler when the host cancels the call", async () => {
    const unaryCall = Object.assign(new EventEmitter(), { request: "hello" });
    const rpc = unaryRpc(
      "Echo",
      (_request: string, signal) =>
        new Promise<string>((resolve) => {
          signal.addEventListener("abort", () => resolve(String(signal.reason)));
        }),
      { ...recordingLogger(), clock: () => 0, scrub: (text) => text, nextRequestId: () => 7 },
    );
    const answers: unknown[] = [];
    const answered = rpc(unaryCall as unknown as ServerUnaryCall<string, string>, (...answer) =>
      answers.push(answer),
    );
    unaryCall.emit("cancelled", "cancelled");
    await answered;
    expect(answers).toEqual([[null, "StoppedError: the host cancelled the call"]]);
  });

  it.each<readonly [string, RpcHandler<string, string>]>([
    ["at once", (request) => `${request}!`],
    ["later", async (request) => `${request}!`],
  ])("passes on what the handler answers %s", async (_when, handle) => {
    expect((await call(handle)).answers).toEqual([[null, "hello!"]]);
  });

  it("logs how long the handler took, in whole milliseconds", async () => {
    const { lines } = await call(() => "", [10.2, 15.9]);
    const fields = { tf_rpc: "Echo", tf_req_id: 7 };
    expect(lines).toEqual([
      { level: "trace", message: "Received request", fields },
      { level: "trace", message: "Served request", fields: { ...fields, tf_req_duration_ms: 6 } },
    ]);
  });

  it.each<readonly [string, unknown, string]>([
    ["an error", new Error("s3cret is null"), "Echo failed: *** is null"],
    ["anything else", "s3cret", "Echo failed: a thrown string"],
  ])(
    "answers %s that is thrown with the status INTERNAL, without secret and stack",
    async (_what, thrown, details) => {
      const { answers, lines } = await call(() => Promise.reject(thrown));
      expect(answers).toMatchObject([[{ code: status.INTERNAL, details }]]);
      expect(lines[1]).toEqual({
        level: "error",
        message: "Request failed",
        fields: { tf_rpc: "Echo", tf_req_id: 7, error: details.replace("Echo failed: ", "") },
      });
    },
  );
});
