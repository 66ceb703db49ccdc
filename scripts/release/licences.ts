/**
 * The text in a package about licences: under which licences everything in it may be redistributed, and where its sources
 * are.
 */
import { readFileSync } from "node:fs";
import type { BundledPackage } from "./bundled-packages.ts";
import type { PlatformPackage } from "./platforms.ts";

/** A part of a package that others have made. */
interface Part {
  readonly title: string;
  readonly licence: string;
  readonly sources: string;
  readonly texts: readonly string[];
}

const RULE = "=".repeat(80);

/**
 * @param title The subject of the text: one zip, or a whole release.
 * @param packages For one platform or several; shared ones appear once.
 */
export function thirdPartyLicences(
  title: string,
  packages: readonly PlatformPackage[],
  bundled: readonly BundledPackage[],
): string {
  const parts = new Map<string, Part>();
  for (const part of [
    ...bundled.map(ofNpm),
    ...packages.map(({ node }) => ({
      title: `Node.js ${node.version}, from ${node.origin}, built by ${node.builtBy}`,
      licence: node.licence,
      sources: nodeSources(node.version),
      texts: node.licenceTexts.map(readText),
    })),
    ...packages.flatMap(({ bundled: others }) =>
      others.map((other) => ({
        title: `${other.name} ${other.version}`,
        licence: other.licence,
        sources: other.sources,
        texts: other.licenceTexts.map(readText),
      })),
    ),
  ]) {
    parts.set(part.title, part);
  }
  const head = `${title} contains what others have made, under the licences below. Its own is in LICENSE.\n`;
  return [head, ...[...parts.values()].map(section)].join(`\n${RULE}\n`);
}

/** Where Node.js publishes the sources of a version. */
export function nodeSources(version: string): string {
  return `https://nodejs.org/dist/v${version}/node-v${version}.tar.xz`;
}

function ofNpm({ name, version, licence, licenceTexts }: BundledPackage): Part {
  const sources = `https://www.npmjs.com/package/${name}/v/${version}`;
  return { title: `${name} ${version}`, licence, sources, texts: licenceTexts.map(readText) };
}

function section({ title, licence, sources, texts }: Part): string {
  if (texts.length === 0) throw new Error(`${title} comes without the text of its licence.`);
  return `${title}\nLicence: ${licence}\nSources: ${sources}\n${texts.map((text) => `\n${text}`).join("")}`;
}

function readText(file: string): string {
  return `${readFileSync(file, "utf8").replaceAll("\r\n", "\n").trim()}\n`;
}
