/** The filters that a configuration sets, as criteria of a selection. */
import type { ArgumentsOf } from "../../../framework/attribute.ts";
import { DiagnosticError, errorDiagnostic } from "../../../framework/diagnostics.ts";
import { type Path, path } from "../../../framework/path.ts";
import {
  byClasses,
  byIds,
  byMdev,
  byNames,
  byPaths,
  byPhysicalFunction,
  bySubsystemIds,
  byVendorIds,
  byVirtualFunctions,
  type Criterion,
} from "../../../pci/criterion.ts";
import type { Host } from "../../../pci/host.ts";
import { parseNameRegex } from "../../../pci/name-regex.ts";
import { type PathSelector, parseFunctionSelector, parsePathSelector } from "../../../pci/path-selector.ts";
import { searchAll } from "../../bounded-search.ts";
import type { attributes } from "./schema.ts";

export type PciDevicesArguments = ArgumentsOf<typeof attributes>;

/**
 * How long `name_regex` may take for all names of a cluster. A good expression takes milliseconds, even for the
 * largest.
 */
const SEARCH_MS = 2000;

/**
 * One criterion for every filter that is set; all have to hold.
 * @throws DiagnosticError when `name_regex` takes too long for the names.
 */
export function criteriaOf(args: PciDevicesArguments, hosts: readonly Host[]): readonly Criterion[] {
  return [
    given(args.classes, byClasses),
    given(args.vendor_ids, byVendorIds),
    given(args.ids, byIds),
    given(args.subsystem_ids, bySubsystemIds),
    given(args.paths, (paths) => byPaths(paths.map(parsePathSelector))),
    given(args.name_regex, (source) => byNameRegex(source, hosts)),
    given(args.mdev, byMdev),
    given(args.virtual_functions, byVirtualFunctions),
    given(physicalFunctionOf(args), byPhysicalFunction),
  ].filter((criterion) => criterion !== null);
}

function byNameRegex(source: string, hosts: readonly Host[]): Criterion {
  const regex = parseNameRegex(source);
  const names = new Set(hosts.flatMap((host) => host.devices.flatMap(({ name }) => name ?? [])));
  const found = searchAll(regex, names, SEARCH_MS);
  if (found === null) {
    throw new DiagnosticError(
      errorDiagnostic(
        "Expression Takes Too Long",
        `"${source}" was not found or missed in ${names.size} names within ${SEARCH_MS / 1000} s. Nested repetition such as ` +
          '"(a+)+" does that: write the expression without it.',
        path("name_regex"),
      ),
    );
  }
  return byNames(found, () => searchAll(new RegExp(regex.source, "i"), names, SEARCH_MS) ?? new Set());
}

/**
 * The nodes to read: those of `nodes`, or of `paths` when every element names one; null for all members. Also the argument that
 * names them, and where the configuration has the name at an index.
 */
export function nodesToRead({ nodes, paths }: PciDevicesArguments): {
  readonly wanted: readonly string[] | null;
  readonly argument: "nodes" | "paths";
  readonly named: (index: number) => Path;
} {
  const ofPaths = paths?.map((element) => parsePathSelector(element).node) ?? [];
  const onlyTheirs = nodes === null && paths !== null && !ofPaths.includes(null);
  const argument = onlyTheirs ? "paths" : "nodes";
  return {
    wanted: onlyTheirs ? ofPaths.filter((node) => node !== null) : nodes,
    argument,
    named: (index) => path(argument, index),
  };
}

/** The function whose virtual functions are asked for; null for no such filter. */
export function physicalFunctionOf({ physical_function }: PciDevicesArguments): PathSelector | null {
  return physical_function === null ? null : parseFunctionSelector(physical_function);
}

function given<T>(argument: T | null, criterion: (argument: T) => Criterion): Criterion | null {
  return argument === null ? null : criterion(argument);
}
