/** Everything that reads what comes from outside. */
import type { FuzzTarget } from "./target.ts";
import { ctyTargets } from "./targets/cty.ts";
import { lspciTargets } from "./targets/lspci.ts";
import { pciTargets } from "./targets/pci.ts";
import { programTargets } from "./targets/program.ts";
import { proxmoxTargets } from "./targets/proxmox.ts";

export const fuzzTargets: readonly FuzzTarget[] = [
  ...ctyTargets,
  ...pciTargets,
  ...lspciTargets,
  ...proxmoxTargets,
  ...programTargets,
];
