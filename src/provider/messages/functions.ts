/** Errors of functions. Hosts show them after "Invalid function argument", or "Error in function call" if they are about no argument. */
import type { TextRow } from "./text-row.ts";

/** By function. Every function also has the errors of `anyFunctionTexts`. */
export const functionTexts = {
  assign: [
    {
      says: [
        "where options.nodes puts it, and can have",
        "where it holds units already, and can have",
        "and no node has any that it may be given",
        "on one node, and no node has more than",
      ],
      cause: "There are not enough units that this guest may have",
      mend: "The text says what is free and who has the rest. A guest that you remove has its card until you apply: first apply without new guests",
    },
    {
      says: ["used_by is null in every element of units"],
      cause: "It is not known who uses the units, so none counts as free",
      mend: "Read them with `include_usage = true`, and grant `VM.Audit` on `/vms`",
    },
    {
      says: ["are the same unit, … and differ in"],
      cause: "`units` has one card twice, read at different times or with different arguments",
      mend: "Read it once",
    },
    {
      says: ["are both called"],
      cause: "Two units have the same mapping name",
      mend: "Read one of them with another `mapping_prefix`",
    },
    {
      says: ["is not among guests."],
      cause: "`options.nodes` names a guest that `guests` does not have",
      mend: "Correct the name in one of them",
    },
    {
      says: ["bear this name, and each holds units"],
      cause: "Guests are recognised by name, and two have this name",
      mend: "First rename one of them in Proxmox, then in the configuration, [so that it keeps its VM](gpus-by-count.md#what-has-to-be-right)",
    },
    {
      says: ["holds units on …, and can be on one node only"],
      cause: "The units were read at different times, or its mapping has lines on several nodes",
      mend: "Read them with one data source, or name its node in `options.nodes`",
    },
  ],
  hostpci: [
    {
      says: ["A VM takes at most … hostpci devices"],
      cause: "More than 16 mappings are named",
      mend: "Give some of them to another VM",
    },
    {
      says: ["cannot be the type of a mediated device"],
      cause: "`mdev` is a name such as `GRID A100-10C`, not a type",
      mend: "Use `type` of [gpuhost_mdev_types](../data-sources/mdev_types.md)",
    },
    {
      says: ["cannot be a ROM file"],
      cause: "`rom_file` is no path below `/usr/share/kvm`",
      mend: "Copy the file there on the node, and write only its name",
    },
  ],
  mapping_name: [],
  parse_lspci: [
    {
      says: ["There is no device in the text"],
      cause: "The text is empty, or not the output of `lspci`",
      mend: "Save what `lspci -nnv` prints on the host",
    },
    {
      says: ["Line … is …: expected"],
      cause: "The text was cut, edited or filtered, as by `grep`, or its form has no numbers",
      mend: "Run the command that the text names, and use everything that it prints",
    },
    {
      says: ["expected the output of one host"],
      cause: "The text has the same output twice, or the output of two hosts",
      mend: "Keep only one, or call the function once for each host",
    },
    {
      says: ["There is no IOMMU group in the text"],
      cause: "`groups` has no group. `find` prints nothing while the IOMMU is off",
      mend: "Switch the IOMMU on, or leave `groups` out",
    },
    {
      says: ["expected the groups of the same host", "expected both of the same boot of the same host"],
      cause: "The groups are from another host, or from before a restart",
      mend: "Run both commands again, at the same time",
    },
    {
      says: ["readlink prints no addresses"],
      cause: "The list has groups without devices",
      mend: "Use the output of `find /sys/kernel/iommu_groups -type l`",
    },
  ],
  path: [],
} as const satisfies Readonly<Record<string, readonly TextRow[]>>;

/** Errors that all functions have. */
export const anyFunctionTexts: readonly TextRow[] = [
  {
    says: ["needs a value for its parameter", "takes at most … arguments"],
    cause: "There are too few or too many arguments",
    mend: "See the function's page",
  },
  {
    says: ["that cannot be decoded"],
    cause: "OpenTofu or Terraform sent something that is not a value of their protocol",
    mend: "Use a released version of OpenTofu or Terraform",
  },
  {
    says: ["The provider has no function"],
    cause: "The installed version has no function with that name",
    mend: "`tofu init -upgrade`",
  },
];

/** Errors about texts in PCI notation, in functions and data sources. */
export const notationTexts: readonly TextRow[] = [
  {
    says: ["is not a PCI address"],
    cause:
      "The form is `DOMAIN:BUS:DEVICE.FUNCTION` in hexadecimal, where domain and function may be left out",
    mend: "Write `0000:03:00.0`, `03:00.0` or `0000:03:00`",
  },
  {
    says: ["is a slot: write the function too"],
    cause: "One function is asked for, and a slot is named",
    mend: "Write `0000:03:00.0`",
  },
  {
    says: ["is not a vendor id"],
    cause: "A vendor is four hexadecimal digits",
    mend: "Write `10de`, `1002` or `8086`",
  },
  {
    says: ["is not a …: write two times four hexadecimal digits"],
    cause: "An id is vendor and device, a subsystem id the same of the board",
    mend: "Write `10de:2204`, as `lspci -nn` has it in brackets",
  },
  {
    says: ["is not a class"],
    cause: "A class is a word such as `gpu`, or the first digits of its code",
    mend: "Use one of the words in the text",
  },
  {
    says: ["is not a regular expression in JavaScript's syntax"],
    cause: "`name_regex` has JavaScript's syntax, not Go's or Perl's",
    mend: "Write two backslashes for each one, as HCL needs it",
  },
  {
    says: ["is not the name of a Proxmox node"],
    cause: "A node's name has letters, digits and `-`",
    mend: "Write the host's short name",
  },
  {
    says: ["cannot begin the name of a Proxmox mapping", "cannot be the name of a Proxmox mapping"],
    cause: "A name begins with a letter and has at least two characters",
    mend: "Write letters, digits, `_` and `-`",
  },
];
