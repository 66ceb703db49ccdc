/**
 * Devices that a guest takes through its `args`, without Proxmox knowing: `-device vfio-pci,host=00:02.0`, as in guides
 * for integrated GPUs. Source: pve-common `src/PVE/Tools.pm`, split_args (Perl's shellwords); QEMU `hw/vfio/pci.c`
 * (host, sysfsdev), `hw/core/qdev-properties-system.c` (the form of an address), `util/qemu-option.c` (commas).
 */
import type { Address, Slot } from "./address.ts";

/** The devices that QEMU is told to take. */
export interface VfioDevices {
  /** Taken as a whole. */
  readonly whole: readonly (Address | Slot)[];
  /** Devices of which a mediated device is taken. */
  readonly parents: readonly (Address | Slot)[];
  /** Whether a mediated device is named only by its UUID, so that its parent is not known. */
  readonly untraceable: boolean;
}

const DRIVERS = new Set(["vfio-pci", "vfio-pci-nohotplug"]);

/** Reads the devices out of `args`. What QEMU does not accept as a device is skipped. */
export function vfioDevicesOf(args: string): VfioDevices {
  const whole: (Address | Slot)[] = [];
  const parents: (Address | Slot)[] = [];
  let untraceable = false;
  for (const properties of deviceOptions(shellWords(args))) {
    if (!DRIVERS.has(properties.get("driver") ?? "")) continue;
    const host = properties.get("host");
    const path = properties.get("sysfsdev");
    if (host !== undefined) {
      const address = addressOf(host);
      if (address !== null) whole.push(address);
    } else if (path !== undefined) {
      const [last = "", parent = ""] = path.replace(/\/+$/, "").split("/").reverse();
      const address = addressOf(last);
      const ofParent = addressOf(parent);
      if (address !== null) whole.push(address);
      else if (ofParent !== null) parents.push(ofParent);
      else if (UUID.test(last)) untraceable = true;
    }
  }
  return { whole, parents, untraceable };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Hexadecimal parts of any length, as QEMU reads them: `0000:00:02.0`, `1:0.0`. */
const ADDRESS = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([01]?[0-9a-f])(?:\.([0-7]))?$/i;

function addressOf(text: string): Address | Slot | null {
  const match = ADDRESS.exec(text.trim());
  if (match === null) return null;
  const [, domain = "0", bus = "", device = "", number] = match;
  const slot = {
    domain: Number.parseInt(domain, 16),
    bus: Number.parseInt(bus, 16),
    device: Number.parseInt(device, 16),
  };
  return number === undefined ? slot : { ...slot, function: Number(number) };
}

/** The properties of every `-device`; the first may stand without its name, `driver`. */
function deviceOptions(words: readonly string[]): readonly ReadonlyMap<string, string>[] {
  return words.flatMap((word, index) => {
    const value = words[index + 1];
    if ((word !== "-device" && word !== "--device") || value === undefined) return [];
    return [value.startsWith("{") ? fromJson(value) : fromOptions(value)];
  });
}

/** `vfio-pci,host=…`; two commas stand for a literal comma. */
function fromOptions(text: string): ReadonlyMap<string, string> {
  const parts = text.match(/(?:[^,]|,,)+/g) ?? [];
  return new Map(
    parts.map((part, index) => {
      const bare = part.replaceAll(",,", ",");
      const equals = bare.indexOf("=");
      if (equals === -1) return index === 0 ? ["driver", bare] : [bare, "on"];
      return [bare.slice(0, equals), bare.slice(equals + 1)];
    }),
  );
}

/** `{"driver":"vfio-pci","host":"…"}` */
function fromJson(text: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    return new Map(
      Object.entries(value ?? {}).flatMap(([key, one]) => (typeof one === "string" ? [[key, one]] : [])),
    );
  } catch {
    return new Map();
  }
}

const WORD = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/suy;
const PART = /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'\\]+)/gsu;

/** Words as a shell splits them; none at all when a quotation does not end, as in Perl. */
function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  const trimmed = text.trim();
  let at = 0;
  while (at < trimmed.length) {
    WORD.lastIndex = at;
    const word = WORD.exec(trimmed)?.[1];
    if (word === undefined) return [];
    at = WORD.lastIndex;
    words.push(
      word.replaceAll(
        PART,
        (_, escaped?: string, double?: string, single?: string, plain?: string) =>
          escaped ?? double?.replaceAll(/\\(.)/gsu, "$1") ?? single ?? plain ?? "",
      ),
    );
  }
  return words;
}
