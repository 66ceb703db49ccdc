/**
 * Package URLs, by which scanners identify a package. Source: https://github.com/package-url/purl-spec, types npm,
 * pypi, deb and generic.
 */

/** @param name With its scope, if it has one. */
export function npmUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

/** For the package that contained a Node binary: `NAME@VERSION` of npm, `NAME==VERSION` of PyPI. */
export function originUrl({ origin }: { readonly origin: string }): string {
  const [, npmName, npmVersion] = /^(.+)@([^@]+)$/.exec(origin) ?? [];
  if (npmName !== undefined && npmVersion !== undefined) return npmUrl(npmName, npmVersion);
  const [, pypiName, pypiVersion] = /^([^=]+)==([^=]+)$/.exec(origin) ?? [];
  if (pypiName !== undefined && pypiVersion !== undefined) {
    return `pkg:pypi/${pypiName.toLowerCase().replaceAll("_", "-")}@${pypiVersion}`;
  }
  throw new Error(`not a package of npm or PyPI: ${origin}`);
}

/** For a Debian package of one architecture. */
export function debianUrl(name: string, version: string, arch: string): string {
  return `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`;
}

/** For a Node binary, which itself is no package of a registry. */
export function nodeUrl({ version, sha256 }: { readonly version: string; readonly sha256: string }): string {
  return `pkg:generic/node@${version}?checksum=sha256:${sha256}`;
}
