/** What a server answers, and whom a user trusts. */

import { root } from "../../../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../../../src/proxmox/answers/pci-record.ts";
import {
  decodeClusterStatus,
  decodeGuestConfig,
  decodeGuests,
  decodeMdevTypes,
  decodeNodes,
  decodePciMappings,
  decodePending,
  decodePermissions,
} from "../../../../src/proxmox/answers/responses.ts";
import { decodeVersion } from "../../../../src/proxmox/answers/version.ts";
import {
  AnswerBytes,
  type AnswerLimits,
  AnswerTooLargeError,
} from "../../../../src/proxmox/asking/answer-bytes.ts";
import { AnswerReader } from "../../../../src/proxmox/asking/body.ts";
import { parseMissingPrivilege } from "../../../../src/proxmox/asking/permission.ts";
import { refusalProblem } from "../../../../src/proxmox/asking/refusal.ts";
import { parseRetryAfter } from "../../../../src/proxmox/asking/tries.ts";
import { Problem } from "../../../../src/proxmox/errors.ts";
import { parseEndpoint } from "../../../../src/proxmox/settings/endpoint.ts";
import { normalizeFingerprint } from "../../../../src/proxmox/settings/fingerprint.ts";
import { SettingError } from "../../../../src/proxmox/settings/setting-sources.ts";
import { loadAuthorities } from "../../../../src/proxmox/tls/authorities.ts";
import { createCertificateAuthority } from "../../pve/certificate.ts";
import { loadRecordings } from "../../pve/recordings.ts";
import type { FuzzTarget } from "../target.ts";

const DECODERS = [
  decodePciRecords,
  decodeNodes,
  decodeClusterStatus,
  decodePermissions,
  decodeGuests,
  decodePending,
  decodeGuestConfig,
  decodePciMappings,
  decodeMdevTypes,
  decodeVersion,
];

const answers = [...new Set(loadRecordings("pve9").map(({ answer }) => answer.body.toString("utf8")))]
  .filter((body) => body.startsWith("{"))
  .map((body) => body.slice(0, 3_000));

const LIMITS: AnswerLimits = { answer: 100_000, interim: 2_000 };

/** The bytes that come out of those that go in, in pieces of so many. */
function passed(input: Buffer, size: number): string {
  const bytes = new AnswerBytes(LIMITS);
  const out: Buffer[] = [];
  for (let start = 0; start < input.length; start += size) {
    // A copy, since the bytes of a socket are used again.
    out.push(Buffer.from(bytes.pass(Buffer.from(input.subarray(start, start + size)))));
  }
  return Buffer.concat(out).toString("latin1");
}

export const proxmoxTargets: readonly FuzzTarget[] = [
  {
    name: "pci-answer",
    what: "answers of the API, by every decoder",
    refusals: [Problem],
    maxBytes: 4_000,
    seeds: answers,
    words: [
      '{"data":',
      '{"data":[',
      '"iommugroup":-1',
      '"id":"0000:01:00.0"',
      '"__proto__":{',
      '"virtfns":{',
      '"node":"',
      '"status":"online"',
      "null",
      "1e308",
      '"\\u0000"',
      '"\\ud800"',
      "[[[[",
      '"quorate":0',
      "true",
      '"0"',
    ],
    run: async (input) => {
      const data = await new AnswerReader().data(
        { status: 200, reason: "OK", headers: {}, body: input },
        false,
      );
      for (const decode of DECODERS) {
        try {
          decode(root(data));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
        }
      }
    },
  },
  {
    name: "http-answer",
    what: "the bytes of answers, interim ones among them, however they are cut up",
    refusals: [AnswerTooLargeError],
    maxBytes: 3_000,
    seeds: [
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Permission check failed (/, Sys.Audit)\r\n\r\n",
      "HTTP/1.1 103 Early Hints\nLink: x\n\nHTTP/1.1 500 no\n\n",
    ],
    words: [
      "HTTP/1.1 1",
      "HTTP/1.1 200 OK\r\n",
      "\r\n\r\n",
      "\n\n",
      "\n\r\n",
      "HTTP/1.",
      "100 Continue",
      "\r",
    ],
    run: (input) => {
      const whole = passed(input, Math.max(1, input.length));
      for (const size of [1, 3, 10]) {
        if (passed(input, size) !== whole) throw new Error(`in pieces of ${size} bytes it is another answer`);
      }
    },
  },
  {
    name: "refusal",
    what: "refusals: status, reason and body",
    refusals: [],
    maxBytes: 3_000,
    seeds: [
      'Permission check failed (/vms/100, VM.Audit)\n{"data":null,"message":"Permission check failed (/vms/100, VM.Audit)\\n"}',
      'Parameter verification failed.\n{"errors":{"node":"invalid"},"data":null}',
      "can't read at /usr/share/perl5/PVE/Tools.pm line 298, <DATA> line 960.\n",
      "hostname lookup 'pve9' failed - failed to get address info\n",
      "mapping 'gpu' not found\n",
    ],
    words: [
      "Permission check failed (",
      "user != root@pam",
      " at /usr/share/perl5/x.pm line 1.",
      " called at (eval 1) line 2",
      "hostname lookup '",
      "|",
      "(/",
      ", VM.Audit)",
      '"errors":{',
      '"message":"',
      "\u001b[2J",
      "...propagated",
    ],
    run: async (input) => {
      const end = input.indexOf(0x0a);
      const reason = input.toString("latin1", 0, end < 0 ? input.length : end);
      const body = end < 0 ? Buffer.alloc(0) : input.subarray(end + 1);
      const identity = { user: "gpuhost@pve", token: "discovery" };
      const context = { identity, node: "pve1", now: 0, scrub: (text: string) => text };
      parseMissingPrivilege(reason);
      parseRetryAfter(reason, 0);
      for (const status of [400, 403, 404, 429, 500, 502, 595]) {
        const problem = await refusalProblem(
          { status, reason, headers: {}, body, release: () => {} },
          context,
        );
        const text = `${problem.text}\n${problem.advice}`;
        if (text.length > 10_000) throw new Error(`a message of ${text.length} characters`);
      }
    },
  },
  {
    name: "pem",
    what: "certificates in PEM, endpoints and fingerprints",
    refusals: [],
    maxBytes: 3_000,
    seeds: [
      createCertificateAuthority().certificatePem,
      "https://pve1:8006",
      "https://[fe80::1%25eth0]:8006/",
      "D5:04:".repeat(16),
    ],
    words: [
      "-----BEGIN CERTIFICATE-----\n",
      "-----END CERTIFICATE-----\n",
      "-----BEGIN PRIVATE KEY-----",
      "MIIB",
      "=",
      "https://",
      "[::1]",
      ":8006",
      "%",
      "@",
    ],
    run: (input) => {
      const text = input.toString("utf8");
      for (const read of [parseEndpoint, normalizeFingerprint]) {
        try {
          read(text);
        } catch (error) {
          if (!(error instanceof SettingError)) throw error;
        }
      }
      const { authorities } = loadAuthorities([{ attribute: "ca_pem", value: text, variable: null }]);
      if (authorities?.length === 0) throw new Error("nothing is trusted, and nothing is said");
    },
  },
];
