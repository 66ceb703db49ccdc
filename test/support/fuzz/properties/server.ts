/** What a server answers. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { root } from "../../../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../../../src/proxmox/answers/pci-record.ts";
import {
  decodeGuests,
  decodeNodes,
  decodePciMappings,
  decodePending,
  decodePermissions,
} from "../../../../src/proxmox/answers/responses.ts";
import { AnswerBytes } from "../../../../src/proxmox/asking/answer-bytes.ts";
import { Problem } from "../../../../src/proxmox/errors.ts";
import { type DecoderProperty, readOrRefuse } from "../property.ts";

const key = fc.constantFrom(
  "id",
  "class",
  "vendor",
  "device",
  "iommugroup",
  "mdev",
  "physfn",
  "virtfns",
  "node",
  "status",
  "type",
  "vmid",
  "map",
  "key",
  "value",
  "pending",
  "__proto__",
  "constructor",
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      true,
      0,
      1,
      -1,
      1e300,
      "",
      "0",
      "0000:01:00.0",
      "0x10de",
      "online",
      "qemu",
      "\ud800",
      "\u001b[2J",
    ),
    fc.string({ unit: "binary" }),
    fc.array(tie("json"), { maxLength: 4 }),
    fc.dictionary(key, tie("json"), { maxKeys: 6 }),
  ),
}));

const digits = (count: number) =>
  fc.nat({ max: 16 ** count - 1 }).map((value) => `0x${value.toString(16).padStart(count, "0")}`);

const device = fc.record(
  {
    id: fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 31 }), fc.nat({ max: 7 })).map(([bus, slot, number]) => {
      const hex = (value: number): string => value.toString(16).padStart(2, "0");
      return `0000:${hex(bus)}:${hex(slot)}.${number}`;
    }),
    class: digits(6),
    vendor: digits(4),
    device: digits(4),
    iommugroup: fc.integer({ min: -1, max: 500 }),
    subsystem_vendor: digits(4),
    subsystem_device: digits(4),
    vendor_name: fc.stringMatching(/^[ -~]{1,30}$/),
    device_name: fc.stringMatching(/^[ -~]{1,30}$/),
    mdev: fc.constantFrom(0, 1),
  },
  { requiredKeys: ["id", "class", "vendor", "device", "iommugroup"] },
);

const DECODERS = [
  decodePciRecords,
  decodeNodes,
  decodePermissions,
  decodeGuests,
  decodePending,
  decodePciMappings,
];

const LIMITS = { answer: 1_000_000, interim: 100_000 };

/** What comes out of bytes that come in pieces. */
function passed(pieces: readonly Buffer[]): string {
  const bytes = new AnswerBytes(LIMITS);
  return Buffer.concat(pieces.map((piece) => Buffer.from(bytes.pass(Buffer.from(piece))))).toString("latin1");
}

export const serverProperties: readonly DecoderProperty[] = [
  {
    decoder: "PCI answers",
    holds: "devices are read alike whether Perl writes numbers as texts or not, and whatever else it says",
    property: () =>
      fc.property(
        fc.uniqueArray(device, { selector: ({ id }) => id, maxLength: 6 }),
        fc.dictionary(fc.stringMatching(/^x-[a-z]{1,5}$/), json, { maxKeys: 3 }),
        (devices, more) => {
          const asTexts = devices.map(({ iommugroup, mdev, ...rest }) => ({
            ...more,
            ...rest,
            iommugroup: `${iommugroup}`,
            ...(mdev === undefined ? {} : { mdev: `${mdev}` }),
          }));
          const read = decodePciRecords(root(devices));
          deepStrictEqual(decodePciRecords(root(asTexts)), read);
          deepStrictEqual(read.length, devices.length);
        },
      ),
  },
  {
    decoder: "PCI answers",
    holds: "any JSON is read or refused with its place, by every decoder",
    property: () =>
      fc.property(json, (data) => {
        // As it comes: with a member of its own that is called __proto__.
        const value: unknown = JSON.parse(JSON.stringify(data) ?? "null");
        for (const decode of DECODERS) readOrRefuse(() => decode(root(value)), Problem);
      }),
  },
  {
    decoder: "HTTP answers",
    holds: "an answer is the same however it is cut up, and loses its interim ones",
    property: () =>
      fc.property(
        fc.array(fc.constantFrom("100 Continue", "103 Early Hints", "102 Processing"), { maxLength: 3 }),
        fc.constantFrom("\r\n", "\n"),
        fc.string({ maxLength: 40 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 10 }),
        (interim, newline, body, cuts) => {
          const before = interim.map((line) => `HTTP/1.1 ${line}${newline}A: b${newline}${newline}`).join("");
          const answer = `HTTP/1.1 200 OK${newline}${newline}${body}`;
          const bytes = Buffer.from(before + answer, "utf8");
          const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
            (a, b) => a - b,
          );
          const pieces = places.map((place, index) =>
            bytes.subarray(place, places[index + 1] ?? bytes.length),
          );
          return passed(pieces) === Buffer.from(answer, "utf8").toString("latin1");
        },
      ),
  },
];
