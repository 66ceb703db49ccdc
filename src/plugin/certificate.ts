/**
 * The self-signed certificate of a plugin: new for every process, never stored. Source: RFC 5280 (certificate), RFC
 * 5480 and RFC 5758 (elliptic curves), go-plugin `mtls.go`.
 */
import { generateKeyPair, type KeyObject, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";
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
} from "./der.ts";

export interface KeyAndCertificate {
  readonly certificateDer: Buffer;
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly privateKeyPem: string;
}

/** The available curves: P-256 is the fastest, P-521 is the one of Go hosts. */
const CURVES = {
  "P-256": { hash: "sha256", signature: "1.2.840.10045.4.3.2" },
  "P-521": { hash: "sha512", signature: "1.2.840.10045.4.3.4" },
} as const;

const OID = {
  commonName: "2.5.4.3",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  extendedKeyUsage: "2.5.29.37",
  serverAuthentication: "1.3.6.1.5.5.7.3.1",
  clientAuthentication: "1.3.6.1.5.5.7.3.2",
} as const;

/**
 * Always valid: a host's clock may be wrong or in another zone, and the certificate only lives as long as the process.
 * The end is RFC 5280's value for "no end".
 */
const VALIDITY = { from: "20000101000000Z", to: "99991231235959Z" } as const;

/** Hosts check the certificate against this name. */
const HOST_NAME = "localhost";

/** Makes a key and a certificate for it. The key is made outside the main thread. */
export async function createCertificate(curve: keyof typeof CURVES = "P-256"): Promise<KeyAndCertificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("ec", { namedCurve: curve });
  const { hash, signature } = CURVES[curve];
  const algorithm = derSequence(derObjectIdentifier(signature));
  const body = certificateBody(publicKey, algorithm);
  const certificateDer = derSequence(body, algorithm, derBitString(sign(hash, body, privateKey)));
  return {
    certificateDer,
    certificatePem: toPem(certificateDer),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** A certificate in PEM from its DER form. */
export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** TBSCertificate of RFC 5280, section 4.1. */
function certificateBody(publicKey: KeyObject, algorithm: Buffer): Buffer {
  const name = derSequence(
    derSet(derSequence(derObjectIdentifier(OID.commonName), derUtf8String(HOST_NAME))),
  );
  return derSequence(
    derElement(0xa0, derUnsignedInteger(Uint8Array.of(2))), // version 3
    derUnsignedInteger(randomBytes(16)), // serial number
    algorithm,
    name, // issuer
    derSequence(derTime(VALIDITY.from), derTime(VALIDITY.to)),
    name, // subject
    publicKey.export({ type: "spki", format: "der" }),
    derElement(0xa3, derSequence(...extensions())),
  );
}

function extensions(): Buffer[] {
  const purposes = [OID.serverAuthentication, OID.clientAuthentication].map(derObjectIdentifier);
  const dnsName = derElement(0x82, Buffer.from(HOST_NAME, "latin1"));
  return [
    // The only bit that is set: digitalSignature.
    derSequence(
      derObjectIdentifier(OID.keyUsage),
      derTrue(),
      derOctetString(derBitString(Uint8Array.of(0x80), 7)),
    ),
    derSequence(derObjectIdentifier(OID.extendedKeyUsage), derOctetString(derSequence(...purposes))),
    derSequence(derObjectIdentifier(OID.subjectAlternativeName), derOctetString(derSequence(dnsName))),
  ];
}
