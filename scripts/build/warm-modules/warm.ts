/**
 * Replaces the compiled code that a Node binary has of its own modules by code that V8 compiled during a plan.
 *
 * Node's code was compiled without running anything, so a launch compiles each function of those modules when it first calls
 * it. What the build records contains these functions too. V8 checks all code before it uses it: its own version and flags,
 * the module's source, a checksum. Code that does not fit is refused, and the module is compiled as if there were none.
 */
import { ElfError } from "../smaller-node/elf.ts";
import { cutFromSegment } from "../smaller-node/elf-cut.ts";
import { type CodeEntry, findCode } from "./code-table.ts";

/** The output of `record-modules.cjs`. */
export interface RecordedModules {
  /** The names of all modules of this Node. */
  readonly all: readonly string[];
  /** By name and in base64, what V8 has compiled of the modules that a plan loads. */
  readonly code: { readonly [id: string]: string };
}

/** Modules that run before anything can be recorded: they keep Node's own code. */
const BEFORE_RECORDING: ReadonlySet<string> = new Set(["internal/main/embedding"]);

const WORD = 8;

/** Parses the output of `record-modules.cjs`. @throws {Error} When it is something else */
export function parseRecorded(text: string): RecordedModules {
  const value: unknown = JSON.parse(text);
  if (typeof value === "object" && value !== null && "all" in value && "code" in value) {
    const { all, code } = value;
    const isCode = (given: unknown): given is RecordedModules["code"] =>
      typeof given === "object" &&
      given !== null &&
      Object.values(given).every((one) => typeof one === "string");
    if (Array.isArray(all) && all.every((id) => typeof id === "string") && isCode(code)) return { all, code };
  }
  throw new Error("The recording of Node's modules cannot be read.");
}

/**
 * Returns a copy of `file` with the recorded code, and without code for modules that were not recorded: V8 compiles those
 * when something loads them. Everything else stays at its address; what is after the code moves in the file.
 *
 * @param file A stripped executable for x86-64, after anything was injected.
 * @throws {ElfError} When its code is not as expected, or another V8 made the recording.
 */
export function withWarmModules(file: Buffer, recorded: RecordedModules): Buffer {
  const code = new Map(Object.entries(recorded.code).map(([id, text]) => [id, Buffer.from(text, "base64")]));
  const [sample] = code.values();
  if (sample === undefined) throw new ElfError("no code of Node's modules was recorded");
  const entries = findCode(file, recorded.all, sample);
  const [first, last] = onePiece(entries);
  const changed = Buffer.from(file);
  const end = last.address + last.length;
  let address = first.address;
  changed.fill(0, first.offset, last.offset + last.length);
  for (const entry of entries) {
    const bytes = codeFor(entry, file, code);
    changed.writeUInt32LE(address, entry.addressAt);
    changed.writeUInt32LE(bytes.length, entry.lengthAt);
    if (address + bytes.length > end) throw new ElfError("more code was recorded than Node has room for");
    bytes.copy(changed, address - first.address + first.offset);
    address += Math.ceil(bytes.length / WORD) * WORD;
  }
  return cutFromSegment(changed, address, end);
}

/** The first and the last of the entries. @throws {ElfError} When something else is between them */
function onePiece(entries: readonly CodeEntry[]): readonly [CodeEntry, CodeEntry] {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) throw new ElfError("this Node has no modules");
  for (const [index, { address, offset, id }] of entries.entries()) {
    const before = entries[index - 1];
    if (before === undefined) continue;
    const gap = address - before.address - before.length;
    const sameSection = address - before.address === offset - before.offset;
    // Each piece ends with one byte, and padding of the last word.
    if (gap < 0 || gap > WORD || !sameSection) {
      throw new ElfError(`something lies between the code of Node's modules ${before.id} and ${id}`);
    }
  }
  return [first, last];
}

/** The new code of a module; empty when no plan loads it. */
function codeFor(entry: CodeEntry, file: Buffer, recorded: ReadonlyMap<string, Buffer>): Buffer {
  const carried = file.subarray(entry.offset, entry.offset + entry.length);
  const better = recorded.get(entry.id);
  if (better === undefined) return BEFORE_RECORDING.has(entry.id) ? carried : Buffer.alloc(0);
  // Eight bytes identify the V8, four the length of the source, four the flags, four what V8 compiled beforehand.
  const [wanted, is] = [carried, better].map((bytes) => bytes.toString("hex", 0, 20));
  if (wanted !== is)
    throw new ElfError(`the code recorded for Node's module ${entry.id} is of another V8 or source`);
  return better;
}
