import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import { headerValues } from "../support/pve/raw-answer.ts";
import { loadRecordings } from "../support/pve/recordings.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import type { StandardTokens } from "../support/pve/standard-access.ts";
import { PASSWORD } from "../support/pve/standard-access.ts";

/** With which token each recording was asked; null: without one. */
const CALLERS: Readonly<Record<string, keyof StandardTokens | null>> = {
  "discovery token (Sys.Audit, Mapping.Audit on /)": "discovery",
  "token without privileges": "nothing",
  "token with PVEAuditor on /nodes only": "nodesAuditor",
  "auditor token (PVEAuditor on /)": "auditor",
  "root@pam token": "root",
  "wrong secret": "wrongSecret",
  "expired token": "expired",
  "token of a disabled user": "disabled",
  nobody: null,
};

/** Headers that say when something was answered or how long it came out. */
const FLEETING = ["Date", "Expires", "Content-Length"];

describe.each(["pve9", "pve7"] as const)("the stand-in of the recorded cluster %s", (name) => {
  let pve: PveStandIn;
  beforeAll(async () => {
    pve = await startPve({ source: name });
  });
  afterAll(() => pve.close());

  it.each(loadRecordings(name))("answers $name as Proxmox did", async ({ request, answer: recorded }) => {
    const caller = CALLERS[request.as];
    if (caller === undefined) throw new Error(`nobody is known as '${request.as}'`);
    const answer = await exchange(pve, {
      method: request.method,
      path: request.path,
      ...(caller === null ? {} : { token: pve.tokens[caller] }),
      ...(request.form === undefined ? {} : { form: ownPassword(request.form) }),
    });
    expect(`${answer.status} ${answer.reason}`).toBe(`${recorded.status} ${recorded.reason}`);
    expect(answer.headers.filter(([key]) => !FLEETING.includes(key))).toEqual(
      recorded.headers.filter(([key]) => !FLEETING.includes(key)),
    );
    expect(answer.headers.map(([key]) => key)).toEqual(recorded.headers.map(([key]) => key));
    expect(headerValues(answer, "Content-Length")).toEqual(
      recorded.body.length > 0 ? [String(answer.body.length)] : [],
    );
    expect(comparable(answer.body)).toEqual(comparable(recorded.body));
  });
});

/** Lists of members, mappings and resources come in random order, tickets are signed anew each time. */
function comparable(body: Buffer): unknown {
  if (body.length === 0) return null;
  const parsed: unknown = JSON.parse(body.toString("utf8"), (key, value: unknown) => {
    if (key === "ticket" || key === "CSRFPreventionToken") {
      return String(value).replace(/[0-9A-F]{8}(::?)\S+$/, "TIME$1SIGNATURE");
    }
    return value;
  });
  const data = typeof parsed === "object" && parsed !== null && "data" in parsed ? parsed.data : undefined;
  if (!Array.isArray(data)) return parsed;
  const text = (item: unknown): string => JSON.stringify(item, Object.keys(Object(item)).toSorted());
  return { ...(parsed as object), data: data.toSorted((left, right) => (text(left) < text(right) ? -1 : 1)) };
}

/** The stand-in's password is another than that of the servers that were recorded. */
function ownPassword(form: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return form["password"] === "right" ? { ...form, password: PASSWORD } : form;
}
