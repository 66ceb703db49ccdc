/**
 * How a release was made, as an in-toto statement with SLSA provenance.
 * Sources: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md, https://slsa.dev/spec/v1.0/provenance
 */
import { platformName } from "../project.ts";
import { PROJECT_URL, type ReleaseContents } from "./contents.ts";
import { type Digest, digestOf } from "./integrity.ts";
import { npmUrl, originUrl } from "./package-url.ts";
import { sha256 } from "./sums.ts";

/** The page that defines the fields of a build. */
const BUILD_TYPE = `${PROJECT_URL}/blob/main/CONTRIBUTING.md#releasing`;

/**
 * The text of the statement: the files, the commit, and everything that was fetched for them. It has no time, so that a commit
 * that is built twice in the same place gives the same text. The signature of the sums has a time.
 *
 * @param files All other files of the release: content by name.
 * @param environment Says who builds, on GitHub Actions.
 */
export function provenance(
  contents: ReleaseContents,
  files: ReadonlyMap<string, Uint8Array>,
  environment: NodeJS.ProcessEnv,
): string {
  const { version, source, platforms } = contents;
  const tag = `v${version}`;
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [...files]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, content]) => ({ name, digest: { sha256: sha256(content) } })),
    predicateType: "https://slsa.dev/provenance/v1",
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          command: "npm run release",
          version,
          platforms: platforms.map(({ platform }) => platformName(platform)),
          ...(source.changed.length > 0 ? { notCommitted: source.changed } : {}),
        },
        resolvedDependencies: [
          {
            uri: `git+${PROJECT_URL}.git${source.tags.includes(tag) ? `@refs/tags/${tag}` : ""}`,
            digest: { gitCommit: source.commit },
          },
          ...materials(contents),
        ],
      },
      runDetails: builder(environment),
    },
  };
  return `${JSON.stringify(statement, null, 2)}\n`;
}

interface Material {
  readonly uri: string;
  readonly digest: Readonly<Partial<Record<Digest["algorithm"], string>>>;
}

function materials({ platforms, bundled }: ReleaseContents): Material[] {
  const all = [
    ...bundled.map(({ name, version, integrity }) => material(npmUrl(name, version), integrity)),
    ...platforms.map(({ node }) => material(originUrl(node), node.integrity)),
    ...platforms.flatMap((one) =>
      one.bundled.map(({ purl, sha256: hex }) => ({ uri: purl, digest: { sha256: hex } })),
    ),
  ];
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function material(uri: string, integrity: string): Material {
  const { algorithm, hex } = digestOf(integrity);
  return { uri, digest: { [algorithm]: hex } };
}

/** Source of the variables: GitHub's documentation of Actions, default environment variables. */
function builder(environment: NodeJS.ProcessEnv): object {
  const server = environment["GITHUB_SERVER_URL"];
  const repository = environment["GITHUB_REPOSITORY"];
  const run = environment["GITHUB_RUN_ID"];
  if (environment["GITHUB_ACTIONS"] !== "true" || !server || !repository || !run) {
    return { builder: { id: `${PROJECT_URL}/blob/main/CONTRIBUTING.md#releasing-by-hand` } };
  }
  const attempt = environment["GITHUB_RUN_ATTEMPT"] || "1";
  return {
    builder: {
      id: `https://github.com/actions/runner/${environment["RUNNER_ENVIRONMENT"] || "self-hosted"}`,
    },
    metadata: { invocationId: `${server}/${repository}/actions/runs/${run}/attempts/${attempt}` },
  };
}
