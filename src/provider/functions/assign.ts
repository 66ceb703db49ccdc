/** `provider::gpuhost::assign`: gives units to guests, by the number that each needs. */
import { optionalParameter, parameter, providerFunction } from "../../framework/function.ts";
import { bool, checked, integer, list, map, nullable, object, options, text } from "../../framework/type.ts";
import { atLeast, oneOf } from "../../framework/validator.ts";
import { parseAddress } from "../../pci/address.ts";
import { parseNodeName } from "../../pci/node-name.ts";
import { parsedBy } from "../pci-text.ts";
import { usage } from "../used-by.ts";

/** The used part of an element of `gpus`; OpenTofu drops the rest. */
const unit = object({
  mapping_name: text,
  node: text,
  path: checked(text, parsedBy(parseAddress)),
  kind: checked(text, oneOf("card", "pf", "vf")),
  isolated: nullable(bool),
  iommu_groups: list(integer),
  used_by: nullable(list(object({ vmid: usage.vmid, name: usage.name, template: usage.template }))),
});

export const assignFunction = providerFunction({
  name: "assign",
  summary: "Which guest gets which GPUs, by how many it needs",
  description:
    "Gives every guest as many units as it asks for, all on one node, and returns that node too. A guest keeps the units " +
    "that a guest with its name has already. So nothing moves when a guest or a card is added, a card is gone, or the list " +
    "is read again after an apply. More units come from the node in `options.nodes`, otherwise from the node where the " +
    "guest has units, otherwise from the node with the most units for it; the lowest addresses first. Not given are units " +
    "that other guests have, units with live virtual functions, units that are not isolated, and units for which it is not " +
    "known whether they are isolated or used. Two guests are never given units of one IOMMU group. Guests that have " +
    "something or are in `nodes` are served first, then larger requests before smaller ones, then by name. A request that " +
    "cannot be met is an error, which says what is free on each node and who has the rest. The guide `GPUs by count` has " +
    "the complete configuration.",
  parameters: [
    parameter(
      "units",
      list(unit),
      "`gpus` of `gpuhost_pci_devices`, read with `include_usage = true`, or a part of it with all units that these " +
        "guests may have. No node may be left out: a guest that has units there would get other ones elsewhere.",
    ),
    parameter(
      "guests",
      map(checked(integer, atLeast(0))),
      "Name of each guest → how many units it needs. 0 is for guests that do not exist yet, which get nothing.",
    ),
  ],
  rest: optionalParameter(
    "options",
    options({ nodes: map(checked(text, parsedBy(parseNodeName))), shared_groups: bool }),
    '`{ nodes = { worker-1 = "pve2" } }` for guests that have to be on a node: they give up what they have elsewhere. ' +
      "`{ shared_groups = true }` also gives units that are not isolated: with such a unit the host loses what `group_peers` " +
      "lists. Leave the argument out when there are no options: OpenTofu does not call a function with a literal `null` here.",
  ),
  returns: map(object({ node: nullable(text), mappings: list(text) })),
  run: async (units, guests, given) => {
    const { giveUnits } = await import("./assign/give-units.ts");
    return giveUnits(units, guests, given);
  },
});
