import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { type Answer, headBytes, JSON_TYPE, type WireAnswer } from "./answer.ts";
import type { Fault } from "./faults.ts";
import type { HttpRequest } from "./http-connection.ts";
import type { LoggedRequest } from "./request-log.ts";

/** The answer that a fault spoils, and where it would have gone. */
export interface SpoiltAnswer {
  readonly socket: Socket;
  /** The right answer. */
  readonly answer: Answer;
  readonly compose: (answer: Answer) => WireAnswer;
  readonly request: HttpRequest;
  readonly logged: LoggedRequest;
}

/** Answers a request wrongly. Settles when nothing more will be sent. */
export async function applyFault(fault: Fault, spoilt: SpoiltAnswer): Promise<void> {
  const { socket, answer, compose } = spoilt;
  const right = compose(answer);
  const half = right.body.subarray(0, Math.floor(right.body.length / 2));
  switch (fault.kind) {
    case "delay":
      await delay(fault.ms, undefined, { ref: false });
      return send(socket, right);
    case "hold":
      await fault.until;
      return send(socket, right);
    case "hang":
      return closed(socket);
    case "hang-mid-body":
      socket.write(Buffer.concat([headBytes(right), half]));
      return closed(socket);
    case "drop":
      socket.destroy();
      return;
    case "drop-mid-body":
      return send(socket, { ...right, body: half, close: true });
    case "wrong-length":
      return send(socket, {
        ...withHeader(right, "Content-Length", String(right.body.length + fault.by)),
        close: true,
      });
    case "broken-gzip": {
      const packed = gzipSync(answer.body ?? Buffer.from("{}"));
      const broken = compose({ ...answer, body: packed.subarray(0, Math.floor(packed.length / 2)) });
      return send(socket, withHeader(broken, "Content-Encoding", "gzip"));
    }
    case "broken-json":
      return send(socket, compose({ ...answer, body: half.length > 0 ? half : Buffer.from("{") }));
    case "huge-body":
      return send(socket, compose({ ...answer, body: hugeBody(fault.bytes), type: JSON_TYPE }));
    case "body":
      return send(
        socket,
        compose({ status: 200, reason: "OK", body: Buffer.from(fault.body), type: fault.type ?? JSON_TYPE }),
      );
    case "status":
      return sendStatus(spoilt, fault);
    case "echo-secret":
      return sendStatus(spoilt, echoOf(spoilt.request));
  }
}

function sendStatus(spoilt: SpoiltAnswer, fault: Extract<Fault, { kind: "status" }>): Promise<void> {
  spoilt.logged.status = fault.status;
  return send(
    spoilt.socket,
    spoilt.compose({
      status: fault.status,
      reason: fault.reason,
      body: fault.body === undefined ? null : Buffer.from(fault.body),
      ...(fault.body === undefined ? {} : { type: JSON_TYPE }),
      ...(fault.headers === undefined ? {} : { headers: fault.headers }),
    }),
  );
}

/** 500 with whatever the caller sent to prove itself. */
function echoOf(request: HttpRequest): Extract<Fault, { kind: "status" }> {
  const secret =
    request.headers.get("authorization") ?? request.headers.get("cookie") ?? request.body.toString("utf8");
  const reason = `internal error near '${secret}'`;
  return {
    kind: "status",
    status: 500,
    reason,
    body: JSON.stringify({ data: null, message: `${reason}\n` }),
  };
}

function hugeBody(bytes: number): Buffer {
  const item = '{"id":"0000:00:00.0","class":"0x030000","vendor":"0x10de","device":"0x2204","iommugroup":1},';
  return Buffer.from(`{"data":[${item.repeat(Math.ceil(bytes / item.length)).slice(0, -1)}]}`);
}

function withHeader(answer: WireAnswer, name: string, value: string): WireAnswer {
  return { ...answer, headers: [...answer.headers.filter(([key]) => key !== name), [name, value]] };
}

function send(socket: Socket, answer: WireAnswer): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) {
      resolve();
      return;
    }
    socket.write(Buffer.concat([headBytes(answer), answer.body]), () => resolve());
    if (answer.close) socket.end();
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) {
      resolve();
      return;
    }
    socket.once("close", () => resolve());
  });
}
