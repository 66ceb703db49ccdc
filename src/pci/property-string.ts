/**
 * Property strings, in which Proxmox writes composite values: `key=value` with commas between them. Source: pve-common
 * `src/PVE/JSONSchema.pm`, parse_property_string.
 */
import { type Address, parseAddress, type Slot } from "./address.ts";
import { PciFormatError } from "./format-error.ts";

/**
 * Splits a property string.
 * @param defaultKey the key of the one part that may have none.
 */
export function propertiesOf(text: string, defaultKey: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((part) => {
      const equals = part.indexOf("=");
      return equals === -1
        ? [defaultKey, part.trim()]
        : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
    }),
  );
}

/** The valid addresses of a text with `;` between them. What Proxmox itself would refuse covers nothing. */
export function addressesOf(text: string): readonly (Address | Slot)[] {
  return text.split(";").flatMap((part) => {
    try {
      return [parseAddress(part.trim())];
    } catch (error) {
      if (error instanceof PciFormatError) return [];
      throw error;
    }
  });
}
