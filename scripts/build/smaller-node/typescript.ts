/**
 * Leaves the compiler of TypeScript out of a Node binary: 3.6 MiB of WebAssembly, in base64 in the source of one of Node's own
 * modules. Node reads it where it is to run a `.ts` file, which a single executable never does.
 */
import { bytesOf, ElfError, readSections, sectionNamed } from "./elf.ts";
import { cutFromSegment } from "./elf-cut.ts";

/** What WebAssembly begins with, `\0asm` and its version, in base64. */
const BEGINNING = Buffer.from("AGFzbQEAAAAB");

/** No other WebAssembly in Node has a tenth of this. */
const MIN_BYTES = 1024 * 1024;

/**
 * Returns a copy of `file` that cannot run TypeScript. Everything else stays at its address; what is behind it moves in the
 * file.
 * @param file A stripped executable, after anything was injected.
 * @throws {ElfError} When there is not one such compiler in its read-only data.
 */
export function withoutTypeScript(file: Buffer): Buffer {
  const home = sectionNamed(readSections(file), ".rodata");
  const found = base64From(bytesOf(file, home)).filter(({ size }) => size >= MIN_BYTES);
  const [compiler] = found;
  if (compiler === undefined || found.length !== 1) {
    throw new ElfError(`${found.length} compilers of TypeScript instead of one`);
  }
  const address = home.address + compiler.start;
  return cutFromSegment(file, address, address + compiler.size);
}

/** Where WebAssembly begins in base64, and how long it is. */
function base64From(data: Buffer): { readonly start: number; readonly size: number }[] {
  const found: { readonly start: number; readonly size: number }[] = [];
  for (let start = data.indexOf(BEGINNING); start >= 0; start = data.indexOf(BEGINNING, start + 1)) {
    let end = start;
    while (isBase64(data[end])) end += 1;
    found.push({ start, size: end - start });
  }
  return found;
}

const ALPHABET = new Set(Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="));

function isBase64(byte: number | undefined): boolean {
  return byte !== undefined && ALPHABET.has(byte);
}
