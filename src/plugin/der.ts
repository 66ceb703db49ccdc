/**
 * Writes ASN.1 in DER, as far as a certificate needs it. Source: ITU-T X.690. Every function returns one complete
 * element: tag, length, content.
 */

/** The universal tags in use, with the "constructed" bit where it is needed. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** An element with any tag. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Uint8Array.of(tag), derLength(body.length), body]);
}

function derLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100);
  return Uint8Array.of(0x80 + bytes.length, ...bytes);
}

/** Elements in order. */
export function derSequence(...elements: readonly Uint8Array[]): Buffer {
  return derElement(TAG.sequence, ...elements);
}

/** Elements without order. */
export function derSet(...elements: readonly Uint8Array[]): Buffer {
  return derElement(TAG.set, ...elements);
}

/** The boolean true. False is the default wherever a certificate has a boolean, so it is left out. */
export function derTrue(): Buffer {
  return derElement(TAG.boolean, Uint8Array.of(0xff));
}

/** A number that is not negative, as bytes with the most significant first. */
export function derUnsignedInteger(bytes: Uint8Array): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start === -1 ? Uint8Array.of(0) : bytes.subarray(start);
  const needsSign = (digits[0] ?? 0) >= 0x80;
  return derElement(TAG.integer, needsSign ? Uint8Array.of(0) : Uint8Array.of(), digits);
}

/** A bit string; the last byte may have unused bits at its end. */
export function derBitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return derElement(TAG.bitString, Uint8Array.of(unusedBits), bytes);
}

/** Bytes; a certificate keeps its extensions in them. */
export function derOctetString(bytes: Uint8Array): Buffer {
  return derElement(TAG.octetString, bytes);
}

export function derUtf8String(text: string): Buffer {
  return derElement(TAG.utf8String, Buffer.from(text, "utf8"));
}

/** A time given as `YYYYMMDDHHMMSSZ`, in the shorter form with two digits for years up to 2049 (RFC 5280, 4.1.2.5). */
export function derTime(time: string): Buffer {
  const isShort = time.slice(0, 4) < "2050";
  return derElement(isShort ? TAG.utcTime : TAG.generalizedTime, Buffer.from(isShort ? time.slice(2) : time));
}

/** An object identifier in its dotted form. */
export function derObjectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return derElement(TAG.objectIdentifier, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** Seven bits for each byte, the most significant first. All bytes but the last have the eighth bit set. */
function base128(value: number): number[] {
  const bytes = [value % 0x80];
  for (let rest = Math.floor(value / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) {
    bytes.unshift(0x80 + (rest % 0x80));
  }
  return bytes;
}
