/** Who uses a card, in words. */
import type { PciDevicesResult } from "../../provider/data-sources/pci-devices/result.ts";
import type { Part } from "../styled-line.ts";
import { oneLine } from "../text.ts";

type Users = NonNullable<PciDevicesResult["devices"]>[number]["used_by"];

/** Finds the users of a card in what was read. Functions that were not selected have none on record. */
export class UsersIndex {
  readonly #users = new Map<string, Users>();

  constructor({ gpus, devices }: PciDevicesResult) {
    for (const { node, path, used_by } of devices ?? []) this.#users.set(`${node}/${path}`, used_by);
    // For a card, the unit tells more than its functions.
    for (const { node, functions, used_by } of gpus ?? []) {
      for (const path of functions) this.#users.set(`${node}/${path}`, used_by);
    }
  }

  of(node: string, paths: readonly string[]): Users {
    const known = paths.flatMap((path) => this.#users.get(`${node}/${path}`) ?? []);
    return paths.some((path) => (this.#users.get(`${node}/${path}`) ?? null) !== null) ? unique(known) : null;
  }
}

function unique(users: NonNullable<Users>): NonNullable<Users> {
  return [...new Map(users.map((user) => [`${user.vmid}/${user.hostpci}`, user])).values()];
}

/** One part for each guest, or one that says that it is free, or that this is not known. */
export function usageParts(users: Users): readonly Part[] {
  if (users === null) return [{ text: "use not known", style: "yellow" }];
  if (users.length === 0) return [{ text: "free", style: "green" }];
  return users.map(({ vmid, name, running, template, pending, hostpci }) => {
    const called = name === null ? "" : ` (${oneLine(name)})`;
    const states = [
      ...(running ? ["running"] : []),
      ...(template ? ["template"] : []),
      ...(pending ? ["from its next start"] : []),
    ];
    const state = states.length === 0 ? "" : `, ${states.join(", ")}`;
    return { text: `guest ${vmid}${called} ${hostpci}${state}`, style: running ? "cyan" : "bold" };
  });
}

/** The same for a table: only numbers and entries. */
export function usageCell(users: Users): string {
  if (users === null) return "?";
  return users.map(({ vmid, hostpci }) => `${vmid} ${hostpci}`).join(", ");
}
