/**
 * Writers for the few DER shapes that a certificate is made of (ITU-T X.690). Each returns the bytes of one
 * tag-length-value element.
 */

const TAG_BOOLEAN = 0x01;
const TAG_INTEGER = 0x02;
const TAG_BIT_STRING = 0x03;
const TAG_OCTET_STRING = 0x04;
const TAG_OBJECT_ID = 0x06;
const TAG_UTF8_STRING = 0x0c;
const TAG_UTC_TIME = 0x17;
const TAG_SEQUENCE = 0x30;
const TAG_SET = 0x31;

/** Any element: its tag, the length of its content in the shortest form, the content. */
export function element(tag: number, content: Uint8Array): Buffer {
  const length: number[] = [];
  if (content.length < 0x80) length.push(content.length);
  else {
    for (let rest = content.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff);
    length.unshift(0x80 | length.length);
  }
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

export const sequence = (...items: readonly Uint8Array[]): Buffer =>
  element(TAG_SEQUENCE, Buffer.concat(items));

export const set = (...items: readonly Uint8Array[]): Buffer => element(TAG_SET, Buffer.concat(items));

export const boolean = (value: boolean): Buffer => element(TAG_BOOLEAN, Buffer.from([value ? 0xff : 0]));

/** A non-negative integer, given as its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const leading = bytes.findIndex((byte) => byte !== 0);
  const digits = leading < 0 ? Buffer.from([0]) : Buffer.from(bytes.subarray(leading));
  return element(TAG_INTEGER, (digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

export const octetString = (content: Uint8Array): Buffer => element(TAG_OCTET_STRING, content);

/** Bits, the last `unusedBits` of which are padding. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  element(TAG_BIT_STRING, Buffer.concat([Buffer.from([unusedBits]), content]));

export const utf8String = (text: string): Buffer => element(TAG_UTF8_STRING, Buffer.from(text, "utf8"));

/** A dotted object identifier such as `2.5.4.3`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return element(TAG_OBJECT_ID, Buffer.from(bytes));
}

/** `YYMMDDHHMMSSZ`, which RFC 5280 wants for every time before 2050. */
export const utcTime = (time: Date): Buffer =>
  element(
    TAG_UTC_TIME,
    Buffer.from(
      `${time
        .toISOString()
        .slice(2)
        .replace(/[-:T]|\.\d+Z$/g, "")}Z`,
      "latin1",
    ),
  );

/** An explicitly tagged element: `[number] EXPLICIT`. */
export const explicit = (number: number, content: Uint8Array): Buffer => element(0xa0 | number, content);

/** An implicitly tagged primitive element: `[number] IMPLICIT`. */
export const implicit = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content);
