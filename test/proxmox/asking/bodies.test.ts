import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { ask, failure } from "../asking.ts";
import { type RawServer, startRawServer } from "./raw-server.ts";

const MIB = 1024 * 1024;
const API_ADVICE =
  "Check that the endpoint is the API of Proxmox VE itself (port 8006) and not another web server.";

let pve: PveStandIn;
let raw: RawServer;
beforeEach(async () => {
  pve = await startPve();
  raw = await startRawServer();
});
afterEach(async () => {
  await raw.close();
  await pve.closedByClients();
  await pve.close();
});

const INSECURE = { minVersion: "1.3", insecure: true, fingerprints: [], authorities: null } as const;

function askRaw(...answers: readonly (readonly (Buffer | string)[])[]) {
  raw.answers.push(...answers);
  return ask(pve, { endpoints: [raw.endpoint], tls: INSECURE, maxRetries: 0 });
}

const head = (length: number, ...lines: readonly string[]) =>
  ["HTTP/1.1 200 OK", `Content-Length: ${length}`, ...lines, "", ""].join("\r\n");

describe("the body of an answer", () => {
  it("is decompressed", async () => {
    const body = gzipSync('{"data":{"version":"9.2.11"}}');
    const { client } = askRaw([head(body.length, "Content-Encoding: gzip"), body]);
    expect(await client.version()).toBe("9.2.11");
    await client.close();
  });

  it("may come in chunks of one byte", async () => {
    const text = `${head(29)}{"data":{"version":"9.2.11"}}`;
    const { client } = askRaw([...text]);
    expect(await client.version()).toBe("9.2.11");
    await client.close();
  });

  it("may have no length and end with the connection", async () => {
    const { client } = askRaw(['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"data":{"version":"9.2.11"}}']);
    expect(await client.version()).toBe("9.2.11");
    await client.close();
  });

  it.each([
    ["that is no JSON", "<html>", "text/html", 'The answer is not JSON but "text/html".', API_ADVICE],
    [
      "that breaks off",
      '{"data":[',
      "application/json;charset=UTF-8",
      "The answer is not JSON, although it says so: it is damaged or breaks off.",
      API_ADVICE,
    ],
    ["that is empty", "", "", "The answer (200 OK) is empty.", API_ADVICE],
    [
      "without data",
      '{"error":"x"}',
      "application/json",
      'The answer is JSON without "data", so it is not from the API of Proxmox VE.',
      API_ADVICE,
    ],
    [
      "that is a list",
      "[]",
      "application/json",
      'The answer is JSON without "data", so it is not from the API of Proxmox VE.',
      API_ADVICE,
    ],
    [
      "with data of another shape",
      '{"data":[]}',
      "application/json",
      "The answer is not what Proxmox VE answers: data should be an object but is an empty list.",
      "If the endpoint is Proxmox VE itself, please report this with its version.",
    ],
  ])("%s is malformed", async (_, body, type, problem, advice) => {
    const { client } = askRaw([head(Buffer.byteLength(body), `Content-Type: ${type}`), body]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(`malformed: ${problem}`);
    expect(error.message).toMatch(/\n\nTried: GET \/api2\/json\/version at https:\/\/127\.0\.0\.1:\d+\.\n\n/);
    expect(error.advice).toBe(advice);
    await client.close();
  });

  it("in an encoding that was not asked for is malformed", async () => {
    const { client } = askRaw([head(3, "Content-Encoding: br"), "abc"]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      'malformed: The answer is encoded as "br", which was not asked for.',
    );
    await client.close();
  });

  it("that grows too large when decompressed is not read", async () => {
    const bomb = gzipSync(Buffer.alloc(25 * MIB));
    const { client } = askRaw([head(bomb.length, "Content-Encoding: gzip"), bomb]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      "too-large: The answer is larger than 24 MiB when decompressed.",
    );
    await client.close();
  });

  it("that is announced as too large is not waited for", async () => {
    const { client } = askRaw([head(2 ** 40), "{"]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe("too-large: The answer is larger than 16 MiB.");
    await client.close();
  });

  it("that is too large as it comes is not read to its end", async () => {
    const { client } = askRaw([head(18 * MIB), ...Array(17).fill("x".repeat(MIB)), "x"]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe("too-large: The answer is larger than 16 MiB.");
    await client.close();
  });
});

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const VERSION = '{"data":{"version":"9.2.11"}}';

describe("an answer in chunks", () => {
  it("may have chunks of one byte", async () => {
    const chunks = [...VERSION].map((byte) => `1\r\n${byte}\r\n`);
    const { client } = askRaw([CHUNKED, ...chunks, "0\r\n\r\n"]);
    expect(await client.version()).toBe("9.2.11");
    await client.close();
  });

  it.each(["", "Connection: close\r\n"])(
    "that is cut off is a lost connection, and asked for again (%j)",
    async (line) => {
      const cut = [CHUNKED.replace("\r\n\r\n", `\r\n${line}\r\n`), `40\r\n${VERSION}`];
      raw.answers.push(cut, cut, [CHUNKED, `1d\r\n${VERSION}\r\n0\r\n\r\n`]);
      raw.closing = true;
      const { client, clock } = ask(pve, { endpoints: [raw.endpoint], tls: INSECURE });
      expect(await client.version()).toBe("9.2.11");
      expect(clock.pauses).toEqual([250, 500]);
      await client.close();
    },
  );

  it("with broken lengths is damaged", async () => {
    const { client } = askRaw([CHUNKED, "zz\r\n"]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      `malformed: The answer of ${raw.endpoint} is damaged: its pieces are not as HTTP/1.1 has them (Invalid character in chunk size).`,
    );
    await client.close();
  });

  it("whose chunks say more of themselves than they have is not read to its end", async () => {
    const { client } = askRaw([CHUNKED, ...Array(33).fill(`1;${"x".repeat(MIB)}\r\na\r\n`)]);
    const error = await failure(client.version());
    expect(error.code).toBe("too-large");
    await client.close();
  });
});

describe("an answer that breaks off without having said its length", () => {
  it("is asked for again", async () => {
    raw.answers.push(["HTTP/1.1 200 OK\r\n\r\n", VERSION.slice(0, 20)], [head(29), VERSION]);
    raw.closing = true;
    const { client, clock } = ask(pve, { endpoints: [raw.endpoint], tls: INSECURE });
    expect(await client.version()).toBe("9.2.11");
    expect(clock.pauses).toEqual([250]);
    await client.close();
  });
});

describe("before an answer", () => {
  it.each([
    ["100 Continue", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["103 Early Hints", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"],
    ["101 Switching Protocols", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"],
  ])("%s may come", async (_, interim) => {
    const { client } = askRaw([interim, interim, `${head(29)}${VERSION}`]);
    expect(await client.version()).toBe("9.2.11");
    await client.close();
  });

  it("there may be no endless interim answers", async () => {
    const { client } = askRaw(Array(100).fill(`HTTP/1.1 103 Early Hints\r\nX: ${"x".repeat(1000)}\r\n\r\n`));
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe("too-large: The headers of the answer are too large.");
    await client.close();
  });
});

describe("the JSON of an answer", () => {
  const answered = (body: string | Buffer) => askRaw([head(Buffer.byteLength(body)), body]);

  it.each([
    ["with a byte order mark", `\ufeff${VERSION}`],
    ["with a member called __proto__", '{"__proto__":{"data":1},"data":{"__proto__":2,"version":"9.2.11"}}'],
    [
      "with nesting in what is not read",
      `{"data":{"x":${"[".repeat(10_000)}${"]".repeat(10_000)},"version":"9.2.11"}}`,
    ],
    ["with unknown fields", '{"success":1,"data":{"version":"9.2.11","x":{}},"total":1}'],
  ])("is read %s", async (_, body) => {
    const { client } = answered(body);
    expect(await client.version()).toBe("9.2.11");
    await client.close();
  });

  it.each([
    ["NaN", '{"data":{"version":NaN}}', "The answer is not JSON."],
    ["nested for ever", "[".repeat(100_000), "The answer is not JSON."],
    [
      "with NUL in a name",
      '{"data":[{"node":"pve\\u00001"}]}',
      String.raw`The answer is not what Proxmox VE answers: data[0].node should be a text without control characters but is "pve\u00001".`,
    ],
    [
      "with an endless name",
      `{"data":[{"node":"${"x".repeat(5_000)}"}]}`,
      "The answer is not what Proxmox VE answers: data[0].node should be a text of 1000 characters at most but is a string of 5002 characters.",
    ],
  ])("is an error: %s", async (_, body, problem) => {
    const { client } = answered(body);
    expect((await failure(client.nodes())).problem).toBe(problem);
    await client.close();
  });

  it("has a bound for all that is kept of several", async () => {
    const body = gzipSync(`{"data":[]${" ".repeat(20 * MIB)}}`);
    const answer = [head(body.length, "Content-Encoding: gzip"), body];
    const { client } = askRaw(answer, answer, answer, answer);
    for (const node of ["pve1", "pve2", "pve3"]) expect(await client.pciDevices(node)).toEqual([]);
    const error = await failure(client.pciDevices("pve4"));
    expect(`${error.code}: ${error.problem}`).toBe(
      "too-large: What the nodes answer is larger than 64 MiB together.",
    );
    await client.close();
  });

  it("has a bound for the number of its values", async () => {
    const { client } = answered(`{"data":[${"[],".repeat(600_000)}[]]}`);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe("too-large: The answer has more than 1000000 values.");
    expect(error.advice).toBe(API_ADVICE);
    await client.close();
  });
});

describe("the headers of an answer", () => {
  it("that are too large are not read", async () => {
    const { client } = askRaw([head(0, `X-Large: ${"x".repeat(70_000)}`)]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe("too-large: The headers of the answer are too large.");
    await client.close();
  });

  it.each([
    ["SSH", "SSH-2.0-OpenSSH_9.2p1\r\n"],
    ["a bare body", VERSION],
    ["a status that is no number", "HTTP/1.1 abc OK\r\n\r\n"],
    ["a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"],
  ])("that are none of HTTP are named as such: %s", async (_, sent) => {
    const { client } = askRaw([sent]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(`malformed: ${raw.endpoint} does not answer in HTTP/1.1.`);
    await client.close();
  });
});

describe("headers that are not as HTTP has them", () => {
  it.each([
    ["two lengths", "Content-Length: 20\r\nContent-Length: 29", ""],
    ["a length and chunks", "Content-Length: 9\r\nTransfer-Encoding: chunked", ""],
    ["a length that is no number", "Content-Length: +9", " (Invalid character in Content-Length)"],
    ["NUL", "X-Odd: a\0b", " (Invalid header value char)"],
    ["a name with a space", "X Odd: a", " (Invalid header token)"],
  ])("are told with what is wrong: %s", async (_, lines, fault) => {
    const { client } = askRaw([`HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      `malformed: The answer of ${raw.endpoint} is damaged: its headers are not those of HTTP/1.1${fault}.`,
    );
    expect(error.advice).toBe("Check that no firewall or proxy between changes what the host answers.");
    await client.close();
  });

  it.each(["  LENGTH", "LENGTH ", "\t LENGTH  "])(
    "do not include spaces around a length: %j",
    async (written) => {
      const { client } = askRaw([
        `HTTP/1.1 200 OK\r\nContent-Length:${written.replace("LENGTH", `${VERSION.length}`)}\r\n\r\n${VERSION}`,
      ]);
      expect(await client.version()).toBe("9.2.11");
      await client.close();
    },
  );

  it("do not make a body whole that is not", async () => {
    const cut = [`HTTP/1.1 200 OK\r\nContent-Length: ${VERSION.length + 1}  \r\n\r\n${VERSION}`];
    const { client } = askRaw(cut);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      `unreachable: The connection to ${raw.endpoint} was lost in the middle of the answer.`,
    );
    await client.close();
  });

  it("do not hide that the body is compressed below HTTP", async () => {
    const { client } = askRaw(["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n\u001f\u008b"]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      'malformed: The answer is not JSON but encoded as "gzip" (Transfer-Encoding), which was not asked for.',
    );
    await client.close();
  });
});

describe("a redirection", () => {
  it("is not followed, and its target is named", async () => {
    const { client } = askRaw([
      "HTTP/1.1 301 Moved Permanently\r\nLocation: https://else.where/\r\nContent-Length: 0\r\n\r\n",
    ]);
    const error = await failure(client.version());
    expect(`${error.code}: ${error.problem}`).toBe(
      "redirected: The server points elsewhere instead of answering (301 Moved Permanently): https://else.where/.",
    );
    expect(error.advice).toBe("Set the endpoint to where the API of Proxmox VE itself is.");
    await client.close();
  });
});

describe("the reason phrase", () => {
  const EMPTY = "Content-Length: 0\r\n\r\n";

  it.each([
    [
      "byte by byte",
      [...Buffer.from(`HTTP/1.1 403 Permission check failed (/, Sys.Audit)\r\n${EMPTY}`)].map((byte) =>
        Buffer.from([byte]),
      ),
    ],
    ["cut in its middle", ["HTTP/1.1 403 Permission check", ` failed (/, Sys.Audit)\r\n${EMPTY}`]],
  ])("is whole when it comes %s", async (_, pieces) => {
    const { client } = askRaw(pieces);
    const error = await failure(client.version());
    expect(error.reason).toBe("Permission check failed (/, Sys.Audit)");
    expect(error.missing).toEqual({ path: "/", privileges: ["Sys.Audit"] });
    await client.close();
  });

  it("is read as UTF-8 where it is", async () => {
    const { client } = askRaw([Buffer.from(`HTTP/1.1 500 mapping 'größe' not found\r\n${EMPTY}`, "utf8")]);
    expect((await failure(client.version())).reason).toBe("mapping 'größe' not found");
    await client.close();
  });

  it("is read as ISO 8859-1 where it is no UTF-8", async () => {
    const { client } = askRaw([Buffer.from(`HTTP/1.1 500 mapping 'größe' not found\r\n${EMPTY}`, "latin1")]);
    expect((await failure(client.version())).reason).toBe("mapping 'größe' not found");
    await client.close();
  });

  it("is the message of the body where the status line has only the beginning of it", async () => {
    const body = '{"data":null,"message":"first\\nsecond"}';
    const { client } = askRaw([`HTTP/1.1 400 first\r\nContent-Length: ${body.length}\r\n\r\n${body}`]);
    expect((await failure(client.version())).reason).toBe("first second");
    await client.close();
  });

  it("is the message of the body where the status line has none", async () => {
    const body = '{"data":null,"message":"said here"}';
    const { client } = askRaw([`HTTP/1.1 400\r\nContent-Length: ${body.length}\r\n\r\n${body}`]);
    expect((await failure(client.version())).reason).toBe("said here");
    await client.close();
  });

  it("belongs to its own answer on a connection that is used again", async () => {
    const { client } = askRaw(
      [`${head(29, "Connection: keep-alive")}{"data":{"version":"9.2.11"}}`],
      [`HTTP/1.1 400 second\r\n${EMPTY}`],
    );
    expect(await client.version()).toBe("9.2.11");
    expect((await failure(client.nodes())).reason).toBe("second");
    expect(raw.connections).toBe(1);
    await client.close();
  });

  it("has no control characters and no end of its own making", async () => {
    const { client } = askRaw([`HTTP/1.1 400 a\tb ${"x".repeat(9000)}\r\n${EMPTY}`]);
    const { reason } = await failure(client.version());
    expect(reason?.startsWith("a b x")).toBe(true);
    expect(reason).toHaveLength(1000);
    await client.close();
  });
});
