/** Units and calls of `assign` as a host sends them. */
import { ctyBool, ctyMap, ctyObject, ctyString } from "../../../src/cty/type.ts";
import { CtyDynamicValue, type CtyValue } from "../../../src/cty/value.ts";
import { assignFunction } from "../../../src/provider/functions/assign.ts";
import { callsOf, type Refusal } from "../provider/function-call.ts";
import type { User } from "./arbitrary.ts";

const server = callsOf(assignFunction);

export const user = (vmid: number, name: string | null, template = false): User => ({ vmid, name, template });

export interface Traits {
  readonly used_by?: readonly User[] | null;
  readonly [name: string]: CtyValue | readonly User[] | undefined;
}

const members = (entries: object): Map<string, CtyValue> => new Map(Object.entries(entries));

/** A card on a node in a group of its own, used by nobody. */
export function card(node: string, bus: string, { used_by = [], ...more }: Traits = {}): CtyValue {
  return members({
    mapping_name: `gpu-${node}-${bus}`,
    node,
    path: `0000:${bus}:00`,
    kind: "card",
    isolated: true,
    iommu_groups: [Number.parseInt(bus, 16)],
    used_by: used_by?.map(members) ?? null,
    ...more,
  });
}

export interface Options {
  readonly nodes?: Readonly<Record<string, string>>;
  readonly shared_groups?: boolean;
}

function argumentsOf(
  units: CtyValue,
  guests: Readonly<Record<string, CtyValue>>,
  options?: Options,
): readonly CtyValue[] {
  if (options === undefined) return [units, members(guests)];
  const { nodes, shared_groups } = options;
  const given = {
    ...(nodes && { nodes: members(nodes) }),
    ...(shared_groups !== undefined && { shared_groups }),
  };
  const types = {
    ...(nodes && { nodes: ctyMap(ctyString) }),
    ...(shared_groups !== undefined && { shared_groups: ctyBool }),
  };
  return [units, members(guests), new CtyDynamicValue(ctyObject(types), members(given))];
}

/** The answer as it comes. */
export function answered(units: CtyValue, guests: Readonly<Record<string, CtyValue>>): Promise<unknown> {
  return server.call(argumentsOf(units, guests));
}

/** What each guest gets: `pve1: gpu-a, gpu-b`. */
export async function assigned(
  units: CtyValue,
  guests: Readonly<Record<string, CtyValue>>,
  options?: Options,
): Promise<Record<string, string>> {
  const result = (await server.call(argumentsOf(units, guests, options))) as Record<
    string,
    { readonly node: string | null; readonly mappings: readonly string[] }
  >;
  return Object.fromEntries(
    Object.entries(result).map(([name, { node, mappings }]) => [name, `${node}: ${mappings.join(", ")}`]),
  );
}

/** What a call is refused with. */
export function refusal(
  units: CtyValue,
  guests: Readonly<Record<string, CtyValue>>,
  options?: Options,
): Promise<Refusal> {
  return server.refused(argumentsOf(units, guests, options));
}

/** What a call with these options, of any type, is refused with. */
export function optionsRefusal(
  units: CtyValue,
  guests: Readonly<Record<string, CtyValue>>,
  options: CtyValue,
): Promise<Refusal> {
  return server.refused([units, members(guests), options]);
}
