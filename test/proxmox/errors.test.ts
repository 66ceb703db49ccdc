import { expect, test } from "vitest";
import { isFinal, Problem, type ProblemParts, type ProxmoxErrorCode } from "../../src/proxmox/errors.ts";

/** Whether another question may be answered otherwise, for every code. */
const FINAL: { readonly [Code in ProxmoxErrorCode]: boolean } = {
  unreachable: false,
  timeout: false,
  tls: false,
  proxy: false,
  "node-offline": false,
  "unknown-node": false,
  cancelled: false,
  unauthorized: true,
  "tfa-needed": true,
  forbidden: true,
  "not-found": true,
  "not-implemented": true,
  "bad-request": true,
  redirected: true,
  server: true,
  malformed: true,
  "too-large": true,
  internal: true,
};

test.for(Object.entries(FINAL))("%s would be the same again: %s", ([code, final]) => {
  expect(isFinal(new Problem({ code: code as ProxmoxErrorCode, text: "It failed." }))).toBe(final);
});

test.for<readonly [string, Partial<ProblemParts>, boolean]>([
  ["may pass", { transient: true }, false],
  ["may pass at once", { transient: true, retryAfterMs: 0 }, false],
  ["passes after a time that the server names", { transient: true, retryAfterMs: 60_000 }, true],
])("a failure that %s", ([, parts, final]) => {
  expect(isFinal(new Problem({ code: "server", text: "It failed.", ...parts }))).toBe(final);
});

test("what is no problem of a request is none of the server", () => {
  expect(isFinal(new Error("a bug"))).toBe(false);
});
