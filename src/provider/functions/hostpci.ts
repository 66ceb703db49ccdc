/** `provider::gpuhost::hostpci`: the `hostpci` blocks of a VM, out of the names of mappings. */
import { FunctionError, optionalParameter, parameter, providerFunction } from "../../framework/function.ts";
import { bool, list, object, options, text } from "../../framework/type.ts";
import { parseMappingName } from "../../pci/mapping-name.ts";
import { parseArgument } from "./parse-argument.ts";

/** hostpci0 … hostpci15. Source: qemu-server `src/PVE/QemuServer/PCI.pm`, MAX_HOSTPCI_DEVICES. */
const MAX_HOSTPCI = 16;

export const hostpciFunction = providerFunction({
  name: "hostpci",
  summary: "hostpci blocks of a VM for PCI mappings",
  description:
    "One object for every mapping, in their order, for a dynamic `hostpci` block of bpg's " +
    "`proxmox_virtual_environment_vm`: `device` (`hostpci0` …), `mapping`, `pcie` and `rombar`. Both flags are true " +
    "unless the options say otherwise; `pcie` needs the machine type q35. A VM takes at most 16.",
  parameters: [parameter("names", list(text), "The names of the mappings.")],
  rest: optionalParameter(
    "options",
    options({ pcie: bool, rombar: bool }),
    "`{ pcie = false }` for machine type i440fx, `{ rombar = false }` to hide the device's ROM from the guest.",
  ),
  returns: list(object({ device: text, mapping: text, pcie: bool, rombar: bool })),
  run(names, flags) {
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
      pcie: flags?.pcie ?? true,
      rombar: flags?.rombar ?? true,
    }));
  },
});
