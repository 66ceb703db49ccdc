/** Errors of functions. Hosts show them after "Error in function call" and the function's name. */
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
      cause: "There are not as many units as guests ask for that this guest may be given",
      mend: "Read in the text what is free and who holds the rest. A guest that is on its way out still holds its card: apply that first",
    },
    {
      says: ["used_by is null in every element of units"],
      cause: "Nothing is known of who uses the units, so none is free",
      mend: "Read them with `include_usage = true`, and grant `VM.Audit` on `/vms`",
    },
    {
      says: ["are the same unit, … and differ in"],
      cause: "`units` has one card twice, read at different times or with different arguments",
      mend: "Read it once",
    },
    {
      says: ["are both called"],
      cause: "Two units bear one mapping name",
      mend: "Read one of them with another `mapping_prefix`",
    },
    {
      says: ["is not among guests."],
      cause: "`options.nodes` names a guest that `guests` does not have",
      mend: "Correct the name in one of them",
    },
    {
      says: ["bear this name, and each holds units"],
      cause: "Guests are told apart by name, and two have this one",
      mend: "Rename one of them in Proxmox first, then in the configuration",
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
      mend: "Give some to another VM",
    },
    {
      says: ["cannot be the type of a mediated device"],
      cause: "`mdev` is a name such as `GRID A100-10C`, not a type",
      mend: "Take `type` of [gpuhost_mdev_types](../data-sources/mdev_types.md)",
    },
    {
      says: ["cannot be a ROM file"],
      cause: "`rom_file` is no path below `/usr/share/kvm`",
      mend: "Copy the file there on the node, and write its name alone",
    },
  ],
  mapping_name: [],
  parse_lspci: [
    {
      says: ["There is no device in the text"],
      cause: "The text is empty, or no output of `lspci`",
      mend: "Save what `lspci -nnv` prints on the host",
    },
    {
      says: ["Line … is …: expected"],
      cause: "The text was cut, edited, or is of a form without numbers",
      mend: "Run the command that the text names, and take all that it prints",
    },
    {
      says: ["expected the output of one host, and every device once"],
      cause: "The output stands in the text twice, or that of two hosts does",
      mend: "Keep one, or call the function for each host",
    },
    {
      says: ["There is no IOMMU group in the text"],
      cause: "`groups` has no group. `find` prints nothing where the IOMMU is off",
      mend: "Switch the IOMMU on, or leave `groups` out",
    },
    {
      says: ["expected the groups of the same host", "expected both of the same boot of the same host"],
      cause: "The groups are those of another host, or of before a restart",
      mend: "Take both again, at the same time",
    },
    {
      says: ["readlink prints no addresses"],
      cause: "A list of groups without devices fits no device",
      mend: "Take the output of `find /sys/kernel/iommu_groups -type l`",
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
    cause: "The host sent no value of its protocol",
    mend: "Use a released version of OpenTofu or Terraform",
  },
  {
    says: ["The provider has no function"],
    cause: "The installed version has no function of that name",
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
    mend: "Take one of the words in the text",
  },
  {
    says: ["is not a regular expression in JavaScript's syntax"],
    cause: "`name_regex` has JavaScript's syntax, not Go's or Perl's",
    mend: "Mind that HCL needs two backslashes for one",
  },
  {
    says: ["is not the name of a Proxmox node"],
    cause: "A node's name has letters, digits and `-`",
    mend: "Write the host's short name",
  },
  {
    says: ["cannot begin the name of a Proxmox mapping", "cannot be the name of a Proxmox mapping"],
    cause: "A name begins with a letter and has two characters or more",
    mend: "Write letters, digits, `_` and `-`",
  },
];
