/** All checks, ordered so that each can use the ones before it. After a failure, what cannot be asked is left out. */
import { Diagnostics } from "../../framework/diagnostics.ts";
import type { Address, Slot } from "../../pci/address.ts";
import type { Host } from "../../pci/host.ts";
import { nextTargets } from "../../pci/usage/entry.ts";
import type { Configured } from "../../provider/configuration.ts";
import { readPciMappings } from "../../provider/data-sources/pci-mappings.ts";
import { readGuestList, readUsage, type Usage } from "../../provider/guest-usage.ts";
import { clusterMembers, type Inventory, type Progress, readInventory } from "../../provider/inventory.ts";
import type { NodeSummary } from "../../proxmox/answers/responses.ts";
import { compareVersions } from "../../proxmox/answers/version.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import type { Check } from "./check.ts";
import { iommuChecks, nodeChecks, quorumCheck, versionChecks } from "./cluster.ts";
import type { Options } from "./guest-options.ts";
import { guestChecks, guestsWithDevices } from "./guests.ts";
import { isolationChecks } from "./isolation.ts";
import { mappingChecks } from "./mappings.ts";
import { privilegeChecks } from "./privileges.ts";
import { reach, type Where } from "./reaching.ts";
import { Unanswered } from "./unanswered.ts";
import { usageChecks } from "./usage.ts";
import { usesOn } from "./uses.ts";

/** @throws ProxmoxError when it is cancelled. */
export async function examine(
  configured: Configured,
  surroundings: Where,
  signal: AbortSignal,
  onProgress: Progress,
): Promise<readonly Check[]> {
  const reached = await reach(configured, surroundings, signal);
  const { client } = reached;
  if (client === null) return reached.checks;
  try {
    const inside = new Examination(client, configured, signal, onProgress);
    return [...reached.checks, ...(await inside.checks())];
  } finally {
    await client.close();
  }
}

class Examination {
  readonly #client: ProxmoxClient;
  readonly #configured: Configured;
  readonly #signal: AbortSignal;
  readonly #onProgress: Progress;
  readonly #unanswered = new Unanswered();

  constructor(client: ProxmoxClient, configured: Configured, signal: AbortSignal, onProgress: Progress) {
    this.#client = client;
    this.#configured = configured;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  async checks(): Promise<readonly Check[]> {
    return this.#unanswered.among(await this.#answered());
  }

  async #answered(): Promise<readonly Check[]> {
    const [client, signal, unanswered] = [this.#client, this.#signal, this.#unanswered];
    const version = await unanswered.answer({ check: "version" }, client.version(signal));
    const members = await unanswered.answer({ check: "nodes" }, clusterMembers(client, signal));
    if (version === null || members === null) return [];
    const byName = members.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const { identity } = this.#configured.settings.credentials;
    const [privileges, versions, status, inventory] = await Promise.all([
      unanswered.answer({ check: "privileges" }, privilegeChecks(client, identity, version, signal)),
      versionChecks(client, byName, unanswered, signal),
      unanswered.answer({ check: "quorum" }, client.clusterStatus(signal)),
      unanswered.answer(
        { check: "nodes" },
        readInventory(client, null, signal, { onProgress: this.#onProgress }),
      ),
    ]);
    return [
      ...(privileges ?? []),
      ...versions,
      ...(status === null ? [] : [quorumCheck(status)]),
      ...nodeChecks(byName, inventory?.leftOut ?? null),
      ...(inventory === null ? [] : await this.#hardware(inventory, byName, version)),
    ];
  }

  async #hardware(
    { hosts, leftOut }: Inventory,
    members: readonly NodeSummary[],
    version: string,
  ): Promise<readonly Check[]> {
    const [client, signal, unanswered] = [this.#client, this.#signal, this.#unanswered];
    const names = members.map(({ name }) => name);
    const [mappings, usage] = await Promise.all([
      compareVersions(version, "8.0~") < 0
        ? null
        : unanswered.answer(
            { check: "mappings" },
            // Nodes that did not answer before are not asked again.
            readPciMappings(
              {
                names: null,
                nodes: hosts.map(({ node }) => node),
                accept: ["hidden_mappings", "unreachable"],
              },
              { instance: client, diagnostics: new Diagnostics(), signal },
            ),
          ),
      unanswered.answer({ check: "usage" }, this.#usage(hosts)),
    ]);
    const named = (node: string): readonly (Address | Slot)[] => [
      ...(mappings?.mappings ?? []).flatMap(({ lines }) =>
        lines.filter((line) => line.node === node).flatMap(({ addresses }) => addresses),
      ),
      ...(usage?.guests ?? [])
        .filter((guest) => guest.node === node && !guest.template)
        .flatMap((guest) => nextTargets(guest).flatMap(({ target }) => target.addresses ?? [])),
    ];
    const where = leftOut.length === 0 ? "" : " on the nodes that were read";
    const options = usage === null ? null : await this.#options(usage);
    return [
      ...iommuChecks(hosts, (node) => named(node).length > 0),
      ...isolationChecks(hosts, (host) => usesOn(host, mappings, usage?.guests ?? [])),
      ...(mappings === null ? [] : mappingChecks(mappings, names)),
      // Guests are read on the nodes that were read: without any, nothing is known of them.
      ...(usage === null || options === null || hosts.length === 0
        ? []
        : [
            ...usageChecks(hosts, usage, where, (vmid) => options.get(vmid)?.get("onboot") === "1"),
            ...guestChecks(hosts, usage, where, (vmid) => options.get(vmid)),
          ]),
    ];
  }

  async #usage(hosts: readonly Host[]): Promise<Usage> {
    const [client, signal] = [this.#client, this.#signal];
    const guests = await readGuestList(client, signal);
    return await readUsage(client, guests, hosts, () => true, new Diagnostics(), signal);
  }

  /** Options of the guests with PCI devices, as far as they can be read. */
  async #options({ guests, ...usage }: Usage): Promise<ReadonlyMap<number, Options>> {
    const read = guestsWithDevices({ guests, ...usage }).map(
      async ({ node, vmid }): Promise<readonly [number, Options] | null> => {
        const options = await this.#unanswered.answer(
          { check: "guests", subject: String(vmid), status: "warning" },
          this.#client.guestConfig(node, "qemu", vmid, this.#signal),
        );
        return options === null ? null : [vmid, options];
      },
    );
    return new Map((await Promise.all(read)).filter((one) => one !== null));
  }
}
