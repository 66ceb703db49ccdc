/**
 * Finds the compiled code that a Node binary carries for its own modules, and what refers to it.
 *
 * The code lies in `.rodata`, one piece behind the other. A function that runs before `main` makes a table of it, and has each
 * address and length as a constant: the compiler wrote, for one entry after the other,
 *
 *     mov  $name,%esi  …  call string  …  movq $address,N(%rbp)  movq $length,N+8(%rbp)
 *
 * where the next entry's name may come before this one's address, but not its call.
 * Source: nodejs/node `src/node_snapshotable.cc` (SnapshotData), `src/node_builtins.h` (CodeCacheInfo); V8
 * `code-serializer.h` (SerializedCodeData); Intel SDM volume 2, MOV and CALL.
 */
import { bytesOf, ElfError, readSections, type Section, sectionNamed, textAt } from "../smaller-node/elf.ts";

/** V8's header before compiled code: eight numbers. The first two are the same wherever the same V8 runs. */
const HEADER = 32;
const PAYLOAD_LENGTH = 20;
/** V8 pads what it writes to whole words. */
const WORD = 8;

/** The beginning of `movq $constant,…`. */
const STORE = Buffer.of(0x48, 0xc7);
const MOV_ESI = 0xbe;
const CALL = 0xe8;
/** The largest distance of an entry's name from its call. */
const NEAR = 128;

/** The code of one module, and the file offsets of the two constants that contain its address and length. */
export interface CodeEntry {
  readonly id: string;
  readonly address: number;
  readonly length: number;
  /** The file offset of the code. */
  readonly offset: number;
  readonly addressAt: number;
  readonly lengthAt: number;
}

/**
 * The entries of all modules, ordered by address.
 *
 * @param file A Node for x86-64 whose addresses were fixed by the linker.
 * @param ids The modules that it has.
 * @param sample Compiled code of the same V8.
 * @throws {ElfError} When the binary does not contain code for exactly these modules, or refers to it in another way.
 */
export function findCode(file: Buffer, ids: readonly string[], sample: Buffer): readonly CodeEntry[] {
  const sections = readSections(file);
  // More than one if something has been cut out.
  const data = sections.filter(({ name }) => name === ".rodata");
  const text = sectionNamed(sections, ".text");
  const code = bytesOf(file, text);
  const references = withReferences(
    code,
    data.flatMap((part) => pieces(file, part, sample.subarray(0, 8))),
  );
  if (references.length !== ids.length) {
    throw new ElfError(`code for ${references.length} modules of Node instead of ${ids.length}`);
  }
  references.sort((a, b) => a.addressAt - b.addressAt);
  const names = nameReader(file, data, new Set(ids));
  const maker = stringMaker(code, references);
  const found = references.map((entry) => ({
    ...entry,
    id: nameBefore(code, entry.addressAt, maker, names),
  }));
  const missing = ids.find((id) => !found.some((entry) => entry.id === id));
  if (missing !== undefined) throw new ElfError(`no code for Node's module ${missing}`);
  return found
    .map((entry) => ({
      ...entry,
      addressAt: entry.addressAt + text.offset,
      lengthAt: entry.lengthAt + text.offset,
    }))
    .sort((a, b) => a.address - b.address);
}

interface Piece {
  readonly address: number;
  readonly offset: number;
  readonly length: number;
}

function pieces(file: Buffer, data: Section, beginning: Buffer): Piece[] {
  const found: Piece[] = [];
  const end = data.offset + data.size;
  for (
    let at = file.indexOf(beginning, data.offset);
    at >= 0 && at < end;
    at = file.indexOf(beginning, at + 1)
  ) {
    const length = Math.ceil((HEADER + file.readUInt32LE(at + PAYLOAD_LENGTH)) / WORD) * WORD;
    found.push({ address: at - data.offset + data.address, offset: at, length });
  }
  return found;
}

/** For each piece, the only place in the code with its address, followed by its length. */
function withReferences(code: Buffer, all: readonly Piece[]): (Piece & Reference)[] {
  const found = new Map<number, Reference[]>(all.map(({ address }) => [address, []]));
  for (let at = code.indexOf(STORE); at >= 0; at = code.indexOf(STORE, at + 1)) {
    const first = storeAt(code, at);
    const second = first && storeAt(code, first.constantAt + 4);
    if (first === undefined || second?.distance !== first.distance + WORD) continue;
    const { constantAt: addressAt } = first;
    found.get(code.readUInt32LE(addressAt))?.push({ addressAt, lengthAt: second.constantAt });
  }
  return all.map((piece) => {
    const references = found.get(piece.address) ?? [];
    const [reference] = references;
    if (reference === undefined || references.length !== 1) {
      throw new ElfError(
        `${references.length} references instead of one to the code at 0x${piece.address.toString(16)}`,
      );
    }
    if (code.readUInt32LE(reference.lengthAt) !== piece.length) {
      throw new ElfError(`another length than that of the code at 0x${piece.address.toString(16)}`);
    }
    return { ...piece, ...reference };
  });
}

interface Reference {
  readonly addressAt: number;
  readonly lengthAt: number;
}

interface Store {
  readonly distance: number;
  readonly constantAt: number;
}

/** `movq $constant,distance(%rbp)`: the distance has four bytes, or one when it is small. */
function storeAt(code: Buffer, at: number): Store | undefined {
  const opcode = at + 11 > code.length ? 0 : code.readUIntBE(at, 3);
  if (opcode === 0x48c785) return { distance: code.readInt32LE(at + 3), constantAt: at + 7 };
  if (opcode === 0x48c745) return { distance: code.readInt8(at + 3), constantAt: at + 4 };
  return undefined;
}

/** Returns the name of a module at an address; undefined when there is none. */
type NameReader = (address: number) => string | undefined;

function nameReader(file: Buffer, data: readonly Section[], ids: ReadonlySet<string>): NameReader {
  return (wanted) => {
    const home = data.find(({ address, size }) => address <= wanted && wanted < address + size);
    if (home === undefined) return undefined;
    const name = textAt(file, wanted - home.address + home.offset);
    return ids.has(name) ? name : undefined;
  };
}

/**
 * The function that makes a string from a name, by its place in the code: it is called after each entry but the last, for
 * the name of the next one.
 */
function stringMaker(code: Buffer, references: readonly { readonly lengthAt: number }[]): number {
  const called = references.slice(0, -1).map(({ lengthAt }) => callAt(code, lengthAt + 4));
  const [maker] = called;
  if (maker === undefined || called.some((other) => other !== maker)) {
    throw new ElfError("names of Node's modules are not where the table of their code is made");
  }
  return maker;
}

/** The target of a call at `at`; undefined when there is no call. */
function callAt(code: Buffer, at: number): number | undefined {
  return code[at] === CALL ? at + 5 + code.readInt32LE(at + 1) : undefined;
}

/** The name in the last string that is made before `at`: the last one loaded before that call. */
function nameBefore(code: Buffer, at: number, maker: number, nameAt: NameReader): string {
  let call = at;
  while (callAt(code, call) !== maker && call > at - NEAR) call -= 1;
  for (let mov = call - 5; mov > call - NEAR; mov -= 1) {
    const name = code[mov] === MOV_ESI ? nameAt(code.readUInt32LE(mov + 1)) : undefined;
    if (name !== undefined) return name;
  }
  throw new ElfError("code for a module of Node without a name");
}
