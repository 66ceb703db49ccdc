/**
 * The bill of materials: every zip, and what is in it, as CycloneDX 1.6.
 * Source: https://cyclonedx.org/docs/1.6/json/
 */
import { providerName } from "../project.ts";
import type { BundledPackage } from "./bundled-packages.ts";
import { PROJECT_URL, type ReleaseContents } from "./contents.ts";
import { digestOf } from "./integrity.ts";
import { nodeSources } from "./licences.ts";
import { nodeUrl, npmUrl, originUrl } from "./package-url.ts";
import type { Bundled, NodeOrigin, PlatformPackage } from "./platforms.ts";
import { sha256 } from "./sums.ts";

interface Component {
  readonly type: "application" | "file" | "library" | "platform";
  readonly "bom-ref": string;
  readonly name: string;
  readonly [key: string]: unknown;
}

/**
 * The text of the bill. The same contents give the same text: its date is that of the commit, its serial number a
 * digest.
 *
 * @param zips The name and content of each platform's zip, in the order of `platforms`.
 */
export function billOfMaterials(
  { version, source, platforms, bundled }: ReleaseContents,
  zips: readonly (readonly [name: string, content: Uint8Array])[],
): string {
  const provider = ownComponent(version, source.commit);
  const libraries = bundled.map(npmComponent);
  const contents = platforms.map((platform) => [nodeComponent(platform.node), ...beside(platform)]);
  const files = zips.map(([name, content]) => zipComponent(name, content));
  const components = new Map<string, Component>();
  for (const component of [...files, ...libraries, ...contents.flat()]) {
    components.set(component["bom-ref"], component);
  }
  const bill = {
    metadata: {
      timestamp: source.date,
      lifecycles: [{ phase: "build" }],
      component: provider,
    },
    components: [...components.values()],
    dependencies: [
      { ref: provider["bom-ref"], dependsOn: libraries.map(refOf) },
      ...files.map((file, index) => ({
        ref: refOf(file),
        dependsOn: [refOf(provider), ...(contents[index] ?? []).map(refOf)],
      })),
    ],
  };
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bill))}`,
    version: 1,
  };
  return `${JSON.stringify({ ...head, ...bill }, null, 2)}\n`;
}

function ownComponent(version: string, commit: string): Component {
  return {
    type: "application",
    "bom-ref": `${providerName}@${version}`,
    name: providerName,
    version,
    licenses: [{ license: { id: "MPL-2.0" } }],
    externalReferences: [{ type: "vcs", url: `${PROJECT_URL}/tree/${commit}` }],
  };
}

function zipComponent(name: string, content: Uint8Array): Component {
  return { type: "file", "bom-ref": name, name, hashes: [{ alg: "SHA-256", content: sha256(content) }] };
}

function npmComponent({ name, version, licence, integrity }: BundledPackage): Component {
  const purl = npmUrl(name, version);
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    ...licensed(licence),
    purl,
    hashes: [hashOf(integrity)],
  };
}

function nodeComponent(node: NodeOrigin): Component {
  const purl = nodeUrl(node);
  return {
    type: "platform",
    "bom-ref": purl,
    supplier: { name: node.builtBy },
    name: "node",
    version: node.version,
    description:
      `Node.js out of ${node.origin}. The package has it without the parts that the provider does not need; ` +
      "the hash is that of the whole.",
    hashes: [{ alg: "SHA-256", content: node.sha256 }],
    ...licensed(node.licence),
    cpe: `cpe:2.3:a:nodejs:node.js:${node.version}:*:*:*:*:*:*:*`,
    purl,
    externalReferences: [
      { type: "source-distribution", url: nodeSources(node.version) },
      { type: "distribution", url: originUrl(node), hashes: [hashOf(node.integrity)] },
    ],
  };
}

function beside({ bundled }: PlatformPackage): Component[] {
  return bundled.map(({ name, version, licence, purl, sha256: ofPackage, sources }: Bundled) => ({
    type: "library",
    "bom-ref": purl,
    supplier: { name: "Debian" },
    name,
    version,
    hashes: [{ alg: "SHA-256", content: ofPackage }],
    ...licensed(licence),
    purl,
    externalReferences: [{ type: "source-distribution", url: sources }],
  }));
}

/** A single licence has its own field, where scanners look for it. */
function licensed(expression: string): object {
  const single = /^[\w.+-]+$/.test(expression);
  return { licenses: [single ? { license: { id: expression } } : { expression }] };
}

function hashOf(integrity: string): object {
  const { algorithm, hex } = digestOf(integrity);
  return { alg: algorithm.toUpperCase().replace("SHA", "SHA-"), content: hex };
}

function refOf(component: Component): string {
  return component["bom-ref"];
}

/** A UUID of version 8 (RFC 9562): the text decides all other bits. */
function uuidOf(text: string): string {
  const hex = sha256(text);
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
