import { describe, expect, it } from "vitest";
import { causesOf, type FailedRequest, problemOf } from "../../../src/proxmox/asking/failure.ts";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";

const coded = (code: string) => Object.assign(new Error("told elsewhere"), { code });
const WAITING: FailedRequest = {
  stage: "waiting",
  endpoint: parseEndpoint("https://pve1:8006"),
  timeoutMs: 30_000,
  isHttp: false,
  proxyUrl: null,
};
const ANSWERING: FailedRequest = { ...WAITING, stage: "answering" };

describe("the causes of an error", () => {
  it("are followed through causes and collections", () => {
    const [a, b, c] = [new Error("a"), new Error("b"), new Error("c")];
    const top = new Error("top", {
      cause: new AggregateError([a, new Error("d", { cause: b })], "all", { cause: c }),
    });
    expect(causesOf(top).map(({ message }) => message)).toEqual(["top", "all", "a", "d", "c", "b"]);
  });

  it("are followed once where they go round in a circle", () => {
    const [a, b] = [new Error("a"), new Error("b")];
    a.cause = b;
    b.cause = a;
    expect(causesOf(a)).toEqual([a, b]);
  });

  it("are not followed for ever", () => {
    let chain = new Error("0");
    for (let index = 1; index < 100; index += 1) chain = new Error(String(index), { cause: chain });
    expect(causesOf(chain)).toHaveLength(16);
  });

  it.each([undefined, null, "text", 7, {}])("of %j are none", (thrown) => {
    expect(causesOf(thrown)).toEqual([]);
  });
});

describe("a failure below HTTP", () => {
  it.each([
    ["ECONNREFUSED", "unreachable", "https://pve1:8006 refuses the connection.", true],
    ["EHOSTUNREACH", "unreachable", "https://pve1:8006 cannot be reached (no route to host).", true],
    ["ENETUNREACH", "unreachable", "https://pve1:8006 cannot be reached (network unreachable).", true],
    ["EHOSTDOWN", "unreachable", "https://pve1:8006 is down.", true],
    ["ETIMEDOUT", "unreachable", "https://pve1:8006 does not answer (connection timed out).", true],
    ["ENOTFOUND", "unreachable", "https://pve1:8006 cannot be found: its name does not resolve.", true],
    ["EAI_AGAIN", "unreachable", "https://pve1:8006 cannot be found: the name server does not answer.", true],
    ["ECONNRESET", "unreachable", "https://pve1:8006 closed the connection without an answer.", true],
    ["UND_ERR_SOCKET", "unreachable", "https://pve1:8006 closed the connection without an answer.", true],
    [
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "tls",
      "https://pve1:8006 does not speak TLS on this port (ERR_SSL_WRONG_VERSION_NUMBER).",
      false,
    ],
    [
      "ERR_SSL_UNSUPPORTED_PROTOCOL",
      "tls",
      "https://pve1:8006 speaks no TLS version that is allowed here (ERR_SSL_UNSUPPORTED_PROTOCOL).",
      false,
    ],
    [
      "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
      "tls",
      "The TLS handshake with https://pve1:8006 failed (ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE).",
      false,
    ],
    [
      "ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC",
      "tls",
      "What came from https://pve1:8006 was damaged on the way (ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC).",
      true,
    ],
  ])("with %s is %s", (code, expected, text, unanswered) => {
    const problem = problemOf(new Error("wrapped", { cause: coded(code) }), WAITING);
    expect(problem).toMatchObject({ code: expected, text });
    expect(problem.unanswered ?? false).toBe(unanswered);
  });

  it("in the middle of an answer is a lost connection, whatever its code", () => {
    const problem = problemOf(coded("ETIMEDOUT"), ANSWERING);
    expect(problem).toMatchObject({
      code: "unreachable",
      text: "The connection to https://pve1:8006 was lost in the middle of the answer.",
      advice: "Check that pveproxy and pvedaemon run on that host, and that no firewall or proxy is between.",
      transient: true,
      unanswered: true,
    });
  });

  it.each([
    [
      "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
      'The server breaks it off. See what "openssl s_client -connect pve1:8006" says, and which ciphers are set in /etc/default/pveproxy.',
    ],
    [
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "pve1 wants a certificate of the client, which Proxmox VE never does: set the endpoint to Proxmox VE itself (port 8006).",
    ],
    [
      "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
      "The server does not know the name pve1: use a name that it answers for, or Proxmox VE itself (port 8006).",
    ],
  ])("of TLS with %s comes with advice", (code, advice) => {
    expect(problemOf(coded(code), WAITING)).toMatchObject({ code: "tls", advice });
  });

  it.each([
    [
      "Invalid EOF state",
      "unreachable: The connection to https://pve1:8006 was lost in the middle of the answer.",
    ],
    [
      "Invalid character in chunk size",
      "malformed: The answer of https://pve1:8006 is damaged: its pieces are not as HTTP/1.1 has them (Invalid character in chunk size).",
    ],
  ])("of the parser in the middle of an answer, %s, is %s", (reason, expected) => {
    const message = `Response does not match the HTTP/1.1 protocol (${reason})`;
    const error = Object.assign(new Error(message), { name: "HTTPParserError" });
    const problem = problemOf(error, ANSWERING);
    expect(`${problem.code}: ${problem.text}`).toBe(expected);
  });

  it("for all addresses of a name is told by the first of them", () => {
    const all = new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")], "all");
    expect(problemOf(all, WAITING).text).toBe("https://pve1:8006 refuses the connection.");
  });
});
