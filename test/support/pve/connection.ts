import type { Socket } from "node:net";
import { type Answer, composeAnswer, headBytes, JSON_TYPE, type WireAnswer } from "./answer.ts";
import { dispatch } from "./api.ts";
import { AuthenticationError, authenticate } from "./authentication.ts";
import { type Cluster, capabilitiesOfNode } from "./cluster.ts";
import { endpoints } from "./endpoints.ts";
import type { Faults } from "./faults.ts";
import { applyFault } from "./faulty-answer.ts";
import { type HttpRequest, readRequests } from "./http-connection.ts";
import { writeJson } from "./json.ts";
import { type Parameters, textParameter } from "./parameters.ts";
import { errorBody, ProxmoxError } from "./proxmox-error.ts";
import { decode, requestParameters } from "./query.ts";
import type { Random } from "./random.ts";
import type { LoggedRequest, RequestLog } from "./request-log.ts";

/** What every connection of a stand-in shares. */
export interface Service {
  readonly cluster: Cluster;
  /** The member that answers. */
  readonly local: string;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly random: Random;
  readonly unauthorizedDelayMs: number;
  readonly wait: (ms: number) => Promise<void>;
  readonly keepAliveMs: number;
  readonly now: () => Date;
}

const REQUESTS_PER_CONNECTION = 100;
const API = /^\/api2\/json(\/.*)?$/;

/** Serves one connection until either side closes it. Without TLS every request is told to come back with it. */
export function serveConnection(socket: Socket, service: Service, connection: number, secure: boolean): void {
  let left = REQUESTS_PER_CONNECTION;
  socket.setTimeout(service.keepAliveMs, () => socket.end());
  socket.on("error", () => socket.destroy());

  const send = (answer: Answer, request: Pick<HttpRequest, "headers" | "protocol"> | null): Promise<void> => {
    const wire = composeAnswer(answer, delivery(request, service, left));
    return write(socket, wire);
  };

  readRequests(
    socket,
    async (request) => {
      left--;
      if (!secure) return send(redirect(request), request);
      socket.setTimeout(0);
      await answerRequest(socket, service, request, connection, left);
      socket.setTimeout(service.keepAliveMs);
    },
    ({ status, reason, request }) => {
      const body =
        capabilitiesOfNode(service.cluster, service.local).errorMessages && request?.method !== "HEAD"
          ? Buffer.from(reason)
          : null;
      void send({ status, reason, body }, request);
    },
  );
}

async function answerRequest(
  socket: Socket,
  service: Service,
  request: HttpRequest,
  connection: number,
  left: number,
): Promise<void> {
  const [rawPath = "", query = ""] = request.target.split(/\?(.*)/s);
  const path = API.exec(decode(rawPath.replaceAll("+", "%2B")))?.[1] ?? null;
  const parameters = requestParameters(query, request.body, request.headers.get("content-type"));
  const logged: LoggedRequest = {
    method: request.method,
    path: path ?? rawPath,
    target: request.target,
    headers: request.headers,
    parameters,
    node: /^\/nodes\/([^/]+)/.exec(path ?? "")?.[1] ?? textParameter(parameters, "check-node") ?? null,
    connection,
    caller: null,
    status: null,
  };
  service.requests.begin(logged);
  try {
    const fault = service.faults.take(logged);
    const answer =
      path === null ? outsideApi(rawPath) : await apiAnswer(service, request, path, parameters, logged);
    logged.status = answer.status;
    const compose = (other: Answer): WireAnswer => composeAnswer(other, delivery(request, service, left));
    if (fault !== null) await applyFault(fault, { socket, answer, compose, request, logged });
    else await write(socket, compose(answer));
  } finally {
    service.requests.end(logged);
  }
}

async function apiAnswer(
  service: Service,
  request: HttpRequest,
  path: string,
  parameters: Parameters,
  logged: LoggedRequest,
): Promise<Answer> {
  const release = capabilitiesOfNode(service.cluster, service.local);
  const now = service.now();
  try {
    const caller = authenticate(request, path, service.cluster, release, now);
    logged.caller = caller.id;
    const outcome = dispatch(
      endpoints,
      { method: request.method, path, parameters, caller: caller.id, byToken: caller.byToken },
      { cluster: service.cluster, release, random: service.random, local: service.local, now },
    );
    if (outcome.body === null) return { ...outcome, body: null };
    return { ...outcome, body: Buffer.from(writeJson(outcome.body, service.random)), type: JSON_TYPE };
  } catch (error) {
    if (error instanceof AuthenticationError) {
      await service.wait(service.unauthorizedDelayMs);
      return { status: 401, reason: error.message, body: null };
    }
    const refusal =
      error instanceof ProxmoxError ? error : new ProxmoxError(500, `stand-in at fault: ${String(error)}\n`);
    if (refusal.status === 401) await service.wait(service.unauthorizedDelayMs);
    const body = Buffer.from(writeJson(errorBody(refusal, release), service.random));
    return { status: refusal.status, reason: refusal.message, body, type: JSON_TYPE };
  }
}

/** The web interface's page, and what pveproxy says to any other path. */
function outsideApi(path: string): Answer {
  if (path === "/") {
    return {
      status: 200,
      reason: "OK",
      body: Buffer.from("<!DOCTYPE html>\n<html></html>\n"),
      type: "text/html",
    };
  }
  const reason = path.startsWith("/api2/") ? "no such uri" : `no such file '${path}'`;
  return { status: path.startsWith("/api2/") ? 501 : 500, reason, body: Buffer.from(reason) };
}

/** Plain HTTP on the port of TLS is sent away. */
function redirect(request: HttpRequest): Answer {
  const location = `https://${request.headers.get("host") ?? ""}${request.target}`;
  const [status, reason] =
    request.method === "GET" ? [301, "Moved Permanently"] : [308, "Permanent Redirect"];
  return { status, reason, body: Buffer.from(reason), headers: [["Location", location]] };
}

function delivery(
  request: Pick<HttpRequest, "headers" | "protocol"> | null,
  service: Service,
  left: number,
): { protocol: string; keepAlive: boolean; gzip: boolean; now: Date } {
  const connection = request?.headers.get("connection");
  const persistent = connection === undefined ? request?.protocol === "HTTP/1.1" : !/close/i.test(connection);
  return {
    protocol: request?.protocol ?? "HTTP/1.0",
    keepAlive: left > 0 && persistent,
    gzip: /gzip/.test(request?.headers.get("accept-encoding") ?? ""),
    now: service.now(),
  };
}

/** Sends an answer and settles when the socket has taken it. */
function write(socket: Socket, answer: WireAnswer): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) {
      resolve();
      return;
    }
    const bytes = Buffer.concat([headBytes(answer), answer.body]);
    socket.write(bytes, () => resolve());
    if (answer.close) socket.end();
  });
}
