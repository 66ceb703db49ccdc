/** The mappings that an administrator writes for a host: right on that day, in the ways that people write them. */
import fc from "fast-check";
import { parseMappingLines } from "../../../src/pci/mapping-line.ts";
import type { NodeMapping } from "../../../src/pci/settlement.ts";
import { type Chassis, type Draw, listing, type Shown } from "./chassis.ts";

/** Lines by mapping, each with the function that was meant. */
export interface Written {
  readonly mappings: readonly NodeMapping[];
  /** By text of the path; a path has one meaning on that day. */
  readonly meant: ReadonlyMap<string, Shown>;
}

export function drawMappings(chassis: Chassis, draw: Draw): Written {
  const lines = new Map<string, string[]>();
  const meant = new Map<string, Shown>();
  const write = (name: string, path: string, one: Shown, statesSubsystem: boolean) => {
    const { vendor, device, subsystem_vendor, subsystem_device, iommugroup } = one.record;
    const subsystem = `subsystem-id=${bare(subsystem_vendor)}:${bare(subsystem_device)},`;
    const text = `id=${bare(vendor)}:${bare(device)},iommugroup=${iommugroup},node=pve1,path=${path},${statesSubsystem ? subsystem : ""}`;
    lines.set(name, [...(lines.get(name) ?? []), text.replace(/,$/, "")]);
    meant.set(path, one);
  };
  const shown = listing(chassis);
  const pools = draw(fc.boolean());
  for (const one of shown) {
    const { owner, serial } = one.card;
    const isPart = one.number > 0 && one.record.physfn === undefined;
    // The host's own are in no mapping, nor is a PF whose VFs are in use; most of what nobody has is in none either.
    if (owner === "host" || one.record.virtfns !== undefined) continue;
    if (owner === "nobody" && !draw(fc.boolean())) continue;
    const whole = !isPart && one.record.physfn === undefined && draw(fc.boolean());
    const path = whole ? one.record.id.slice(0, -2) : one.record.id;
    const states = draw(fc.integer({ min: 0, max: 9 })) > 0;
    if (isPart) {
      // Sound and further ports: mostly they go with the whole card, and have no line.
      if (draw(fc.integer({ min: 0, max: 2 })) === 0)
        write(`part-${serial}-${one.number}`, path, one, states);
      continue;
    }
    const model = one.card.model.functions[0]?.id.replace(":", "-");
    const pooled = pools && draw(fc.boolean());
    if (pooled) write(`pool-${model}${one.record.physfn === undefined ? "" : "-vf"}`, path, one, states);
    if (!pooled || draw(fc.integer({ min: 0, max: 3 })) === 0) {
      write(`own-${owner}-${serial}-${one.number}`, path, one, states);
    }
  }
  const mappings = [...lines].map(([name, some]) => ({
    name,
    mediatedDevices: false,
    lines: parseMappingLines(some),
  }));
  return { mappings, meant };
}

function bare(id: string | undefined): string {
  return (id ?? "").slice(2);
}
