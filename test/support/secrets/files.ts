/** What programs have written: states, plans, pages, logs. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { unzipSync } from "fflate";
import { assertNoSecret } from "./known.ts";

/** Providers, which are programs and are linked. */
const NOT_SEARCHED = new Set(["providers"]);

/** What a plan keeps of the configuration, which may have secrets if it was written with them. */
const OWN_CONFIGURATION = /^tfconfig\//;

/** Throws when a secret is in a file below a folder. @param isOwn whether the test itself wrote it, by its path from there */
export function assertNoSecretsBelow(root: string, isOwn: (path: string) => boolean): void {
  for (const path of filesBelow(root)) {
    const name = relative(root, path);
    if (isOwn(name)) continue;
    const content = readFileSync(path);
    // A plan is a zip.
    if (content.subarray(0, 4).toString("latin1") === "PK\x03\x04") {
      for (const [entry, bytes] of Object.entries(unzipSync(content)))
        if (!OWN_CONFIGURATION.test(entry)) assertNoSecret(Buffer.from(bytes), `${name}, ${entry}`);
    } else assertNoSecret(content, name);
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_SEARCHED.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
