import { describe, expect, test } from "vitest";
import {
  derBitString,
  derElement,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derTrue,
  derUnsignedInteger,
  derUtf8String,
} from "../../src/plugin/der.ts";

// The expected bytes are those of ITU-T X.690 and of `openssl asn1parse -genstr`.
describe("DER", () => {
  test.for([
    ["true", derTrue(), "0101ff"],
    ["an empty sequence", derSequence(), "3000"],
    ["a set", derSet(derTrue()), "31030101ff"],
    ["zero", derUnsignedInteger(Uint8Array.of(0, 0)), "020100"],
    ["no bytes at all as zero", derUnsignedInteger(Uint8Array.of()), "020100"],
    ["127", derUnsignedInteger(Uint8Array.of(127)), "02017f"],
    ["128, which needs a byte for the sign", derUnsignedInteger(Uint8Array.of(128)), "02020080"],
    ["a number with leading zeros", derUnsignedInteger(Uint8Array.of(0, 0, 1, 0)), "02020100"],
    ["bits", derBitString(Uint8Array.of(0x80), 7), "03020780"],
    ["octets", derOctetString(Uint8Array.of(1, 2)), "04020102"],
    ["text", derUtf8String("é"), "0c02c3a9"],
    ["a short object identifier", derObjectIdentifier("2.5.29.17"), "0603551d11"],
    ["one with a large number", derObjectIdentifier("1.2.840.10045.4.3.2"), "06082a8648ce3d040302"],
    ["the last year with two digits", derTime("20491231235959Z"), "170d3439313233313233353935395a"],
    ["the first one with four", derTime("20500101000000Z"), "180f32303530303130313030303030305a"],
  ] as const)("writes %s", ([, der, hex]) => {
    expect(der.toString("hex")).toBe(hex);
  });

  test.for([
    [127, "7f"],
    [128, "8180"],
    [255, "81ff"],
    [256, "820100"],
    [65_536, "83010000"],
  ] as const)("writes the length %i as %s", ([length, hex]) => {
    const element = derElement(0x04, Buffer.alloc(length));
    expect(element.subarray(1, element.length - length).toString("hex")).toBe(hex);
  });
});
