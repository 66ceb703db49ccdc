import { describe, expect, it } from "vitest";
import { Secrets } from "../../src/proxmox/secrets.ts";
import {
  passwordCredentials,
  secretsOf,
  ticketCredentials,
  tokenCredentials,
} from "../../src/proxmox/settings/credentials.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { PASSWORD } from "../support/pve/standard-access.ts";
import { ask, failure } from "./asking.ts";

const SECRET = 'pä$$ w+r/d="x"&{}%!(';

function registry(...secrets: readonly string[]): Secrets {
  const all = new Secrets();
  for (const secret of secrets) all.add(secret);
  return all;
}

describe("a secret is masked", () => {
  it.each([
    ["as it is", SECRET],
    ["percent-encoded", encodeURIComponent(SECRET)],
    [
      "percent-encoded with lower-case digits",
      encodeURIComponent(SECRET).replaceAll(/%../g, (x) => x.toLowerCase()),
    ],
    [
      "percent-encoded as Perl does it",
      encodeURIComponent(SECRET).replaceAll("!", "%21").replaceAll("(", "%28"),
    ],
    [
      "with all escaped that is no letter or digit",
      [...Buffer.from(SECRET)]
        .map((byte) => {
          const character = String.fromCharCode(byte);
          return /\w/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
        })
        .join(""),
    ],
    ["as a value of a form", new URLSearchParams({ x: SECRET }).toString().slice(2)],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["read as ISO 8859-1", Buffer.from(SECRET, "utf8").toString("latin1")],
    ["in JSON of nothing but ASCII", JSON.stringify(SECRET).slice(1, -1).replace("ä", "\\u00e4")],
    ["in JSON that escapes slashes", JSON.stringify(SECRET).slice(1, -1).replace("/", "\\/")],
    ["in HTML", SECRET.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
    ["in hexadecimal", Buffer.from(SECRET).toString("hex")],
    ["in hexadecimal capitals", Buffer.from(SECRET).toString("hex").toUpperCase()],
    ["in capitals", SECRET.toUpperCase()],
  ])("%s", (_, form) => {
    expect(registry(SECRET).scrub(`before ${form} after`)).toBe("before *** after");
  });

  it.each(["", "u", "us", "use", "user", "user@pve:"])("in base64 behind %j", (before) => {
    const basic = Buffer.from(`${before}${SECRET} `).toString("base64");
    const scrubbed = registry(SECRET).scrub(`Basic ${basic}`);
    expect(scrubbed).toContain("***");
    const rest = scrubbed.replace("Basic ", "").replace("***", "");
    // What is left over is what stands before it, and at most one character's worth of the secret.
    expect(rest.length).toBeLessThanOrEqual(Math.ceil((before.length * 4) / 3) + 6);
  });

  it("where a message has a space for its line breaks", () => {
    expect(registry("first\nsecond\u001bthird").scrub("said: first second third.")).toBe("said: ***.");
  });

  const TOKEN = "u@pve!t=0b9d1c7e-52f4-4e0a-9a57-3c1f60a8d2e4";
  const PART = TOKEN.slice(TOKEN.indexOf("=") + 1);

  it.each([
    ["its beginning, where a text was cut", `token ${PART.slice(0, 20)}`, "token ***"],
    ["its end", `…${PART.slice(-15)} is wrong`, "…*** is wrong"],
    ["what lies in its middle", `<${PART.slice(7, 19)}>`, "<***>"],
    ["both halves, on two lines", `${PART.slice(0, 18)}\n${PART.slice(18)}`, "***\n***"],
    ["a piece of it in base64", Buffer.from(PART).toString("base64").slice(3, 23), "***"],
    ["a piece of it in hexadecimal", Buffer.from(PART).toString("hex").slice(2, 41), "***"],
    ["pieces that follow each other", `${PART.slice(0, 14)}${PART.slice(0, 14)}`, "******"],
    [
      "no fewer than 12 characters",
      `${PART.slice(0, 11)} ${PART.slice(5, 16)}`,
      `${PART.slice(0, 11)} ${PART.slice(5, 16)}`,
    ],
    ["not the name in a token, which is no secret", "u@pve!t lacks Sys.Audit", "u@pve!t lacks Sys.Audit"],
  ])("in pieces: %s", (_, text, scrubbed) => {
    expect(registry(TOKEN, PART).scrub(text)).toBe(scrubbed);
  });

  it("in the URL alphabet of base64", () => {
    const secret = "~~~???>>>~~~";
    const encoded = Buffer.from(secret).toString("base64url");
    expect(encoded).toMatch(/[-_]/);
    expect(registry(secret).scrub(`x ${encoded} y`)).toBe("x *** y");
  });

  it("as often as it comes", () => {
    expect(registry("hunter2").scrub("hunter2hunter2 and hunter2")).toBe("****** and ***");
  });

  it("whole where another secret is a part of it", () => {
    expect(registry("abc", "abcdef").scrub("abcdef abc")).toBe("*** ***");
  });

  it("with characters that mean something in patterns", () => {
    expect(registry("a.*(b)[c]\\d|e^$").scrub("x a.*(b)[c]\\d|e^$ y axxb")).toBe("x *** y axxb");
  });

  it("only by itself when it is too short to be told from a part of a word", () => {
    expect(registry("a").scrub("a man, a plan: a")).toBe("*** man, *** plan: ***");
  });
});

describe("without secrets", () => {
  it("a text stays as it is", () => {
    expect(registry().scrub("nothing to hide")).toBe("nothing to hide");
    expect(registry("").scrub("nothing to hide")).toBe("nothing to hide");
  });
});

describe("the secrets of credentials", () => {
  it("are a token and its secret", () => {
    expect(secretsOf(tokenCredentials("u@pve!t=1234-5678"))).toEqual(["u@pve!t=1234-5678", "1234-5678"]);
  });

  it("are a ticket, its signature and its companion", () => {
    expect(secretsOf(ticketCredentials("PVE:u@pve:6B02E059::c2ln", "6B02E059:Y3Ny"))).toEqual([
      "PVE:u@pve:6B02E059::c2ln",
      "c2ln",
      "6B02E059:Y3Ny",
    ]);
  });

  it("are a password and a one-time password", () => {
    expect(secretsOf(passwordCredentials("u@pve", "hunter2", "123456"))).toEqual(["hunter2", "123456"]);
    expect(secretsOf(passwordCredentials("u@pve", "hunter2", null))).toEqual(["hunter2"]);
  });
});

describe("a server that repeats the caller's secret", () => {
  it("is not quoted, not even in part where its message is cut", async () => {
    const pve = await startPve();
    const secret = pve.tokens.discovery.split("=")[1] ?? "";
    const { client } = ask(pve, { maxRetries: 0 });
    pve.faults.add({ kind: "status", status: 500, reason: `${"x".repeat(990)}${secret}` });
    const error = await failure(client.nodes());
    await client.close();
    await pve.close();
    expect(error.problem).toBe(`Proxmox failed to answer (500 ${"x".repeat(990)}***).`);
  });

  it("in capitals gets it nowhere either", async () => {
    const pve = await startPve();
    const secret = pve.tokens.discovery.split("=")[1] ?? "";
    pve.faults.add({ kind: "status", status: 500, reason: `bad ${pve.tokens.discovery.toUpperCase()}` });
    const { client } = ask(pve, { maxRetries: 0 });
    const error = await failure(client.nodes());
    expect(error.problem).toContain("***");
    expect(error.message.toLowerCase()).not.toContain(secret);
    await client.close();
    await pve.close();
  });

  it("gets it neither into the error nor into the log", async () => {
    const pve = await startPve();
    pve.faults.add({ kind: "echo-secret" });
    const { client, log } = ask(pve);
    const error = await failure(client.nodes());
    const secret = pve.tokens.discovery.split("=")[1] ?? "";
    const shown = JSON.stringify([
      error.message,
      error.problem,
      error.advice,
      error.reason,
      String(error.cause),
      log,
    ]);
    expect(shown).not.toContain(secret);
    expect(error.problem).toContain("***");
    await client.close();
    await pve.close();
  });

  it("gets a password and the ticket for it nowhere either", async () => {
    const pve = await startPve();
    const credentials = passwordCredentials("gpu@pve", PASSWORD, null);
    const { client, log, secrets } = ask(pve, { credentials });
    await client.nodes();
    const cookie = pve.requests.requests[1]?.headers.get("cookie") ?? "";
    const ticket = decodeURIComponent(cookie.slice("PVEAuthCookie=".length));
    expect(secrets.scrub(`${ticket} ${encodeURIComponent(ticket)}`)).toBe("*** ***");
    const { reason } = await failure(
      (async () => {
        pve.faults.add({ kind: "status", status: 400, reason: `bad ${ticket} ${PASSWORD}` });
        await client.version();
      })(),
    );
    expect(reason).toBe("bad *** ***");
    expect(JSON.stringify(log)).not.toContain(ticket);
    await client.close();
    await pve.close();
  });
});
