/** One HTTP/1.1 answer as it went over the wire. */
export interface RawAnswer {
  /** Status code; Proxmox also uses 595 and 596. */
  readonly status: number;
  /** Reason phrase, where Proxmox puts the cause of every error. */
  readonly reason: string;
  /** Header lines in the order sent; a name may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const HEAD_END = "\r\n\r\n";

/**
 * Reads a recorded answer: status line, header lines and body, separated by CRLF.
 *
 * @throws Error when the bytes are not an HTTP/1.1 answer.
 */
export function parseRawAnswer(bytes: Buffer): RawAnswer {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) throw new Error("not an HTTP answer: no empty line ends the headers");
  const [statusLine = "", ...headerLines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(statusLine);
  if (status?.[1] === undefined || status[2] === undefined) {
    throw new Error(`not an HTTP/1.1 status line: ${JSON.stringify(statusLine)}`);
  }
  return {
    status: Number(status[1]),
    reason: status[2],
    headers: headerLines.map(parseHeaderLine),
    body: bytes.subarray(headEnd + HEAD_END.length),
  };
}

/** All values of one header, in the order sent; the name's case does not matter. */
export function headerValues(answer: RawAnswer, name: string): string[] {
  const wanted = name.toLowerCase();
  return answer.headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value);
}

function parseHeaderLine(line: string): [string, string] {
  const colon = line.indexOf(":");
  if (colon < 1) throw new Error(`not a header line: ${JSON.stringify(line)}`);
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
