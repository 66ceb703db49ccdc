/** Messages of the data source gpuhost_pci_devices. */
import type { Messages } from "../../framework/message.ts";

export const devicesMessages = {
  "Unable to Read PCI Devices": {
    as: "error",
    cause:
      "Proxmox did not answer, refused the request, or gave an answer that cannot be right. The text says what came back and what was tried.",
    mend: "[What Proxmox or the way to it may say](#what-proxmox-or-the-way-to-it-may-say) explains the texts.",
  },
  "Too Few PCI Devices Match": {
    as: "error",
    cause:
      "`at_least` asks for more devices than match. A card is missing, or an argument does not match it. The text lists the devices that almost match, and the argument that each of them does not match.",
    mend: "Compare the arguments with these devices. If the card was there before, look whether `lspci` on the host still lists it. A destroy then needs `tofu destroy -refresh=false`.",
  },
  "Too Many PCI Devices Match": {
    as: "error",
    cause: "More devices match than `at_most` allows.",
    mend: "Select fewer devices, with `nodes`, `ids`, `subsystem_ids` or `paths`.",
  },
  "No PCI Device Matches": {
    as: "warning",
    cause: "No device matches the arguments, and every result is empty.",
    mend: "Compare the arguments with the devices in the text that almost match. If it is right that nothing matches, set `at_least = 0`, which ends the warning. `at_least = 1` makes it an error.",
  },
  "Expression Takes Too Long": {
    as: "error",
    cause: "`name_regex` needs more than two seconds for the names of all devices.",
    mend: "Write it without a repetition inside a repetition, such as `(a+)+`.",
  },
  "Mapping Names Clash": {
    as: "error",
    cause:
      "Two units would get the same mapping name. That can happen with nodes such as `vmd` and `vmd-10000`.",
    mend: "Read their nodes with two data sources, each with `nodes` and a `mapping_prefix` of its own.",
  },
  "GPU Is Not Isolated": {
    as: "warning",
    cause:
      "The IOMMU group of the card has other devices too. When a guest with the card starts, the host loses them.",
    mend: "See [Why a card is not isolated](isolation.md) before a guest is started.",
    silencedBy: "not_isolated",
  },
  "GPU Is in No IOMMU Group": {
    as: "warning",
    cause:
      "The IOMMU of the node is on, but not for this card. Most often the kernel was started with `intel_iommu=on,igfx_off`.",
    mend: "Remove `igfx_off` from the kernel's command line and restart the host.",
    silencedBy: "iommu_off",
  },
  "GPUs Are in No IOMMU Group": { as: "warning", like: "GPU Is in No IOMMU Group" },
  "Functions Are Left Behind": {
    as: "warning",
    cause:
      "The card is mapped by the address of one function, so that its other functions stay with the host. [The reasons](units.md#why-a-path-is-with-or-without-function) are in the hardware.",
    mend: "Mostly nothing: a GPU works without its sound. If the guest needs one of these functions, make another mapping for it.",
    silencedBy: "left_behind",
  },
  "Card Has Live Virtual Functions": {
    as: "warning",
    cause:
      "The card has virtual functions. The start of a guest with the whole card would destroy them, and all guests that use them would lose them.",
    mend: 'Give guests the virtual functions (`virtual_functions = true`), and make no mapping from an element of `mappings` with the `kind` `"pf"`.',
    silencedBy: "live_virtual_functions",
  },
  "Guests Want the Same Device": {
    as: "warning",
    cause:
      "Two or more guests have the same device, devices of the same IOMMU group, or a mapping with too few devices. The one that starts last fails.",
    mend: "Give each a device of its own, or never run them at the same time. [GPUs by count](gpus-by-count.md) gives each guest cards of its own.",
    silencedBy: "guests_clash",
  },
  "Guests Will Not Start": {
    as: "warning",
    cause:
      "A guest names a mapping that does not exist or does not fit, an address where nothing is, a PCI bridge, or one device twice. The text names guest, entry and reason.",
    mend: "Correct the entry or the mapping as the text says. For mappings see [Drift and repair](drift.md).",
    silencedBy: "guests_broken",
  },
  "Usage May Be Incomplete": {
    as: "warning",
    cause:
      "With `include_usage`, the token may not see all guests or mappings, or some could not be read. `used_by` is null, not empty, for a device that a hidden guest may use.",
    mend: "Grant the token and its user what the text names: [A token with least rights](token.md).",
    silencedBy: "usage_incomplete",
  },
  "Mapping Names Move": {
    as: "warning",
    cause:
      'With `mapping_names = "model"`, a name now belongs to another address or another board. Cards that have moved look like cards that were exchanged.',
    mend: "Compare serial numbers (`nvidia-smi -q`, `lspci -vv`) before you apply: guests that name the mapping get the card at the new address.",
  },
  "Mapping Names Find No Device": {
    as: "warning",
    cause:
      'With `mapping_names = "model"`, no card is left for a mapping, though the node has cards of its model: one is gone, or several have moved.',
    mend: "Compare serial numbers before you apply. With `for_each` the plan destroys the mapping.",
  },
  "Node Left Out": {
    as: "warning",
    cause: 'With `unreachable_nodes = "warn"`, a node did not answer and is in no result.',
    mend: "Do not apply a plan that destroys its mappings. Bring the node back, or name the others in `nodes`: [A node that is down](pitfalls.md#a-node-that-is-down).",
  },
  "Nodes Left Out": { as: "warning", like: "Node Left Out" },
} as const satisfies Messages;
