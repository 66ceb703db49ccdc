/** The units that `assign` was given: each once, with usage. */
import { FunctionError } from "../../../framework/function.ts";
import { type Address, addressKey, isFunctionAddress, parseAddress } from "../../../pci/address.ts";
import type { AssignableUnit, Holder } from "../../../pci/assign.ts";
import type { UnitKind } from "../../../pci/unit.ts";

/** The used part of an element of `gpus`. */
export interface UnitArgument {
  readonly mapping_name: string;
  readonly node: string;
  readonly path: string;
  readonly kind: string;
  readonly isolated: boolean | null;
  readonly iommu_groups: readonly number[];
  readonly used_by: readonly UserArgument[] | null;
}

interface UserArgument {
  readonly vmid: number;
  readonly name: string | null;
  readonly template: boolean;
}

/**
 * The units; duplicates in the list become one.
 * @throws FunctionError when nothing is known of usage, or elements contradict each other.
 */
export function assignableUnits(elements: readonly UnitArgument[]): readonly AssignableUnit[] {
  if (elements.length > 0 && elements.every(({ used_by }) => used_by === null)) {
    refuse(
      "used_by is null in every element of units, so that none is known to be free. Read them with " +
        "include_usage = true, and grant the token and its user VM.Audit on /vms and all below; the role PVEAuditor " +
        'on "/" covers it.',
    );
  }
  const byPlace = new Map<string, number>();
  const byName = new Map<string, number>();
  const units: AssignableUnit[] = [];
  for (const [index, element] of elements.entries()) {
    const unit = assignableUnit(element);
    const place = `${unit.node}/${addressKey(unit.address)}`;
    const first = byPlace.get(place);
    if (first !== undefined) {
      checkSame(elements, first, index);
      continue;
    }
    const namesake = byName.get(unit.mappingName);
    if (namesake !== undefined) {
      const other = elements[namesake];
      refuse(
        `units[${namesake}] and units[${index}] are both called ${unit.mappingName}, and are ${other?.node} ${other?.path} ` +
          `and ${element.node} ${element.path}. Read one of them with another mapping_prefix.`,
      );
    }
    byPlace.set(place, index);
    byName.set(unit.mappingName, index);
    units.push(unit);
  }
  return units;
}

function assignableUnit(element: UnitArgument): AssignableUnit {
  return {
    mappingName: element.mapping_name,
    node: element.node,
    address: mainAddress(element.path),
    kind: unitKind(element.kind),
    isolated: element.isolated,
    iommuGroups: element.iommu_groups,
    holders: element.used_by === null ? null : holdersOf(element.used_by),
  };
}

/** A path without function means `.0`. */
function mainAddress(path: string): Address {
  const address = parseAddress(path);
  return isFunctionAddress(address) ? address : { ...address, function: 0 };
}

function unitKind(kind: string): UnitKind {
  return kind === "pf" || kind === "vf" ? kind : "card";
}

/** Each guest once, ordered by number, without templates, which never start. */
function holdersOf(users: readonly UserArgument[]): readonly Holder[] {
  const byNumber = new Map<number, Holder>();
  for (const { vmid, name, template } of users) {
    if (!template && !byNumber.has(vmid)) byNumber.set(vmid, { vmid, name });
  }
  return [...byNumber.values()].sort((a, b) => a.vmid - b.vmid);
}

/** Two lists may contain the same unit, but have to say the same of it. */
function checkSame(elements: readonly UnitArgument[], first: number, second: number): void {
  const [a, b] = [elements[first], elements[second]];
  if (a === undefined || b === undefined) return;
  const different = (["mapping_name", "kind", "isolated", "iommu_groups", "used_by"] as const).filter(
    (name) => comparable(a[name]) !== comparable(b[name]),
  );
  if (different.length === 0) return;
  refuse(
    `units[${first}] and units[${second}] are the same unit, ${b.node} ${b.path}, and differ in ${different.join(", ")}. ` +
      "Read it once, or pass it once.",
  );
}

/** Order within lists has no meaning here. */
function comparable(value: UnitArgument[keyof UnitArgument]): string {
  return Array.isArray(value)
    ? JSON.stringify(value.map((item) => JSON.stringify(item)).sort())
    : JSON.stringify(value);
}

function refuse(message: string): never {
  throw new FunctionError(message, { argument: 0 });
}
