/** Certificates as the hosts of a Proxmox cluster have them: issued by an authority of the cluster's own. Source: RFC 5280. */
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import { toPem } from "../../../src/plugin/certificate.ts";
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
} from "../../../src/plugin/der.ts";

/** A certificate with the key that belongs to it. */
export interface Identity {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** SHA-256 of the certificate in upper case with colons, as Proxmox prints it. */
  readonly fingerprint: string;
}

/** A certificate authority like the one that every Proxmox cluster has in `/etc/pve/pve-root-ca.pem`. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  /** Signs a server certificate for the given DNS names and IP addresses. */
  issue(options: ServerCertificate): Identity;
}

export interface ServerCertificate {
  /** DNS names and IP addresses; the first is the subject's common name. */
  readonly hosts: readonly string[];
  /** Default: a day ago. */
  readonly notBefore?: Date;
  /** Default: in a year. */
  readonly notAfter?: Date;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = derSequence(derObjectIdentifier("1.2.840.10045.4.3.2"));
const ORGANIZATION = derObjectIdentifier("2.5.4.10");
const COMMON_NAME = derObjectIdentifier("2.5.4.3");

/** Makes an authority with a fresh P-256 key. Its certificate is good for ten years. */
export function createCertificateAuthority(): CertificateAuthority {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = distinguishedName("PVE Cluster Manager CA", "Proxmox Virtual Environment");
  const certificate = signCertificate(keys.privateKey, {
    issuer: name,
    subject: name,
    publicKey: keys.publicKey,
    issuerKey: keys.publicKey,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 3650 * DAY_MS),
    extensions: [basicConstraints(true), keyUsage(CERT_SIGN_AND_CRL_SIGN)],
  });
  return {
    certificatePem: toPem(certificate),
    issue: (options) => issueServerCertificate(keys, name, options),
  };
}

function issueServerCertificate(
  authority: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  issuer: Buffer,
  options: ServerCertificate,
): Identity {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const certificate = signCertificate(authority.privateKey, {
    issuer,
    subject: distinguishedName(options.hosts[0] ?? "localhost", "Proxmox Virtual Environment"),
    publicKey: keys.publicKey,
    issuerKey: authority.publicKey,
    notBefore: options.notBefore ?? new Date(Date.now() - DAY_MS),
    notAfter: options.notAfter ?? new Date(Date.now() + 365 * DAY_MS),
    extensions: [
      basicConstraints(false),
      keyUsage(DIGITAL_SIGNATURE),
      extension("2.5.29.37", false, derSequence(derObjectIdentifier("1.3.6.1.5.5.7.3.1"))),
      extension("2.5.29.17", false, derSequence(...options.hosts.map(alternativeName))),
    ],
  });
  const certificatePem = toPem(certificate);
  return {
    certificatePem,
    privateKeyPem: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: new X509Certificate(certificatePem).fingerprint256,
  };
}

interface CertificateContent {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly issuerKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Buffer[];
}

/** An X.509 version 3 certificate (RFC 5280, section 4.1) in DER. */
function signCertificate(key: KeyObject, content: CertificateContent): Buffer {
  const toBeSigned = derSequence(
    derElement(0xa0, derUnsignedInteger(Buffer.from([2]))),
    derUnsignedInteger(randomBytes(16)),
    ECDSA_WITH_SHA256,
    content.issuer,
    derSequence(timeOf(content.notBefore), timeOf(content.notAfter)),
    content.subject,
    content.publicKey.export({ type: "spki", format: "der" }),
    derElement(
      0xa3,
      derSequence(
        ...content.extensions,
        extension("2.5.29.14", false, derOctetString(keyId(content.publicKey))),
        extension("2.5.29.35", false, derSequence(derElement(0x80, keyId(content.issuerKey)))),
      ),
    ),
  );
  return derSequence(toBeSigned, ECDSA_WITH_SHA256, derBitString(sign("sha256", toBeSigned, key)));
}

const DIGITAL_SIGNATURE = derBitString(Buffer.from([0x80]), 7);
const CERT_SIGN_AND_CRL_SIGN = derBitString(Buffer.from([0x06]), 1);

const keyUsage = (bits: Buffer): Buffer => extension("2.5.29.15", true, bits);

const basicConstraints = (authority: boolean): Buffer =>
  extension("2.5.29.19", true, authority ? derSequence(derTrue()) : derSequence());

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  derSequence(derObjectIdentifier(id), ...(critical ? [derTrue()] : []), derOctetString(value));

const keyId = (key: KeyObject): Buffer =>
  createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }))
    .digest();

const distinguishedName = (commonName: string, organization: string): Buffer =>
  derSequence(
    derSet(derSequence(ORGANIZATION, derUtf8String(organization))),
    derSet(derSequence(COMMON_NAME, derUtf8String(commonName))),
  );

function alternativeName(host: string): Buffer {
  const version = isIP(host);
  if (version === 4) return derElement(0x87, Buffer.from(host.split(".").map(Number)));
  if (version === 6) return derElement(0x87, ipv6Bytes(host));
  return derElement(0x82, Buffer.from(host, "latin1"));
}

function ipv6Bytes(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""), "hex");
}

/** A time as `YYYYMMDDHHMMSSZ`. */
function timeOf(time: Date): Buffer {
  return derTime(time.toISOString().replaceAll(/[-:T]|\.\d+/g, ""));
}
