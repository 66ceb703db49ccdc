/** The attribute `used_by`, for every place that has it. */
import { computed, nestedList } from "../framework/attribute.ts";
import { bool, integer, list, nullable, object, text } from "../framework/type.ts";

/** The types of one user's attributes. */
export const usage = {
  vmid: integer,
  type: text,
  node: text,
  name: nullable(text),
  running: bool,
  template: bool,
  hostpci: text,
  mapping: nullable(text),
  pending: bool,
};

/** The type of `used_by` in objects that functions take and return. */
export const usedByType = nullable(list(object(usage)));

/** `used_by` among the attributes of a data source. */
export const usedBy = computed(
  nullable(
    nestedList({
      vmid: computed(usage.vmid, "The guest's number, such as `101`."),
      type: computed(usage.type, "The guest's kind: `qemu`."),
      node: computed(usage.node, "The node that the guest is on, such as `pve1`."),
      name: computed(usage.name, "The guest's name, such as `worker-1`. Null when it has none."),
      running: computed(usage.running, "Whether the guest runs: `true` or `false`."),
      template: computed(usage.template, "Whether it is a template, which never starts: `true` or `false`."),
      hostpci: computed(
        usage.hostpci,
        "The entry of its configuration, such as `hostpci0`; `args` for a device that it takes past Proxmox, with " +
          "`-device vfio-pci`.",
      ),
      mapping: computed(
        usage.mapping,
        "The mapping through which the device is covered, such as `gpu-pve1-03-00`. Null for a raw address.",
      ),
      pending: computed(
        usage.pending,
        "Whether the entry counts only from the guest's next start on: `true` or `false`.",
      ),
    }),
  ),
  "The guests and templates whose configuration covers it, by number, then entry: `used_by[*].vmid`. `[]` when none does. Null unless `include_usage` is set, " +
    "and when no user is known but one may be hidden, as without `VM.Audit`: such a device may be in use.",
);
