/** What OpenTofu before 1.10 needs: it does not find a provider's functions in a `dynamic` block, but in local values it does. */
import { expect, onTestFinished, test } from "vitest";
import { startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";

const CONFIGURATION = `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "cards" {
  nodes   = ["pve1"]
  classes = ["gpu"]
  accept  = ["not_isolated"]
}
locals {
  guests = { for name, mapping in data.gpuhost_pci_devices.cards.mappings : "with-\${name}" => name }
  hostpci = {
    for guest, name in local.guests :
    guest => provider::gpuhost::hostpci([proxmox_hardware_mapping_pci.card[name].name], { pcie = false })
  }
}
resource "proxmox_hardware_mapping_pci" "card" {
  for_each         = data.gpuhost_pci_devices.cards.mappings
  name             = each.key
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}
resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = local.guests
  name            = each.key
  node_name       = "pve1"
  started         = false
  stop_on_destroy = true
  dynamic "hostpci" {
    for_each = local.hostpci[each.key]
    content {
      device  = hostpci.value.device
      mapping = hostpci.value.mapping
      pcie    = hostpci.value.pcie
      rombar  = hostpci.value.rombar
    }
  }
}
`;

test("a function's result goes by a local value into a block", async () => {
  const pve = await startPve();
  onTestFinished(() => pve.close());
  const workspace = await openConfiguration(pve, { "main.tf": CONFIGURATION });
  await workspace.apply();
  const entries = [...pve.cluster.guests.values()]
    .filter(({ config }) => String(config.get("name")).startsWith("with-"))
    .map(({ config }) => [config.get("name"), config.get("hostpci0")]);
  const names = [...pve.cluster.mappings.keys()].filter((name) => name.startsWith("gpu-pve1-")).toSorted();
  expect(names).not.toEqual([]);
  expect(entries.toSorted()).toEqual(
    names.map((name) => [`with-${name}`, `mapping=${name},pcie=0,rombar=1,x-vga=0`]),
  );
});
