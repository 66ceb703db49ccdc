/** `provider::gpuhost::hostpci`: makes the `hostpci` blocks of a VM from the names of mappings. */
import { FunctionError, optionalParameter, parameter, providerFunction } from "../../framework/function.ts";
import { bool, checked, list, nullable, object, options, text } from "../../framework/type.ts";
import { MAX_HOSTPCI, parseMdevType, parseRomFile } from "../../pci/hostpci.ts";
import { parseMappingName } from "../../pci/mapping-name.ts";
import { parsedBy } from "../pci-text.ts";
import { parseArgument } from "./parse-argument.ts";

export const hostpciFunction = providerFunction({
  name: "hostpci",
  summary: "hostpci blocks of a VM for PCI mappings",
  description:
    "One object for every mapping, in the same order, for a dynamic `hostpci` block of bpg's " +
    "`proxmox_virtual_environment_vm`: `device` (`hostpci0` …), `mapping`, `mdev`, `pcie`, `rom_file`, `rombar` and " +
    "`xvga`. `pcie`, which needs the machine type q35, and `rombar` are true unless the options say otherwise. `mdev`, " +
    "`rom_file` and `xvga` are null unless the options set them; for bpg, null is the same as left out. A VM can have at most 16.",
  parameters: [parameter("names", list(text), "The names of the mappings.")],
  rest: optionalParameter(
    "options",
    options({
      mdev: checked(text, parsedBy(parseMdevType)),
      pcie: bool,
      rom_file: checked(text, parsedBy(parseRomFile)),
      rombar: bool,
      xvga: bool,
    }),
    '`{ mdev = "nvidia-259" }` for a mediated device of that type of each mapping, `{ pcie = false }` for machine type ' +
      'i440fx, `{ rom_file = "vbios.rom" }` for a ROM in `/usr/share/kvm` of the node (Proxmox accepts that only from root@pam), `{ rombar = false }` to hide the ' +
      "device's ROM from the guest, `{ xvga = true }` to make the first device the guest's primary graphics.",
  ),
  returns: list(
    object({
      device: text,
      mapping: text,
      mdev: nullable(text),
      pcie: bool,
      rom_file: nullable(text),
      rombar: bool,
      xvga: nullable(bool),
    }),
  ),
  run(names, given) {
    if (names.length > MAX_HOSTPCI) {
      throw new FunctionError(
        `A VM takes at most ${MAX_HOSTPCI} hostpci devices, and ${names.length} mappings are named. ` +
          "Give some of them to another VM.",
        { argument: 0 },
      );
    }
    return names.map((name, index) => ({
      device: `hostpci${index}`,
      mapping: parseArgument(0, () => parseMappingName(name)),
      mdev: given?.mdev ?? null,
      pcie: given?.pcie ?? true,
      rom_file: given?.rom_file ?? null,
      rombar: given?.rombar ?? true,
      // A guest has only one primary graphics device.
      xvga: index === 0 ? (given?.xvga ?? null) : null,
    }));
  },
});
