/** The result of `assign`. */
import { FunctionError } from "../../../framework/function.ts";
import { assign } from "../../../pci/assign.ts";
import { unitRequests } from "./requests.ts";
import { describeShortage } from "./shortage.ts";
import { assignableUnits } from "./units.ts";

export interface AssignOptions {
  /** The node where a guest has to be, by the guest's name. */
  readonly nodes?: ReadonlyMap<string, string> | null;
  /** Whether units that are not isolated may be given too. */
  readonly shared_groups?: boolean | null;
}

interface Given {
  readonly node: string | null;
  readonly mappings: readonly string[];
}

/**
 * Gives every guest its units.
 * @param guests how many units each guest needs, by its name
 * @throws FunctionError
 */
export function giveUnits(
  units: Parameters<typeof assignableUnits>[0],
  guests: Parameters<typeof unitRequests>[0],
  given: AssignOptions | null,
): Map<string, Given> {
  const assignable = assignableUnits(units);
  const requests = unitRequests(guests, given?.nodes ?? new Map(), assignable);
  const answer = assign(assignable, requests, { sharedGroups: given?.shared_groups ?? false });
  if ("request" in answer) throw new FunctionError(describeShortage(answer, requests), { argument: 1 });
  return new Map(
    answer
      .entries()
      .map(([name, { node, units: got }]) => [
        name,
        { node, mappings: got.map(({ mappingName }) => mappingName) },
      ]),
  );
}
