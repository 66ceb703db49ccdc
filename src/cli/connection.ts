/** Makes a client of Proxmox from options and environment. They stand for the provider block, and are checked like it. */
import { createReadStream } from "node:fs";
import { readConfiguration } from "../framework/configuration.ts";
import { DiagnosticError, Diagnostics, errorDiagnostic } from "../framework/diagnostics.ts";
import { path } from "../framework/path.ts";
import { silentLogger } from "../logger.ts";
import { attributes } from "../provider/attributes.ts";
import { type Configured, configuredClient } from "../provider/configuration.ts";
import { Secrets } from "../proxmox/secrets.ts";
import type { Environment } from "../proxmox/settings/environment.ts";
import { fileText } from "../proxmox/settings/file-text.ts";
import { systemCode } from "./system-code.ts";
import { UsageError } from "./usage-error.ts";

/** Options of every command that asks Proxmox. */
export interface ConnectionOptions {
  readonly endpoint?: readonly string[];
  readonly caFile?: string;
  readonly fingerprint?: readonly string[];
  readonly insecure?: boolean;
  readonly timeout?: number;
  /** `-` is standard input. */
  readonly apiTokenFile?: string;
}

/** What is used of the process. */
export interface Surroundings {
  readonly version: string;
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  readonly stdin: NodeJS.ReadableStream;
}

/**
 * Makes a client; nothing is asked of Proxmox yet.
 * @throws UsageError for an option that is wrong, DiagnosticError for what is wrong or missing elsewhere.
 */
export async function connect(
  options: ConnectionOptions,
  { version, environment, stdin }: Surroundings,
): Promise<Configured> {
  const [first, ...others] = options.endpoint ?? [];
  const written = new Map(
    Object.entries({
      endpoint: others.length === 0 ? first : undefined,
      endpoints: others.length === 0 ? undefined : options.endpoint,
      ca_file: options.caFile,
      fingerprints: options.fingerprint,
      insecure: options.insecure,
      timeout: options.timeout,
      api_token:
        options.apiTokenFile === undefined ? undefined : await readToken(options.apiTokenFile, stdin),
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  const diagnostics = new Diagnostics();
  const configuration = readConfiguration(attributes, written, diagnostics);
  if (diagnostics.hasErrors) throw new UsageError(diagnostics.errors);
  try {
    const surroundings = { version, environment, secrets: new Secrets(), oneLook: true };
    return await configuredClient(configuration, surroundings, silentLogger);
  } catch (error) {
    throw error instanceof DiagnosticError && isAboutOptions(error, written)
      ? new UsageError(error.diagnostics)
      : error;
  }
}

/** Options whose value is the name of a file. What is wrong then is the file, not the command line. */
const FROM_FILES = new Set(["ca_file", "api_token"]);

/** Whether only arguments of the command line are wrong. */
function isAboutOptions({ diagnostics }: DiagnosticError, written: ReadonlyMap<string, unknown>): boolean {
  return diagnostics.every(
    ({ path: [step] }) => step?.kind === "attribute" && written.has(step.name) && !FROM_FILES.has(step.name),
  );
}

async function readToken(file: string, stdin: NodeJS.ReadableStream): Promise<string> {
  const source = file === "-" ? "standard input" : file;
  const token = (await contentOf(source, file === "-" ? stdin : createReadStream(file))).trim();
  if (token !== "") return token;
  throw new DiagnosticError(
    errorDiagnostic(
      "No API Token",
      `${source} is empty. It has to hold an API token, USER@REALM!TOKENID=SECRET, and nothing else.`,
      path("api_token"),
    ),
  );
}

/** A token is a few hundred characters at most. */
const MAX_TOKEN_FILE_BYTES = 64 * 1024;

async function contentOf(source: string, stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  let total = 0;
  try {
    for await (const piece of stream) {
      pieces.push(Buffer.from(piece));
      total += pieces.at(-1)?.length ?? 0;
      if (total > MAX_TOKEN_FILE_BYTES) break;
    }
  } catch (error) {
    throw unreadable(`${source} cannot be read (${systemCode(error)}).`, error);
  }
  if (total > MAX_TOKEN_FILE_BYTES) {
    throw unreadable(`${source} has more than ${MAX_TOKEN_FILE_BYTES / 1024} KiB, which no API token has.`);
  }
  return fileText(Buffer.concat(pieces), "utf8");
}

function unreadable(detail: string, cause?: unknown): DiagnosticError {
  return new DiagnosticError(errorDiagnostic("API Token Cannot Be Read", detail, path("api_token")), {
    cause,
  });
}
