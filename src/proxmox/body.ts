/** The body of an answer: decompressed within limits, then read as Proxmox's `{"data": …}`. */
import { gunzip } from "node:zlib";
import type { WireResponse } from "./connection.ts";
import { ProblemError } from "./errors.ts";
import { printable } from "./status-line.ts";

/** Bytes of a body after decompression. The PCI devices of a large host are 0.3 MB, ten thousand guests 5 MB. */
export const MAX_DECODED_BYTES = 64 * 1024 * 1024;

/** For answers that another web server gave. */
export const NOT_PROXMOX_ADVICE =
  "Check that the endpoint is the API of Proxmox VE itself (port 8006) and not another web server.";

/**
 * The bytes of an answer, decompressed.
 * @throws ProblemError when they are too many, damaged, or in an encoding that was not asked for
 */
async function decompress(response: WireResponse): Promise<Buffer> {
  const encoding = headerText(response, "content-encoding").trim().toLowerCase();
  if (encoding === "" || encoding === "identity" || response.body.length === 0) return response.body;
  if (encoding !== "gzip" && encoding !== "x-gzip") {
    throw new ProblemError({
      code: "malformed",
      text: `The answer is encoded as ${JSON.stringify(encoding)}, which was not asked for.`,
    });
  }
  return new Promise((resolve, reject) => {
    gunzip(response.body, { maxOutputLength: MAX_DECODED_BYTES }, (error, bytes) => {
      if (error === null) resolve(bytes);
      else reject(gunzipProblem(error));
    });
  });
}

function gunzipProblem(error: Error): ProblemError {
  return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"
    ? new ProblemError({
        code: "too-large",
        text: `The answer is larger than ${MAX_DECODED_BYTES / 1024 / 1024} MiB when decompressed.`,
      })
    : new ProblemError({
        code: "malformed",
        text: "The compressed answer is damaged.",
        transient: true,
      });
}

/**
 * What stands under `data` in a successful answer.
 * @throws ProblemError when the answer is not Proxmox's
 */
export async function dataOf(response: WireResponse): Promise<unknown> {
  const text = (await decompress(response)).toString("utf8");
  const value = parseJson(text);
  if (value === undefined) {
    throw new ProblemError({
      code: "malformed",
      text:
        text.trim() === ""
          ? `The answer (${response.status} ${response.reason}) is empty.`
          : `The answer is not JSON${otherType(response)}.`,
      advice: NOT_PROXMOX_ADVICE,
    });
  }
  if (!isRecord(value) || !Object.hasOwn(value, "data")) {
    throw new ProblemError({
      code: "malformed",
      text: 'The answer is JSON without "data", so it is not from the API of Proxmox VE.',
      advice: NOT_PROXMOX_ADVICE,
    });
  }
  return value["data"];
}

function otherType(response: WireResponse): string {
  const type = printable(headerText(response, "content-type"));
  if (/\bjson\b/i.test(type)) return ", although it says so: it is damaged or breaks off";
  return type === "" ? "" : ` but ${JSON.stringify(type)}`;
}

/** What an error's body adds to its status line: `message` (from early 2025 on) and the parameters that were refused. */
export interface ErrorBody {
  readonly message: string;
  readonly errors: readonly (readonly [parameter: string, fault: string])[];
}

/** Reads the body of a refusal; whatever it is, this does not fail. */
export async function errorBodyOf(response: WireResponse): Promise<ErrorBody> {
  const text = await decompress(response).then(
    (bytes) => bytes.toString("utf8"),
    () => "",
  );
  const value = parseJson(text);
  const body = isRecord(value) ? value : {};
  const errors = isRecord(body["errors"]) ? Object.entries(body["errors"]) : [];
  return {
    message: typeof body["message"] === "string" ? printable(body["message"]) : "",
    errors: errors.map(([parameter, fault]) => [printable(parameter), printable(String(fault))]),
  };
}

/** The value of a header; of several equal ones the first. */
export function headerText(response: WireResponse, name: string): string {
  const value = response.headers[name];
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

/** undefined when it is no JSON. The parser's own message is lost on purpose: it quotes the text, which may be a ticket. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value out of JSON is an object, and no list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
