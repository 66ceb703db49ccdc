/**
 * Package URLs, by which scanners know a package.
 * Source: https://github.com/package-url/purl-spec, types npm and pypi.
 */
import type { NodeOrigin } from "./platforms.ts";

/** @param name With its scope, if it has one. */
export function npmUrl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
}

/** Of the package that a Node binary came in: `NAME@VERSION` of npm, `NAME==VERSION` of PyPI. */
export function originUrl({ origin }: NodeOrigin): string {
  const [, npmName, npmVersion] = /^(.+)@([^@]+)$/.exec(origin) ?? [];
  if (npmName !== undefined && npmVersion !== undefined) return npmUrl(npmName, npmVersion);
  const [, pypiName, pypiVersion] = /^([^=]+)==([^=]+)$/.exec(origin) ?? [];
  if (pypiName !== undefined && pypiVersion !== undefined) {
    return `pkg:pypi/${pypiName.toLowerCase().replaceAll("_", "-")}@${pypiVersion}`;
  }
  throw new Error(`not a package of npm or PyPI: ${origin}`);
}
