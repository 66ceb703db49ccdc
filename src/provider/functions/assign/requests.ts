/** The requests of `assign`, guest by guest. */
import { FunctionError } from "../../../framework/function.ts";
import { nearestNames } from "../../../framework/nearest-names.ts";
import type { AssignableUnit, UnitRequest } from "../../../pci/assign.ts";
import { enumerated } from "../../wording.ts";

/**
 * The requests.
 * @throws FunctionError when a name means two guests, a guest is on two nodes, or `nodes` names a guest that is not requested.
 */
export function unitRequests(
  guests: ReadonlyMap<string, number>,
  nodes: ReadonlyMap<string, string>,
  units: readonly AssignableUnit[],
): readonly UnitRequest[] {
  for (const name of nodes.keys()) {
    if (!guests.has(name)) refuseStranger(name, [...guests.keys()]);
  }
  return [...guests].map(([name, count]) => {
    const request = { name, count, node: nodes.get(name) ?? null };
    checkHolder(request, units);
    return request;
  });
}

function refuseStranger(name: string, guests: readonly string[]): never {
  const [near] = nearestNames(name, guests);
  const meant = near === undefined ? "" : ` Did you mean ${near}?`;
  throw new FunctionError(
    `options.nodes[${JSON.stringify(name)}] is not among guests.${meant} Take it out of nodes, or add it to guests.`,
    { argument: 2 },
  );
}

/** Checks that a name means one guest, and that its node is clear. */
function checkHolder({ name, count, node }: UnitRequest, units: readonly AssignableUnit[]): void {
  const held = units.flatMap((unit) =>
    (unit.holders ?? [])
      .filter((holder) => holder.name === name)
      .map(({ vmid }) => ({ vmid, node: unit.node })),
  );
  const guests = Map.groupBy(held, ({ vmid }) => vmid);
  if (guests.size > 1) {
    const them = [...guests].sort(([a], [b]) => a - b).map(([vmid, on]) => `${vmid} on ${nodesOf(on)}`);
    refuse(
      name,
      `the guests ${enumerated(them)} bear this name, and each holds units. Rename all but one of them in Proxmox first.`,
    );
  }
  const [only] = guests;
  if (only === undefined || count === 0 || node !== null) return;
  const [vmid, on] = only;
  if (new Set(on.map((one) => one.node)).size > 1) {
    refuse(
      name,
      `guest ${vmid} holds units on ${nodesOf(on)}, and can be on one node only. ` +
        "Pass units that were read together, or name its node in options.nodes.",
    );
  }
}

function nodesOf(held: readonly { readonly node: string }[]): string {
  return enumerated([...new Set(held.map(({ node }) => node))].sort());
}

function refuse(name: string, problem: string): never {
  throw new FunctionError(`guests[${JSON.stringify(name)}]: ${problem}`, { argument: 1 });
}
