/** Fetches packages of one Debian release for any architecture, with apt's own checks, on a Debian or Ubuntu of any release. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Glibc, libstdc++ and musl for tests come from this release. */
export const RELEASE = "trixie";

/** The keys that sign its packages. */
export const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Where Debian's packages come from, according to the configuration of apt. */
function mirrors(): { readonly main: string; readonly security: string } {
  const format = "$(LABEL) $(REPO_URI)";
  const lines = execFileSync("apt-get", ["indextargets", "--format", format, "Created-By: Packages"], {
    encoding: "utf8",
  }).split("\n");
  const siteOf = (label: string): string | undefined =>
    lines.find((line) => line.startsWith(`${label} `))?.slice(label.length + 1);
  const main = siteOf("Debian");
  const security = siteOf("Debian-Security");
  if (main === undefined || security === undefined) {
    throw new Error("apt is not configured for Debian's packages and their security updates here.");
  }
  return { main, security };
}

/** The URL of Debian's packages, for debootstrap. */
export function debianMirror(): string {
  return mirrors().main;
}

/** A separate apt in a folder, which does not change the system's. */
export class DebianPackages {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  /** Reads the lists of the release into `folder`. @throws {Error} When there is no apt, or no network */
  constructor(folder: string) {
    this.#folder = folder;
    if (!existsSync(KEYRING)) throw new Error(`${KEYRING} is missing: install debian-archive-keyring.`);
    for (const path of ["state/lists/partial", "cache/archives/partial", "etc", "packages"]) {
      mkdirSync(join(folder, path), { recursive: true });
    }
    const { main, security } = mirrors();
    writeFileSync(
      join(folder, "sources.list"),
      [
        `deb [signed-by=${KEYRING}] ${main} ${RELEASE} main`,
        `deb [signed-by=${KEYRING}] ${security} ${RELEASE}-security main\n`,
      ].join("\n"),
    );
    writeFileSync(join(folder, "status"), "");
    writeFileSync(
      join(folder, "apt.conf"),
      [
        `Dir::State ${JSON.stringify(join(folder, "state"))};`,
        `Dir::State::status ${JSON.stringify(join(folder, "status"))};`,
        `Dir::Cache ${JSON.stringify(join(folder, "cache"))};`,
        `Dir::Etc::sourcelist ${JSON.stringify(join(folder, "sources.list"))};`,
        `Dir::Etc::sourceparts "-";`,
        `APT::Architectures { "amd64"; "arm64"; };`,
        `APT::Sandbox::User "root";\n`,
      ].join("\n"),
    );
    this.#environment = { ...process.env, APT_CONFIG: join(folder, "apt.conf") };
    this.#run("apt-get", ["update", "--quiet=2"]);
  }

  /** Fetches a package and returns the path of its file. */
  fetch(name: string, arch: string, version?: string): string {
    const folder = join(this.#folder, "packages", `${name}-${arch}`);
    mkdirSync(folder, { recursive: true });
    const wanted = version === undefined ? `${name}:${arch}` : `${name}:${arch}=${version}`;
    this.#run("apt-get", ["download", "--quiet=2", wanted], folder);
    const [file] = readdirSync(folder).filter((entry) => entry.endsWith(".deb"));
    if (file === undefined) throw new Error(`apt-get has left nothing of ${wanted}.`);
    return join(folder, file);
  }

  #run(program: string, args: readonly string[], cwd = this.#folder): void {
    execFileSync(program, args, { cwd, env: this.#environment, stdio: ["ignore", "ignore", "pipe"] });
  }
}

/** Unpacks a package's files into a folder. */
export function unpackPackage(deb: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync("dpkg-deb", ["--extract", deb, folder]);
}

/** A field of a package's description. For the source fields, the package's own name or version if they are absent. */
export function packageField(deb: string, field: string): string {
  const format = `--showformat=\${${field}}`;
  return execFileSync("dpkg-deb", ["--show", format, deb], { encoding: "utf8" });
}
