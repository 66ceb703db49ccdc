/** The filters that a configuration sets, as criteria of a selection. */
import type { ArgumentsOf } from "../../../framework/attribute.ts";
import {
  byClasses,
  byIds,
  byMdev,
  byNameRegex,
  byPaths,
  byPhysicalFunction,
  bySubsystemIds,
  byVendorIds,
  byVirtualFunctions,
  type Criterion,
} from "../../../pci/criterion.ts";
import { parseFunctionSelector, parsePathSelector } from "../../../pci/path-selector.ts";
import type { attributes } from "./schema.ts";

export type PciDevicesArguments = ArgumentsOf<typeof attributes>;

/** One criterion for every filter that is set; all of them must hold. */
export function criteriaOf(args: PciDevicesArguments): readonly Criterion[] {
  return [
    given(args.classes, byClasses),
    given(args.vendor_ids, byVendorIds),
    given(args.ids, byIds),
    given(args.subsystem_ids, bySubsystemIds),
    given(args.paths, (paths) => byPaths(paths.map(parsePathSelector))),
    given(args.name_regex, byNameRegex),
    given(args.mdev, byMdev),
    given(args.virtual_functions, byVirtualFunctions),
    given(args.physical_function, (path) => byPhysicalFunction(parseFunctionSelector(path))),
  ].filter((criterion) => criterion !== null);
}

function given<T>(argument: T | null, criterion: (argument: T) => Criterion): Criterion | null {
  return argument === null ? null : criterion(argument);
}
