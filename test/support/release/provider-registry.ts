/**
 * A provider registry with one provider, out of a release.
 * Source: https://opentofu.org/docs/internals/provider-registry-protocol/
 */
import { existsSync, readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { releaseNames } from "../../../scripts/release/names.ts";
import { parseSums } from "../../../scripts/release/sums.ts";

export interface RegistryOptions {
  /** The folder of the release. */
  readonly release: string;
  readonly version: string;
  /** The public key that the registry says the publisher has, armoured. */
  readonly publicKey: string;
  /** Its id: sixteen hexadecimal digits. */
  readonly keyId: string;
}

/** Answers discovery, versions and downloads of NAMESPACE/TYPE, and hands out the release's files. */
export function providerRegistry({ release, version, publicKey, keyId }: RegistryOptions): RequestListener {
  const names = releaseNames(version);
  const manifest = JSON.parse(readFileSync(join(release, names.manifest), "utf8")) as {
    readonly metadata: { readonly protocol_versions: readonly string[] };
  };
  const protocols = manifest.metadata.protocol_versions;
  const sums = parseSums(readFileSync(join(release, names.sums), "utf8"));
  const base = "/v1/providers/gpuhost/gpuhost";
  const answerTo = (path: string): unknown => {
    if (path === "/.well-known/terraform.json") return { "providers.v1": "/v1/providers/" };
    if (path === `${base}/versions`) return { versions: [{ version, protocols, platforms: [] }] };
    const [, os, arch] = /\/download\/(\w+)\/(\w+)$/.exec(path) ?? [];
    if (!path.startsWith(`${base}/${version}/`) || os === undefined || arch === undefined) return undefined;
    const filename = names.zip({ os, arch });
    if (!existsSync(join(release, filename))) return undefined;
    return {
      protocols,
      os,
      arch,
      filename,
      download_url: `/files/${filename}`,
      shasum: sums.get(filename),
      shasums_url: `/files/${names.sums}`,
      shasums_signature_url: `/files/${names.signature}`,
      signing_keys: { gpg_public_keys: [{ key_id: keyId, ascii_armor: publicKey }] },
    };
  };
  return ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "https://localhost");
    const file = /^\/files\/([^/]+)$/.exec(pathname)?.[1];
    if (file !== undefined && existsSync(join(release, file))) {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.end(readFileSync(join(release, file)));
      return;
    }
    const answer = answerTo(pathname);
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { errors: ["not found"] }));
  };
}
