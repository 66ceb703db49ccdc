/**
 * The body of an answer while it comes. It may come in millions of chunks, each of which would cost more than its bytes if it
 * were kept by itself; and from ten nodes at a time, so that all together have a bound as well.
 */

/** Bytes of a body as they come over the wire. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** How much of all bodies may be held at a time. */
export class BodyRoom {
  readonly #limit: number;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there is room for so many bytes more; then they are taken. */
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

/** One body, in one piece that grows. */
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

  /** What has come so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Gives the room back; the bytes are of no use from then on. */
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
