/**
 * Package URLs, by which scanners know a package.
 * Source: https://github.com/package-url/purl-spec, types npm, pypi, deb and generic.
 */

/** @param name With its scope, if it has one. */
export function npmUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

/** Of the package that a Node binary came in: `NAME@VERSION` of npm, `NAME==VERSION` of PyPI. */
export function originUrl({ origin }: { readonly origin: string }): string {
  const [, npmName, npmVersion] = /^(.+)@([^@]+)$/.exec(origin) ?? [];
  if (npmName !== undefined && npmVersion !== undefined) return npmUrl(npmName, npmVersion);
  const [, pypiName, pypiVersion] = /^([^=]+)==([^=]+)$/.exec(origin) ?? [];
  if (pypiName !== undefined && pypiVersion !== undefined) {
    return `pkg:pypi/${pypiName.toLowerCase().replaceAll("_", "-")}@${pypiVersion}`;
  }
  throw new Error(`not a package of npm or PyPI: ${origin}`);
}

/** Of a Debian package for one kind of processor. */
export function debianUrl(name: string, version: string, arch: string): string {
  return `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${arch}`;
}

/** Of a Node binary, which itself is no registry's package. */
export function nodeUrl({ version, sha256 }: { readonly version: string; readonly sha256: string }): string {
  return `pkg:generic/node@${version}?checksum=sha256:${sha256}`;
}
