/**
 * The body of an answer while it comes. It may come in millions of chunks, and keeping each by itself would cost more than
 * its bytes. Bodies come from ten nodes at a time, so all together have a limit too.
 */

/** Bytes of a body as sent, before decompression. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** How many bytes of all bodies may be held at a time. */
export class BodyRoom {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes this many bytes more, if there is room for them. Returns whether there is. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#limit) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** There is no room for a body beside those of other answers. */
export class NoRoomError extends Error {
  override readonly name = "NoRoomError";
  readonly code = "ERR_NO_ROOM";
}

const FIRST_CAPACITY = 16 * 1024;

/** One body, in one buffer that grows. */
export class BodyBuffer {
  readonly #room: BodyRoom;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(room: BodyRoom) {
    this.#room = room;
  }

  /** @throws NoRoomError */
  add(chunk: Buffer): void {
    const length = this.#length + chunk.length;
    if (length > this.#bytes.length) this.#grow(length);
    chunk.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** The bytes so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Gives the room back. The bytes must not be used after that. */
  release(): void {
    this.#room.give(this.#bytes.length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
  }

  #grow(length: number): void {
    const capacity = Math.max(length, 2 * this.#bytes.length, FIRST_CAPACITY);
    if (!this.#room.take(capacity - this.#bytes.length)) throw new NoRoomError("no room for the body");
    const bytes = Buffer.allocUnsafeSlow(capacity);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
