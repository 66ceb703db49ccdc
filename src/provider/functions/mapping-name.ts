/** `provider::gpuhost::mapping_name`: the name that the data source gives to the mapping of a unit. */
import { optionalParameter, parameter, providerFunction } from "../../framework/function.ts";
import { text } from "../../framework/type.ts";
import { parseAddress } from "../../pci/address.ts";
import { addressMappingName, DEFAULT_MAPPING_PREFIX, parseMappingPrefix } from "../../pci/mapping-name.ts";
import { parseNodeName } from "../../pci/node-name.ts";
import { parseArgument } from "./parse-argument.ts";

export const mappingNameFunction = providerFunction({
  name: "mapping_name",
  summary: "Name of the PCI mapping of a device",
  description:
    "The name that `gpuhost_pci_devices` gives to the mapping of the unit at an address, without reading anything: " +
    '`mapping_name("pve1", "0000:03:00.0")` is `"gpu-pve1-03-00"`. A domain other than 0000 is written before the ' +
    "bus, and a function other than 0 after the device.",
  parameters: [
    parameter("node", text, "The node that the device is in."),
    parameter("path", text, "The address of the device's main function, or its slot."),
  ],
  rest: optionalParameter(
    "prefix",
    text,
    `The beginning of the name. \`${DEFAULT_MAPPING_PREFIX}\` when left out.`,
  ),
  returns: text,
  run: (node, path, prefix) =>
    addressMappingName(
      prefix === null ? DEFAULT_MAPPING_PREFIX : parseArgument(2, () => parseMappingPrefix(prefix)),
      parseArgument(0, () => parseNodeName(node)),
      parseArgument(1, () => parseAddress(path)),
    ),
});
