/** Results of `gpuhost_pci_devices`. Users' configurations rely on them. */
import { computed, nestedList, nestedMap } from "../../../framework/attribute.ts";
import { bool, integer, list, map, nullable, object, text } from "../../../framework/type.ts";
import { usedBy, usedByType } from "../../used-by.ts";

/** The words that `results` takes: the results themselves. */
export const RESULT_NAMES = ["devices", "gpus", "by_node", "mappings", "pools"] as const;
export type ResultName = (typeof RESULT_NAMES)[number];

/** The types of a device's attributes. */
export const device = {
  node: text,
  path: text,
  id: text,
  subsystem_id: nullable(text),
  iommu_group: nullable(integer),
  class: text,
  name: nullable(text),
  subsystem_name: nullable(text),
  mdev: bool,
  gpu: bool,
  physical_function: nullable(text),
  virtual_functions: list(text),
  used_by: usedByType,
};

const devices = nestedList({
  node: computed(device.node, "The node that the device is in, such as `pve1`."),
  path: computed(device.path, "The address, always with its domain: `0000:03:00.0`."),
  id: computed(device.id, "Vendor and device id: `10de:2204`."),
  subsystem_id: computed(
    device.subsystem_id,
    "Subsystem vendor and subsystem id: `1462:3884`. Null when the hardware has none; `0000:0000` when it says zero.",
  ),
  iommu_group: computed(
    device.iommu_group,
    "The IOMMU group, such as `12`. Null when it is in none, as while the IOMMU is off.",
  ),
  class: computed(device.class, "The class code, six digits: `030000`."),
  name: computed(
    device.name,
    "Vendor and device as `lspci` prints them: `NVIDIA Corporation GA102 [GeForce RTX 3090]`, and " +
      "`NVIDIA Corporation Device 2901` when no node's pci.ids knows the device. Null when none knows its vendor either.",
  ),
  subsystem_name: computed(
    device.subsystem_name,
    "The subsystem as `lspci` prints it: `Micro-Star International Co., Ltd. [MSI] Device 3884`. Null when the hardware " +
      "has none, or its vendor is not known.",
  ),
  mdev: computed(device.mdev, "Whether it offers mediated devices, such as vGPUs: `true` or `false`."),
  gpu: computed(device.gpu, 'Whether it is a GPU, `true` or `false`: what `classes = ["gpu"]` selects.'),
  physical_function: computed(
    device.physical_function,
    "For a virtual function, the address of its physical function: `0000:c1:00.0`. Null for every other device, and before " +
      "Proxmox VE 9.1.12.",
  ),
  virtual_functions: computed(
    device.virtual_functions,
    'The addresses of its live virtual functions: `["0000:c1:00.4"]`. `[]` when it has none, and before Proxmox VE 9.1.12.',
  ),
  used_by: usedBy,
});

const gpus = nestedList({
  mapping_name: computed(
    text,
    "The unit's name: unique, and fit for `for_each` and for the mapping, such as `gpu-pve1-03-00`.",
  ),
  kind: computed(
    text,
    "`card`, `pf` for a card with live virtual functions, or `vf` for one virtual function.",
  ),
  node: computed(text, "The node that the unit is in, such as `pve1`."),
  path: computed(
    text,
    "What a mapping names: the slot, `0000:03:00`, if the card can be passed through as a whole, otherwise the main " +
      "function, `0000:03:00.0`.",
  ),
  id: computed(text, "Vendor and device id of the main function: `10de:2204`."),
  subsystem_id: computed(
    nullable(text),
    "Subsystem id of the main function: `1462:3884`. Null when the hardware has none.",
  ),
  iommu_group: computed(
    nullable(integer),
    "IOMMU group of the main function, such as `12`. Null when it is in none.",
  ),
  name: computed(
    nullable(text),
    "Name of the main function: `NVIDIA Corporation GA102 [GeForce RTX 3090]`. Null when nothing of it is known.",
  ),
  functions: computed(
    list(text),
    'The addresses of all functions of the unit, selected or not: `["0000:03:00.0", "0000:03:00.1"]`.',
  ),
  iommu_groups: computed(
    list(integer),
    "The IOMMU groups of all its functions, such as `[12]`. `[]` when they are in none.",
  ),
  isolated: computed(
    nullable(bool),
    "`true` when no device outside the unit is in a group of the functions that `path` names, otherwise `false` (host and PCI bridges, 0600, 0604 " +
      "and 0609, do not count). Null when one of these functions is in no group.",
  ),
  group_peers: computed(
    list(text),
    'The addresses of other devices in these groups, which the host would lose too: `["0000:03:00.2"]`. `[]` when there are none.',
  ),
  mdev: computed(bool, "Whether the main function offers mediated devices: `true` or `false`."),
  used_by: usedBy,
});

const pool = {
  comment: computed(
    nullable(text),
    "The name of the model: `NVIDIA Corporation GA102 [GeForce RTX 3090]`. Null when it is not known.",
  ),
  mediated_devices: computed(
    bool,
    "Whether the hardware offers mediated devices, `true` or `false`: a mapping must say the same.",
  ),
  map: computed(
    nestedList({
      comment: computed(nullable(text), "Always `null`: a line made here has no comment."),
      id: computed(text, "Vendor and device id of the unit's main function: `10de:2204`."),
      iommu_group: computed(
        nullable(integer),
        "IOMMU group of the main function, such as `12`. Null when it is in none.",
      ),
      node: computed(text, "The node that the entry is for, such as `pve1`."),
      path: computed(text, "The unit's `path`: a slot such as `0000:03:00`, or an address."),
      subsystem_id: computed(
        nullable(text),
        "Subsystem id of the main function: `1462:3884`. Null when the hardware has none.",
      ),
    }),
    "The entries, as `map` of `proxmox_hardware_mapping_pci` takes them: `map[*].node` are their nodes.",
  ),
};

const mapping = {
  comment: pool.comment,
  kind: computed(
    text,
    "`card`, `pf` for a card with live virtual functions, or `vf` for one virtual function: to select mappings by.",
  ),
  mediated_devices: pool.mediated_devices,
  node: computed(text, "The node that the unit is in, such as `pve1`."),
  map: pool.map,
};

export const results = {
  devices: computed(
    nullable(devices),
    "Every selected function, ordered by node, then address: `devices[0].id`. `map` of " +
      "`proxmox_hardware_mapping_pci` takes them as elements: OpenTofu drops the attributes that it does not have. Null " +
      "when `results` does not name it.",
  ),
  gpus: computed(
    nullable(gpus),
    "The units of passthrough around the selected display controllers and accelerators: a card with the functions of " +
      "its slot that have its vendor's id, or one virtual function. Accelerators in one slot are separate units. " +
      "Management consoles and emulated adapters are no units. `map` of `proxmox_hardware_mapping_pci` takes units as " +
      "elements. But bpg/proxmox refuses a list in brackets with one object that is not known yet " +
      '("Missing Configuration for Required Attribute"): `[gpus[0]]` and `[each.value]` fail; ' +
      "`slice(gpus, 0, 1)`, `mappings[k].map` and a whole list pass. Null when `results` does not name it.",
  ),
  by_node: computed(
    nullable(
      map(
        map(
          object({
            id: text,
            subsystem_id: nullable(text),
            iommu_group: nullable(integer),
            mapping_name: text,
          }),
        ),
      ),
    ),
    "The table that people keep by hand, node → address → object, for every function of every unit, and for the slot " +
      'when that is the unit\'s `path`: `by_node["pve1"]["0000:03:00.0"].id`. Of each object, `id` is vendor and device ' +
      "id, `10de:2204`; `subsystem_id` the subsystem id, `1462:3884`, null when the hardware has none; `iommu_group` the " +
      "IOMMU group, `12`, null when it is in none; `mapping_name` the name of its unit, `gpu-pve1-03-00`. Every node that " +
      "was read is a key, with `{}` when it has no unit. Null when `results` does not name it.",
  ),
  mappings: computed(
    nullable(nestedMap(mapping)),
    'One mapping for each unit, by `mapping_name`: ready for `for_each`, and one is `mappings["gpu-pve1-03-00"].map`. If this data source or its module has a ' +
      '`depends_on`, the keys are not known until apply, and OpenTofu refuses `for_each` ("Invalid for_each argument"): ' +
      "leave `depends_on` out, or first make what it names (with `tofu apply -exclude=…` for the resource with the " +
      "`for_each`), or use lists such as `map = gpus`, which need no keys. Null when `results` does not name it.",
  ),
  pools: computed(
    nullable(nestedMap(pool)),
    'One mapping for each model, with its cards on all nodes, for guests that may start on any node: `pools["gpu-10de-2204"].map`. Models with the same id ' +
      "differ by the subsystem. Cards with live virtual functions are in no pool. Null when `results` does not name it.",
  ),
};
