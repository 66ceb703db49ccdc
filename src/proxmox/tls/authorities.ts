/**
 * The trusted authorities: those of Node and the system, or instead those that the user names. The system's are found as Go programs
 * find them (crypto/x509/root_unix.go and root_linux.go), so that whatever bpg's provider trusts is trusted here too. SSL_CERT_FILE
 * replaces the list of files, SSL_CERT_DIR the list of directories.
 */
import { X509Certificate } from "node:crypto";
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import type { Environment } from "../settings/environment.ts";
import { fileText } from "../settings/file-text.ts";
import { SettingError, type SettingProblem } from "../settings/setting-sources.ts";
import type { AuthoritySource } from "../settings/settings.ts";

/** Only the first one that exists is read. */
const SYSTEM_FILES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** All of them are read. */
const SYSTEM_DIRECTORIES = ["/etc/ssl/certs", "/etc/pki/tls/certs"];

/** The authorities of a whole system are 0.3 MB. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

const PIECE_BYTES = 64 * 1024;

class FileTooLargeError extends Error {
  override readonly name = "FileTooLargeError";
}

/** The bytes of a file, without relying on its stated size: a device may have no end. @throws FileTooLargeError */
function readLimited(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const pieces: Buffer[] = [];
    for (let total = 0; ; ) {
      const piece = Buffer.alloc(PIECE_BYTES);
      const length = readSync(file, piece);
      if (length === 0) return Buffer.concat(pieces);
      total += length;
      if (total > MAX_FILE_BYTES) throw new FileTooLargeError(path);
      pieces.push(piece.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}

/**
 * The certificates in a PEM text, each as its own PEM text.
 * @param source the name of the text in the message: `ca_pem`, `The file "/etc/pve/pve-root-ca.pem"`
 * @throws SettingError when it contains none, or contains a private key
 */
function parseAuthorities(text: string, source: string): readonly string[] {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new SettingError(
      `${source} holds a private key. Only the certificate of the authority is needed here; the key must stay on the Proxmox host.`,
    );
  }
  const certificates = splitPem(text);
  if (certificates.length === 0) {
    throw new SettingError(
      `${source} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----). On a Proxmox host the cluster's authority is /etc/pve/pve-root-ca.pem.`,
    );
  }
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      const message = `${source} is damaged: its certificate number ${index + 1} cannot be read.`;
      throw new SettingError(message, { cause });
    }
  }
  return certificates;
}

/**
 * Reads a file of authorities.
 * @param variable the environment variable that names the file; null for none
 * @throws SettingError when it cannot be read or `parseAuthorities` refuses it
 */
function readAuthorityFile(path: string, variable: string | null): readonly string[] {
  const source = `${variable === null ? "" : `${variable}: `}The file ${JSON.stringify(path)}`;
  let text: string;
  try {
    text = fileText(readLimited(path), "latin1");
  } catch (error) {
    const message = `${source} cannot be read: ${whyUnreadable(error)}.${homeAdvice(path)}${escapeAdvice(path)}`;
    throw new SettingError(message, { cause: error });
  }
  return parseAuthorities(text, source);
}

/**
 * The authorities of Node (with NODE_EXTRA_CA_CERTS) and of the system, each once. What cannot be read is skipped, as
 * in Go. OpenSSL skips what is no certificate.
 */
export function defaultAuthorities(environment: Environment, platform: NodeJS.Platform): readonly string[] {
  const system = hasOwnStore(platform) ? getCACertificates("system") : unixAuthorities(environment);
  // Not "default", which is empty when Node was told to leave them to OpenSSL.
  const own = [...getCACertificates("bundled"), ...getCACertificates("extra")];
  const unique = new Map<string, string>();
  for (const certificate of [...own, ...system]) {
    unique.set(certificate.replaceAll(/\s+/g, ""), certificate);
  }
  return [...unique.values()];
}

/** Whether the user has named the system's authorities: then they are probably those of the Proxmox hosts. */
export function namesAuthorities(environment: Environment, platform: NodeJS.Platform): boolean {
  return isSet(environment["SSL_CERT_FILE"]) && !hasOwnStore(platform);
}

/** The authorities in the file that SSL_CERT_FILE names; none when it cannot be read. */
export function namedAuthorities(environment: Environment): readonly string[] {
  const file = environment["SSL_CERT_FILE"];
  return isSet(file) ? splitPem(textOf(file) ?? "") : [];
}

/** Systems where programs ask the system instead of reading files. */
function hasOwnStore(platform: NodeJS.Platform): boolean {
  return platform === "darwin" || platform === "win32";
}

/** Read synchronously: using threads for hundreds of small files takes several times as long. */
function unixAuthorities(environment: Environment): string[] {
  const texts = new Set<string>();
  for (const file of isSet(environment["SSL_CERT_FILE"]) ? [environment["SSL_CERT_FILE"]] : SYSTEM_FILES) {
    const text = textOf(file);
    if (text === null) continue;
    texts.add(text);
    break;
  }
  const directories = isSet(environment["SSL_CERT_DIR"])
    ? environment["SSL_CERT_DIR"].split(":")
    : SYSTEM_DIRECTORIES;
  for (const file of directories.flatMap(filesIn)) {
    const text = textOf(file);
    if (text !== null) texts.add(text);
  }
  return [...texts].flatMap(splitPem);
}

/** The files of a directory. Half of a system's are links to the other half; they are skipped, as in Go. */
function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !(entry.isSymbolicLink() && isLinkWithin(directory, entry.name)))
      .map(({ name }) => join(directory, name));
  } catch {
    return [];
  }
}

function isLinkWithin(directory: string, name: string): boolean {
  try {
    return !readlinkSync(join(directory, name)).includes("/");
  } catch {
    return false;
  }
}

function splitPem(text: string): string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function textOf(file: string): string | null {
  try {
    return readLimited(file).toString("latin1");
  } catch {
    return null;
  }
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}

/** In HCL, a backslash of a Windows path makes a tab or a line break. The message shows the path as it was written. */
function escapeAdvice(path: string): string {
  return /^[A-Za-z]:.*[\t\r\n]/s.test(path)
    ? " It has a tab or a line break where a folder begins: in HCL write / for \\ in a path."
    : "";
}

/** Only shells expand "~". */
function homeAdvice(path: string): string {
  return /^~[/\\]/.test(path) ? ` "~" is no home here: write pathexpand(${JSON.stringify(path)}).` : "";
}

function whyUnreadable(error: unknown): string {
  if (error instanceof FileTooLargeError)
    return `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB, which no list of certificates is`;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR") return "it does not exist";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EISDIR") return "it is a directory";
  return typeof code === "string" ? code : "unknown reason";
}

/** The authorities that the configuration names. */
export type AuthoritiesResult =
  /** null: Node's and the system's. */
  | { readonly authorities: readonly string[] | null; readonly problems: null }
  | { readonly authorities: null; readonly problems: readonly SettingProblem[] };

/** Reads `ca_file` and `ca_pem`. If both are given, both are trusted. */
export function loadAuthorities(sources: readonly AuthoritySource[]): AuthoritiesResult {
  const authorities: string[] = [];
  const problems: SettingProblem[] = [];
  for (const { attribute, value, variable } of sources) {
    try {
      authorities.push(
        ...(attribute === "ca_file"
          ? readAuthorityFile(value, variable)
          : parseAuthorities(value, variable ?? attribute)),
      );
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      problems.push({ kind: "invalid", attribute, index: null, variable, message: error.message });
    }
  }
  if (problems.length > 0) return { authorities: null, problems };
  return { authorities: sources.length === 0 ? null : authorities, problems: null };
}
