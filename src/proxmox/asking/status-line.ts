/**
 * The reason phrase of an answer, unchanged. Proxmox says in the status line what is wrong, and before 2025 only there. When a reason
 * phrase arrives in several pieces, undici keeps only the last (`onStatus` in its lib/dispatcher/client-h1.js). It also reads bytes that
 * are not UTF-8 as question marks. So the bytes are read before undici (`answer-bytes`). RFC 9112, section 4: status-line = HTTP-version SP
 * status-code SP [ reason-phrase ].
 */
import { printable } from "../printable.ts";

/** Longer status lines are cut: what matters is at the beginning. */
const MAX_STATUS_LINE = 8 * 1024;

const NEWLINE = 0x0a;

/** The first line of one answer, collected from the bytes as they come. */
export class StatusLine {
  #bytes = Buffer.alloc(0);
  #complete = false;

  /** Starts again: the next byte is the first of an answer. */
  reset(): void {
    this.#bytes = Buffer.alloc(0);
    this.#complete = false;
  }

  see(chunk: Buffer): void {
    if (this.#complete) return;
    const end = chunk.indexOf(NEWLINE);
    const room = MAX_STATUS_LINE - this.#bytes.length;
    this.#bytes = Buffer.concat([
      this.#bytes,
      chunk.subarray(0, Math.min(room, end < 0 ? chunk.length : end)),
    ]);
    this.#complete = end >= 0 || this.#bytes.length === MAX_STATUS_LINE;
  }

  /** Whether the bytes so far are the status line of an answer. */
  get isHttp(): boolean {
    return /^HTTP\/1\.[01] [1-9]\d\d(?: |\r|$)/.test(this.#bytes.toString("latin1"));
  }

  /** The reason phrase, if the line has this status. */
  reason(status: number): string | null {
    const match = /^HTTP\/\d\.\d (\d{3})(?: (.*))?$/s.exec(decodeText(this.#bytes));
    return match?.[1] === String(status) ? printable(match[2] ?? "") : null;
  }
}

/** As UTF-8 if it is valid, otherwise as ISO 8859-1, in which every sequence of bytes is valid. */
function decodeText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}
