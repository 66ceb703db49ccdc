/** Python's package index without pip: finds the file that pip would fetch by its hash. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const PUBLIC_INDEX = "https://pypi.org/simple";

/** Milliseconds for a request; a package has 48 MB. */
const PATIENCE = 300_000;

/**
 * Downloads the file of a package with this hash; the caller checks the hash. PIP_INDEX_URL names another index.
 *
 * Source: PEP 691, "JSON-based Simple API for Python Package Indexes".
 *
 * @param {string} name Of the package, in the index's form.
 * @param {string} sha256 In hexadecimal.
 * @param {string} folder
 * @returns {Promise<string>} The path of the file.
 * @throws {Error} When the index cannot be asked, or has no such file.
 */
export async function downloadFromIndex(name, sha256, folder) {
  const page = `${(process.env["PIP_INDEX_URL"] ?? PUBLIC_INDEX).replace(/\/+$/, "")}/${name}/`;
  const response = await get(page, { accept: "application/vnd.pypi.simple.v1+json" });
  /** @type {{ files: readonly { filename: string, url: string, hashes: { sha256?: string } }[] }} */
  const { files } = await response.json();
  const file = files.find(({ hashes }) => hashes.sha256 === sha256);
  if (file === undefined) throw new Error(`${page} has no file with the hash ${sha256}`);
  const path = join(folder, "package.whl");
  const content = await get(new URL(file.url, page).href, {});
  writeFileSync(path, Buffer.from(await content.arrayBuffer()));
  return path;
}

/** @param {string} url @param {Record<string, string>} headers */
async function get(url, headers) {
  let response;
  try {
    response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url} could not be fetched: ${cause instanceof Error ? cause.message : cause}`, {
      cause: error,
    });
  }
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return response;
}
