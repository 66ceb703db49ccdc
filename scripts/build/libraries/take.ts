/**
 * `node scripts/build/libraries/take.ts`: takes the loader and libraries for the Linux packages from Debian's newest packages, and
 * writes them and `libraries.json` here. Needs Debian or Ubuntu with a network. Use it for security updates of glibc and libstdc++.
 */
import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { DebianPackages, packageField, unpackPackage } from "./debian.ts";
import { compressedPath, type Libraries, type Library, type LibraryPackage, licencePath } from "./library.ts";
import { LOADER } from "./names.ts";

/** What Node needs, by package. */
const WANTED: readonly {
  readonly name: string;
  readonly licence: string;
  readonly files: readonly string[];
}[] = [
  {
    name: "libc6",
    licence: "LGPL-2.1-or-later",
    files: ["LOADER", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0"],
  },
  { name: "libgcc-s1", licence: "GPL-3.0-or-later WITH GCC-exception-3.1", files: ["libgcc_s.so.1"] },
  { name: "libstdc++6", licence: "GPL-3.0-or-later WITH GCC-exception-3.1", files: ["libstdc++.so.6"] },
];

/** By architecture in Go's and Debian's words: the folder of its libraries, and the name of its loader. */
const ARCHITECTURES = {
  amd64: { folder: "x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" },
  arm64: { folder: "aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" },
} as const;

type Write = (path: string, content: Buffer) => void;

/** Takes them. @returns The new content of `libraries.json`. */
function takeLibraries(work: string, write: Write): Libraries {
  const debian = new DebianPackages(join(work, "apt"));
  const packages: LibraryPackage[] = [];
  const files: Record<string, Library[]> = { amd64: [], arm64: [] };
  for (const wanted of WANTED) {
    const hashes: Record<string, string> = {};
    let last = "";
    for (const [arch, { folder, loader }] of Object.entries(ARCHITECTURES)) {
      const deb = debian.fetch(wanted.name, arch);
      hashes[arch] = hash("sha256", readFileSync(deb));
      const root = join(work, arch, wanted.name);
      unpackPackage(deb, root);
      for (const file of wanted.files) {
        const found = realpathSync(join(root, "usr/lib", folder, file === "LOADER" ? loader : file));
        const content = readFileSync(found);
        const name = file === "LOADER" ? LOADER : file;
        write(compressedPath(arch, name), content);
        const from = relative(root, found);
        const mode = file === "LOADER" ? 0o755 : 0o644;
        files[arch]?.push({ name, package: wanted.name, from, mode, sha256: hash("sha256", content) });
      }
      last = deb;
    }
    packages.push({
      name: wanted.name,
      version: packageField(last, "Version"),
      source: packageField(last, "source:Package"),
      sourceVersion: packageField(last, "source:Version"),
      licence: wanted.licence,
      sha256: hashes,
    });
  }
  takeLicences(debian, work, write);
  return { packages, files };
}

/** The texts of the licences: the authors' own, and the licences that Debian keeps in one place. */
function takeLicences(debian: DebianPackages, work: string, write: Write): void {
  for (const [source, name] of [
    ["glibc", "libc6"],
    ["gcc-14", "gcc-14-base"],
  ] as const) {
    const root = join(work, "licences", name);
    unpackPackage(debian.fetch(name, "amd64"), root);
    write(licencePath(source), readFileSync(join(root, "usr/share/doc", name, "copyright")));
  }
  for (const name of ["GPL-3", "LGPL-2.1"]) {
    write(licencePath(name), readFileSync(join("/usr/share/common-licenses", name)));
  }
}

if (import.meta.main) {
  const work = mkdtempSync(join(tmpdir(), "gpuhost-libraries-"));
  try {
    const libraries = takeLibraries(work, (path, content) => {
      mkdirSync(dirname(path), { recursive: true });
      if (!path.endsWith(".br")) {
        writeFileSync(path, content);
        return;
      }
      const params = { [constants.BROTLI_PARAM_LGWIN]: 24 };
      writeFileSync(path, brotliCompressSync(content, { params }));
    });
    writeFileSync(join(import.meta.dirname, "libraries.json"), `${JSON.stringify(libraries, null, 2)}\n`);
    for (const { name, version } of libraries.packages) console.log(`${name} ${version}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
