import { describe, expect, it } from "vitest";
import { BodyBuffer, BodyRoom, NoRoomError } from "../../../src/proxmox/asking/body-buffer.ts";

describe("a body", () => {
  it("is one piece, however it came", () => {
    const body = new BodyBuffer(new BodyRoom(1_000_000));
    for (const byte of Buffer.from("x".repeat(40_000))) body.add(Buffer.from([byte]));
    body.add(Buffer.from("end"));
    expect(body.bytes.toString()).toBe(`${"x".repeat(40_000)}end`);
  });

  it("finds no room beside others, until they are released", () => {
    const room = new BodyRoom(100_000);
    const [first, second] = [new BodyBuffer(room), new BodyBuffer(room)];
    first.add(Buffer.alloc(60_000));
    expect(() => second.add(Buffer.alloc(60_000))).toThrow(NoRoomError);
    first.release();
    second.add(Buffer.alloc(60_000));
    expect(second.bytes).toHaveLength(60_000);
    second.release();
    second.release();
    expect(room.take(100_000)).toBe(true);
  });

  it("copies what comes, since the bytes of a socket are used again", () => {
    const body = new BodyBuffer(new BodyRoom(100_000));
    const chunk = Buffer.from("abc");
    body.add(chunk);
    chunk.fill("x");
    expect(body.bytes.toString()).toBe("abc");
  });
});
