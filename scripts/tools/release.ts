/** Fetches a tool from its official release. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { Release } from "./tool.ts";
import { unzip } from "./zip.mjs";

/** How long a download may take, in milliseconds. */
const PATIENCE = 600_000;

/**
 * Downloads an archive, verifies it and writes its executable to `output`.
 *
 * @throws {Error} When it cannot be fetched or does not match the checksum.
 */
export async function downloadRelease(release: Release, output: string): Promise<void> {
  let archive: Buffer;
  try {
    const response = await fetch(release.url, { signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    archive = Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new Error(`${release.url} could not be fetched: ${reason(error)}`, { cause: error });
  }
  const sha256 = createHash("sha256").update(archive).digest("hex");
  if (sha256 !== release.sha256) {
    throw new Error(`${release.url} has the SHA-256 ${sha256} instead of ${release.sha256}; it was not used`);
  }
  await writeFile(output, unzip(archive, release.member), { mode: 0o755 });
}

/** fetch hides the reason behind "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
