/** Which guests use which devices: read from their configurations, with a warning for whatever stays hidden. */
import type { Diagnostics } from "../framework/diagnostics.ts";
import { path } from "../framework/path.ts";
import { HOSTPCI_KEY, parseHostpci } from "../pci/hostpci.ts";
import { parseMappingLines } from "../pci/mapping-line.ts";
import type { MappingLines } from "../pci/usage.ts";
import type { StartableGuest } from "../pci/usage-clash.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { ProxmoxError } from "../proxmox/errors.ts";
import type { GuestSummary } from "../proxmox/responses.ts";
import { grantedBelow } from "./granted.ts";
import { seesAllMappings } from "./hidden-mappings.ts";
import { enumerated, itemised } from "./wording.ts";

/** The virtual machines of some nodes, templates too, and the mappings that they may name. */
export interface Usage {
  readonly guests: readonly StartableGuest[];
  readonly mappings: MappingLines;
}

/**
 * Reads the configurations of the VMs on the given nodes, running and pending, and the mappings that they name.
 * @throws ProxmoxError where nothing at all can be said.
 */
export async function readUsage(
  client: ProxmoxClient,
  nodes: readonly string[],
  diagnostics: Diagnostics,
  signal: AbortSignal,
): Promise<Usage> {
  const [summaries, permissions, mappings] = await Promise.all([
    client.guests(signal),
    client.permissions(signal),
    readMappings(client, signal),
  ]);
  // Containers cannot have hostpci entries.
  const vms = summaries
    .filter(({ type, node }) => type === "qemu" && nodes.includes(node))
    .toSorted((a, b) => a.vmid - b.vmid);
  const answers = await Promise.all(vms.map((vm) => readGuest(client, vm, signal)));
  const guests = answers.filter((answer) => "entries" in answer);
  const gaps = answers.filter((answer) => "what" in answer);
  if (!grantedBelow(permissions, "/vms", AUDIT_GUESTS)) {
    gaps.unshift({
      what: "Proxmox says nothing of guests for which VM.Audit is missing; here it is not granted on /vms and all below",
      grantable: true,
    });
  }
  if (mappings === null) {
    gaps.push({
      what: "Proxmox VE 7 leaves devices that are mapped out of the configurations of guests",
      grantable: false,
    });
  } else if (!seesAllMappings(permissions)) {
    const hidden = namedMappings(guests).filter((name) => !mappings.has(name));
    if (hidden.length > 0) {
      const them =
        hidden.length === 1
          ? `the mapping ${hidden[0]} does not exist or is hidden`
          : `the mappings ${enumerated(hidden)} do not exist or are hidden`;
      gaps.push({
        what: `${them}: Mapping.Audit on /mapping/pci is missing`,
        grantable: true,
      });
    }
  }
  warnOfGaps(gaps, diagnostics);
  return { guests, mappings: mappings ?? new Map() };
}

/** Something that hides uses of devices. */
interface Gap {
  readonly what: string;
  /** Whether a privilege mends it. */
  readonly grantable: boolean;
}

function warnOfGaps(gaps: readonly Gap[], diagnostics: Diagnostics): void {
  if (gaps.length === 0) return;
  const advice = gaps.some(({ grantable }) => grantable)
    ? '\nGrant the token and its user what is missing; the role PVEAuditor on "/" covers all of it.'
    : "";
  diagnostics.warning(
    "Usage May Be Incomplete",
    `A device without an entry in used_by may be in use all the same:${itemised(gaps.map(({ what }) => what))}${advice}`,
    path("include_usage"),
  );
}

const AUDIT_GUESTS = ["VM.Audit"];

/** All mappings that may be seen, by name; null where this Proxmox has none at all. */
async function readMappings(client: ProxmoxClient, signal: AbortSignal): Promise<MappingLines | null> {
  try {
    const mappings = await client.pciMappings(signal);
    return new Map(mappings.map(({ id, map }) => [id, parseMappingLines(map)]));
  } catch (error) {
    if (error instanceof ProxmoxError && error.code === "not-implemented") return null;
    throw error;
  }
}

async function readGuest(
  client: ProxmoxClient,
  { vmid, type, node, name, template }: GuestSummary,
  signal: AbortSignal,
): Promise<StartableGuest | Gap> {
  try {
    const entries = await client.guestPending(node, type, vmid, signal);
    return { vmid, type, node, name, template, entries: entries.filter(({ key }) => HOSTPCI_KEY.test(key)) };
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.code === "cancelled" || error.code === "unauthorized")
      throw error;
    return {
      what: `guest ${vmid}${name === null ? "" : ` (${name})`} on ${node}: ${error.problem}`,
      grantable: error.code === "forbidden",
    };
  }
}

function namedMappings(guests: readonly StartableGuest[]): readonly string[] {
  const names = new Set<string>();
  for (const guest of guests) {
    for (const { value, pending } of guest.entries) {
      for (const text of [value, pending]) {
        const target = text === null ? null : parseHostpci(text);
        if (target !== null && "mapping" in target) names.add(target.mapping);
      }
    }
  }
  return [...names].sort();
}
