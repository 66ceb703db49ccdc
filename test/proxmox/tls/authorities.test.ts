import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  defaultAuthorities,
  loadAuthorities,
  namedAuthorities,
  namesAuthorities,
} from "../../../src/proxmox/tls/authorities.ts";
import { createCertificateAuthority } from "../../support/pve/certificate.ts";

const FIRST = createCertificateAuthority();
const SECOND = createCertificateAuthority();
const DAMAGED = SECOND.certificatePem.replace(/\nMI.{8}/, "\nMIAAAAAAAA");
const KEY = FIRST.issue({ hosts: ["pve1"] }).privateKeyPem;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "authorities-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const withoutCarriageReturns = (pem: string) => pem.replaceAll("\r", "");
const fromFile = (value: string) => loadAuthorities([{ attribute: "ca_file", value, variable: null }]);
const fromText = (value: string, variable: string | null = null) =>
  loadAuthorities([{ attribute: "ca_pem", value, variable }]);

describe("the authorities of the configuration", () => {
  it("are read from a file, with text around them", async () => {
    const path = await file(
      "ca.pem",
      `subject=a\n${FIRST.certificatePem}\nsubject=b\r\n${SECOND.certificatePem}`,
    );
    const { authorities } = fromFile(path);
    expect(authorities?.map((pem) => pem.trim())).toEqual([
      FIRST.certificatePem.trim(),
      SECOND.certificatePem.trim(),
    ]);
  });

  it("are read from a file as Windows PowerShell redirects it", async () => {
    const path = join(directory, "ca.pem");
    const text = FIRST.certificatePem.replaceAll("\n", "\r\n");
    await writeFile(path, Buffer.from(`\ufeff${text}`, "utf16le"));
    expect(fromFile(path).authorities?.map(withoutCarriageReturns)).toEqual([FIRST.certificatePem.trim()]);
  });

  it("are read from a text", async () => {
    expect(fromText(FIRST.certificatePem).authorities).toHaveLength(1);
  });

  it("are those of file and text together", async () => {
    const { authorities } = loadAuthorities([
      { attribute: "ca_file", value: await file("ca.pem", FIRST.certificatePem), variable: null },
      { attribute: "ca_pem", value: SECOND.certificatePem, variable: null },
    ]);
    expect(authorities).toHaveLength(2);
  });

  it("are not there when nothing names them", async () => {
    expect(loadAuthorities([])).toEqual({ authorities: null, problems: null });
  });
});

const NONE =
  "holds no certificate in PEM form (-----BEGIN CERTIFICATE-----). On a Proxmox host the cluster's authority is /etc/pve/pve-root-ca.pem.";
const HAS_KEY =
  "holds a private key. Only the certificate of the authority is needed here; the key must stay on the Proxmox host.";

describe("a file of authorities is refused", () => {
  const refusal = async (path: string) => fromFile(path).problems?.[0]?.message;

  it("when it does not exist", async () => {
    const path = join(directory, "nothing.pem");
    expect(await refusal(path)).toBe(`The file ${JSON.stringify(path)} cannot be read: it does not exist.`);
  });

  it("when it has no end", async () => {
    expect(await refusal("/dev/zero")).toBe(
      'The file "/dev/zero" cannot be read: it is larger than 16 MiB, which no list of certificates is.',
    );
  });

  it("when it does not exist, with the name of the variable that names it", async () => {
    const { problems } = loadAuthorities([
      { attribute: "ca_file", value: "/nowhere/ca.pem", variable: "GPUHOST_CA_FILE" },
    ]);
    expect(problems?.[0]?.message).toBe(
      'GPUHOST_CA_FILE: The file "/nowhere/ca.pem" cannot be read: it does not exist.',
    );
  });

  it("when its path is written as for a shell", async () => {
    expect(await refusal("~/pve-root-ca.pem")).toBe(
      'The file "~/pve-root-ca.pem" cannot be read: it does not exist. "~" is no home here: write pathexpand("~/pve-root-ca.pem").',
    );
  });

  it.each([
    ["C:\temp\new.pem", String.raw`"C:\temp\new.pem"`],
    ["D:/pve\rroot.pem", String.raw`"D:/pve\rroot.pem"`],
  ])("when HCL has made a tab or a line break of a backslash (%j)", async (path, shown) => {
    expect(await refusal(path)).toBe(
      `The file ${shown} cannot be read: it does not exist. It has a tab or a line break where a folder begins: in HCL write / for \\ in a path.`,
    );
  });

  it("when a home of Windows is written as for PowerShell", async () => {
    expect(await refusal("~\\pve-root-ca.pem")).toContain('"~" is no home here: write pathexpand(');
  });

  it("when it is a directory", async () => {
    expect(await refusal(directory)).toBe(
      `The file ${JSON.stringify(directory)} cannot be read: it is a directory.`,
    );
  });

  it("when there is no certificate in it", async () => {
    const path = await file("ca.pem", "hello");
    expect(await refusal(path)).toBe(`The file ${JSON.stringify(path)} ${NONE}`);
  });

  it("when there is a private key in it, without a word of it", async () => {
    const path = await file("ca.pem", `${FIRST.certificatePem}${KEY}`);
    expect(await refusal(path)).toBe(`The file ${JSON.stringify(path)} ${HAS_KEY}`);
  });
});

describe("a text of authorities is refused", () => {
  it.each([
    ["empty of certificates", "hello", null, `ca_pem ${NONE}`],
    ["from the environment", "hello", "GPUHOST_CA_PEM", `GPUHOST_CA_PEM ${NONE}`],
    ["with a private key", KEY, null, `ca_pem ${HAS_KEY}`],
    [
      "damaged",
      FIRST.certificatePem + DAMAGED,
      null,
      "ca_pem is damaged: its certificate number 2 cannot be read.",
    ],
  ])("%s", async (_, text, variable, message) => {
    expect(fromText(text, variable).problems).toEqual([
      { kind: "invalid", attribute: "ca_pem", index: null, variable, message },
    ]);
  });
});

describe("without any in the configuration", () => {
  const has = (authorities: readonly string[], pem: string) =>
    authorities.some((one) => one.replaceAll(/\s/g, "") === pem.replaceAll(/\s/g, ""));

  it("Node's authorities are trusted, and each of them once", async () => {
    const authorities = defaultAuthorities(
      { SSL_CERT_FILE: "/nonexistent", SSL_CERT_DIR: "/nonexistent" },
      "linux",
    );
    expect(authorities.length).toBeGreaterThan(100);
    expect(authorities.length).toBe(
      new Set(getCACertificates("default").map((pem) => pem.replaceAll(/\s/g, ""))).size,
    );
  });

  // Their folders are separated by the colon that a drive has too.
  const onUnix = it.skipIf(process.platform === "win32");

  onUnix("SSL_CERT_FILE and SSL_CERT_DIR add to them", async () => {
    const environment = {
      SSL_CERT_FILE: await file("one.pem", FIRST.certificatePem),
      SSL_CERT_DIR: `${directory}/nothing:${directory}/more`,
    };
    await mkdir(join(directory, "more"));
    await writeFile(join(directory, "more", "two.crt"), SECOND.certificatePem);
    const authorities = defaultAuthorities(environment, "linux");
    expect(has(authorities, FIRST.certificatePem)).toBe(true);
    expect(has(authorities, SECOND.certificatePem)).toBe(true);
  });

  onUnix("links to files of the same directory are not followed, links to others are", async () => {
    await mkdir(join(directory, "certs"));
    await writeFile(join(directory, "certs", "one.pem"), FIRST.certificatePem);
    await symlink("one.pem", join(directory, "certs", "0a1b2c3d.0"));
    await symlink(await file("two.pem", SECOND.certificatePem), join(directory, "certs", "two.pem"));
    await symlink("/nonexistent/three.pem", join(directory, "certs", "three.pem"));
    const environment = { SSL_CERT_FILE: "/nonexistent", SSL_CERT_DIR: join(directory, "certs") };
    const authorities = defaultAuthorities(environment, "linux");
    expect(has(authorities, FIRST.certificatePem)).toBe(true);
    expect(has(authorities, SECOND.certificatePem)).toBe(true);
  });

  it("SSL_CERT_FILE is what the user names, where programs read files", () => {
    expect(namesAuthorities({ SSL_CERT_FILE: "/etc/ca.pem" }, "linux")).toBe(true);
    expect(namesAuthorities({ SSL_CERT_FILE: "" }, "linux")).toBe(false);
    expect(namesAuthorities({}, "linux")).toBe(false);
    expect(namesAuthorities({ SSL_CERT_FILE: "/etc/ca.pem" }, "darwin")).toBe(false);
    expect(namesAuthorities({ SSL_CERT_FILE: "/etc/ca.pem" }, "win32")).toBe(false);
  });

  it.each([
    ["a file with two certificates", `${FIRST.certificatePem}${SECOND.certificatePem}`, 2],
    ["a file with none", "hello", 0],
  ])("%s has as many", async (_, content, count) => {
    expect(namedAuthorities({ SSL_CERT_FILE: await file("named.pem", content) })).toHaveLength(count);
  });

  it("a file that does not exist has none", () => {
    expect(namedAuthorities({ SSL_CERT_FILE: join(directory, "nothing.pem") })).toEqual([]);
  });

  it.each(["darwin", "win32"] as const)(
    "the system's own store is read on %s, and no files",
    async (platform) => {
      const [listed, stored] = [
        await file("one.pem", FIRST.certificatePem),
        await file("two.pem", SECOND.certificatePem),
      ];
      expect(has(defaultAuthorities({ SSL_CERT_FILE: listed }, platform), FIRST.certificatePem)).toBe(false);
      await mkdir(join(directory, "none"));
      // Node takes the system's store here from what this variable of the process names, where OpenSSL would look.
      const module = join(import.meta.dirname, "../../../src/proxmox/tls/authorities.ts");
      const code = `import { defaultAuthorities } from ${JSON.stringify(pathToFileURL(module).href)};
      console.log(JSON.stringify(defaultAuthorities({ SSL_CERT_FILE: ${JSON.stringify(listed)} }, "${platform}")));`;
      const said = execFileSync(process.execPath, ["--input-type=module", "--eval", code], {
        env: { ...process.env, SSL_CERT_FILE: stored, SSL_CERT_DIR: join(directory, "none") },
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      const authorities: readonly string[] = JSON.parse(said);
      expect(has(authorities, SECOND.certificatePem)).toBe(true);
      expect(has(authorities, FIRST.certificatePem)).toBe(false);
      // Node's own come along.
      expect(authorities.length).toBeGreaterThan(100);
    },
  );
});
