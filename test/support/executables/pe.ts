/**
 * Reads executables for Windows.
 * Source: Microsoft, "PE Format"; 64 bit.
 */

/** The number of each processor in the header. */
export const MACHINE = { amd64: 0x8664, arm64: 0xaa64 } as const;

const RT_RCDATA = 10;

export interface Pe {
  readonly machine: number;
  readonly checksum: number;
  readonly certificates: { readonly offset: number; readonly size: number };
  readonly sections: readonly PeSection[];
  /** Resources of raw data, by name. */
  readonly resources: ReadonlyMap<string, Buffer>;
}

interface PeSection {
  readonly name: string;
  readonly address: number;
  readonly memory: number;
  readonly offset: number;
  readonly size: number;
}

export function readPe(file: Buffer): Pe {
  const header = file.readUInt32LE(0x3c);
  if (file.toString("latin1", header, header + 4) !== "PE\0\0") throw new Error("not a PE file");
  const optional = header + 24;
  if (file.readUInt16LE(optional) !== 0x20b) throw new Error("not a 64-bit PE file");
  const directory = (index: number) => {
    const entry = optional + 112 + index * 8;
    return { offset: file.readUInt32LE(entry), size: file.readUInt32LE(entry + 4) };
  };
  const table = optional + file.readUInt16LE(header + 20);
  const sections = Array.from({ length: file.readUInt16LE(header + 6) }, (_, index) => {
    const section = table + index * 40;
    return {
      name: file.toString("latin1", section, section + 8).replace(/\0+$/, ""),
      memory: file.readUInt32LE(section + 8),
      address: file.readUInt32LE(section + 12),
      size: file.readUInt32LE(section + 16),
      offset: file.readUInt32LE(section + 20),
    };
  });
  return {
    machine: file.readUInt16LE(header + 4),
    checksum: file.readUInt32LE(optional + 64),
    certificates: directory(4),
    sections,
    resources: readResources(file, sections, directory(2).offset),
  };
}

/** What is wrong with the order of the sections: nothing, in a file that Windows loads. */
export function sectionFaults(file: Buffer, { sections }: Pe): readonly string[] {
  const faults: string[] = [];
  for (const [index, section] of sections.entries()) {
    const before = sections[index - 1];
    if (section.offset + section.size > file.length) faults.push(`${section.name} is cut off`);
    if (before === undefined) continue;
    if (section.offset < before.offset + before.size)
      faults.push(`${section.name} begins within ${before.name}`);
    if (section.address < before.address + before.memory) {
      faults.push(`${section.name} begins within ${before.name} in memory`);
    }
  }
  return faults;
}

function readResources(file: Buffer, sections: readonly PeSection[], address: number): Map<string, Buffer> {
  const section = sections.find((one) => one.address <= address && address < one.address + one.memory);
  if (section === undefined) return new Map();
  const root = section.offset + (address - section.address);
  const atAddress = (there: number) => section.offset + (there - section.address);
  const found = new Map<string, Buffer>();
  for (const { id, target: names } of readEntries(file, root, root)) {
    if (id !== RT_RCDATA) continue;
    for (const { id: name, target: languages } of readEntries(file, root, names)) {
      const [language] = readEntries(file, root, languages);
      if (language === undefined) continue;
      const data = atAddress(file.readUInt32LE(language.target));
      found.set(String(name), file.subarray(data, data + file.readUInt32LE(language.target + 4)));
    }
  }
  return found;
}

function readEntries(file: Buffer, root: number, folder: number) {
  const count = file.readUInt16LE(folder + 12) + file.readUInt16LE(folder + 14);
  return Array.from({ length: count }, (_, index) => {
    const entry = folder + 16 + index * 8;
    const id = file.readUInt32LE(entry);
    const target = root + (file.readUInt32LE(entry + 4) & 0x7fffffff);
    return { id: id >= 0x80000000 ? nameAt(file, root + (id & 0x7fffffff)) : id, target };
  });
}

function nameAt(file: Buffer, offset: number): string {
  return file.toString("utf16le", offset + 2, offset + 2 + file.readUInt16LE(offset) * 2);
}
