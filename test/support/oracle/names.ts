import type { RawPci } from "./cluster.ts";

const NAMES = ["vendor_name", "device_name", "subsystem_vendor_name", "subsystem_device_name"] as const;

/** A name and its maker's, which is all that is printed where the first is not known. */
const PAIRS = [
  ["device_name", "vendor_name"],
  ["subsystem_device_name", "subsystem_vendor_name"],
] as const;

/** Where pci.ids keeps a record's name: what has to be the same for the name to be the same. */
function keyOf(record: RawPci, name: (typeof PAIRS)[number][0]): string {
  const device = `${record.vendor}:${record.device}`;
  if (name === "device_name") return device;
  return `${device} ${record.subsystem_vendor ?? ""}:${record.subsystem_device ?? ""}`;
}

/**
 * The names of the cluster: what one node's pci.ids does not know is called as the first node calls it that does. What
 * Proxmox has encoded twice is put right before.
 *
 * @param nodes the records of the nodes that were read, in the order of their names.
 */
export function withClusterNames(nodes: RawPci[][]): RawPci[][] {
  const repairedNodes = nodes.map((records) => records.map(withoutBrokenNames));
  const all = repairedNodes.flat();
  return repairedNodes.map((records) =>
    records.map((record) => {
      const filled = { ...record };
      for (const [name, maker] of PAIRS) {
        if (record[name] !== undefined) continue;
        const same = all.filter((one) => keyOf(one, name) === keyOf(record, name));
        const known =
          same.find((one) => one[name] !== undefined) ?? same.find((one) => one[maker] !== undefined);
        if (known?.[name] !== undefined) filled[name] = known[name];
        const made = record[maker] ?? known?.[maker];
        if (made !== undefined) filled[maker] = made;
      }
      return filled;
    }),
  );
}

/** The record with its names as Proxmox meant them; an empty one is none. */
function withoutBrokenNames(record: RawPci): RawPci {
  const copy = { ...record };
  for (const name of NAMES) {
    const value = record[name];
    delete copy[name];
    if (value !== undefined && value !== "") copy[name] = repaired(value);
  }
  return copy;
}

/** UTF-8 that was taken for Latin-1 and encoded again is put right; every other text stays. */
function repaired(text: string): string {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  if (codes.some((code) => code > 0xff) || codes.every((code) => code <= 0x7f)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(codes));
  } catch {
    return text;
  }
}
