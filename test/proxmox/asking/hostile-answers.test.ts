import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type RawServer, startRawServer } from "./raw-server.ts";

const MIB = 1024 * 1024;

/** For the whole process, Node itself included. */
const MOST_MEBIBYTES = 400;

const NODES = 3;

let raw: RawServer;
beforeEach(async () => {
  raw = await startRawServer();
  raw.closing = true;
});
afterEach(() => raw.close());

const plain = (body: Buffer) => [
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  body,
];
const packed = (body: Buffer) => {
  const bytes = gzipSync(body);
  return [`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`, bytes];
};
/** Chunks of one byte, many of them in a piece. */
const dripping = (bytes: number) => [
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
  ...Array(Math.ceil(bytes / 4096)).fill(Buffer.from("1\r\n \r\n".repeat(4096))),
];

const filled = (unit: string, bytes: number) => Buffer.from(unit.repeat(Math.floor(bytes / unit.length)));
const listed = (unit: string, bytes: number) =>
  Buffer.concat([Buffer.from('{"data":['), filled(`${unit},`, bytes), Buffer.from(`${unit}]}`)]);
const device = (name: string) =>
  `{"id":"0000:00:00.0","class":"0x030000","vendor":"0x10de","device":"0x2204","iommugroup":1,"device_name":"${name}"}`;

const NO_ROOM = "too-large: The answers that are on their way at a time are too large together.";
const BOMB = "too-large: The answer is larger than 24 MiB when decompressed.";
const VALUES = "too-large: The answer has more than 1000000 values.";
const OBJECTS = "too-large: The answer has more than 50000 objects.";
const OTHER_SHAPE =
  "malformed: The answer is not what Proxmox VE answers: data should be a list but is an object.";
const tooMany = (count: number) =>
  `malformed: The answer is not what Proxmox VE answers: data should be a list of 8192 PCI functions at most but is a list of ${count}.`;

const ANSWERS: readonly (readonly [
  what: string,
  answer: () => readonly (Buffer | string)[],
  outcome: string,
])[] = [
  ["15 MiB of empty lists", () => plain(listed("[]", 15 * MIB)), VALUES],
  ["15 MiB of objects, each with a key of its own", () => plain(manyKeys(1_000_000)), OBJECTS],
  ["a bomb of zeros", () => packed(Buffer.alloc(256 * MIB)), BOMB],
  ["a bomb of empty lists", () => packed(listed("[]", 64 * MIB)), BOMB],
  ["a bomb below the limit", () => packed(listed("[]", 23 * MIB)), VALUES],
  ["as many lists as may be", () => packed(listed("[]", 3 * 499_000)), tooMany(499_001)],
  ["as many objects as may be, inside one another", () => packed(nestedKeys(49_000)), OTHER_SHAPE],
  ["text of two bytes a character", () => packed(listed(`"${"Ā".repeat(1000)}"`, 10 * MIB)), tooMany(10_455)],
  [
    "as many devices as may be, each with a name of its own",
    () => packed(manyDevices(8_192)),
    "8192 devices",
  ],
  ["names of a megabyte", () => packed(listed(device("x".repeat(MIB)), 20 * MIB)), "1 devices"],
  ["chunks of one byte", () => dripping(6 * MIB), "too-large: The answer is larger than 16 MiB."],
];

function manyKeys(count: number): Buffer {
  const items = Array.from({ length: count }, (_, index) => `{"k${String(index).padStart(7, "0")}":1}`);
  return Buffer.from(`{"data":[${items.join(",")}]}`);
}

function manyDevices(count: number): Buffer {
  const items = Array.from({ length: count }, (_, index) => {
    const id = `${index.toString(16).padStart(4, "0")}:00:00.0`;
    const one = device(`${index}${"x".repeat(1_000)}`).replace("0000:00:00.0", id);
    return one.replace('"iommugroup":1', `"iommugroup":${index >> 3}`);
  });
  return Buffer.from(`{"data":[${items.join(",")}]}`);
}

function nestedKeys(count: number): Buffer {
  const opening = Array.from({ length: count }, (_, index) => `{"k${index}":`).join("");
  return Buffer.from(`{"data":${opening}1${"}".repeat(count)}}`);
}

describe(`from ${NODES} nodes at a time`, () => {
  it.each(ANSWERS)("%s cost no more than some memory", { timeout: 120_000 }, async (_, answer, expected) => {
    const one = answer();
    raw.answers.push(...Array(NODES).fill(one));
    const script = join(import.meta.dirname, "fixtures", "ask-for-devices.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script, raw.endpoint, String(NODES)]);
    const { outcomes, mebibytes } = JSON.parse(stdout) as { outcomes: string[]; mebibytes: number };
    // Which of them find no room beside the others depends on how fast each comes.
    expect(outcomes.filter((outcome) => outcome !== NO_ROOM)).toEqual([expected]);
    expect(mebibytes).toBeLessThan(MOST_MEBIBYTES);
  });
});
