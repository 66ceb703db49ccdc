/** `provider::gpuhost::path`: the canonical form of an address. */
import { parameter, providerFunction } from "../../framework/function.ts";
import { text } from "../../framework/type.ts";
import { formatAddress, parseAddress } from "../../pci/address.ts";
import { parseArgument } from "./parse-argument.ts";

export const pathFunction = providerFunction({
  name: "path",
  summary: "Canonical form of a PCI address",
  description:
    "Writes the address of a PCI function or slot as Proxmox does: in lower case, always with the domain. " +
    '`path("03:00.0")` is `"0000:03:00.0"`, `path("10000:E1:00")` is `"10000:e1:00"`.',
  parameters: [parameter("address", text, "An address such as `03:00.0`, or a slot such as `0000:03:00`.")],
  returns: text,
  run: (address) => formatAddress(parseArgument(0, () => parseAddress(address))),
});
