/** `npm run mirror -- DIR`: a static network mirror of a release, for your own web server. */
import { relative, resolve } from "node:path";
import { providerAddress } from "../src/provider-address.ts";
import { readArguments, refuse } from "./arguments.ts";
import { addToMirror, MirrorError, missingPlatforms } from "./release/network-mirror.ts";
import { releaseFolder } from "./release/release.ts";

const usage = {
  command: "npm run mirror",
  summary: "Adds a release to a static network mirror, for a web server of your own",
  options: {
    from: {
      type: "string",
      value: "FOLDER",
      description:
        "Takes the release in this folder; otherwise the one that npm run release has left in dist/release",
    },
  },
  operands: { name: "DIR", description: "The mirror's folder, which is made where there is none", most: 1 },
} as const;

const { values, operands } = readArguments(usage);
// npm runs scripts in the folder of package.json, but people write paths from where they are.
const from = process.env["INIT_CWD"] ?? process.cwd();
const folder = resolve(from, operands[0] ?? refuse(usage, "The folder of the mirror has to be named."));
const release = values.from === undefined ? releaseFolder : resolve(from, values.from);
try {
  const { version, platforms, versions } = addToMirror(release, folder);
  const missing = missingPlatforms(platforms);
  if (missing.length > 0) console.error(`Warning: The release has nothing for ${missing.join(", ")}.`);
  const place = relative(process.cwd(), folder) || ".";
  console.log(`${place}/${providerAddress}: ${version} for ${platforms.join(", ")}`);
  if (versions.length > 1) console.log(`The mirror has ${versions.join(", ")}.`);
} catch (error) {
  if (!(error instanceof MirrorError) && !(error instanceof Error && "code" in error)) throw error;
  console.error(`Error: ${error.message}`);
  process.exitCode = 1;
}
