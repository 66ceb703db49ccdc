/** The body of a refusal: what it says beyond the status line. */
import { isRecord } from "../json.ts";
import { printable } from "../printable.ts";
import { decompress, parseJson, type Received, textOf } from "./body.ts";

/** The most bytes that are read of a refusal; a message has a few hundred. */
const MAX_REFUSAL_BYTES = 256 * 1024;

/** What the body of an error adds to its status line: `message` (from early 2025 on) and the refused parameters. */
export interface ErrorBody {
  readonly message: string;
  readonly errors: readonly (readonly [parameter: string, fault: string])[];
}

/** A request of this client has at most two parameters. */
const MAX_FAULTS = 5;

/** Reads the body of a refusal. It never fails. */
export async function errorBodyOf(response: Received): Promise<ErrorBody> {
  const text = await decompress(response, MAX_REFUSAL_BYTES).then(
    (bytes) => (bytes.length > MAX_REFUSAL_BYTES ? "" : textOf(bytes)),
    () => "",
  );
  const value = parseJson(text);
  const body = isRecord(value) ? value : {};
  const errors = isRecord(body["errors"]) ? Object.entries(body["errors"]) : [];
  return {
    message: typeof body["message"] === "string" ? printable(body["message"]) : "",
    errors: errors
      .slice(0, MAX_FAULTS)
      .map(([parameter, fault]) => [printable(parameter), printable(String(fault))]),
  };
}
