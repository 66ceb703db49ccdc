/** Mappings named by model, made by bpg/proxmox: whatever happens to the hardware, nobody else's mapping changes. */
import { describe, expect, test } from "vitest";
import { nodeOf, type PciDevice } from "../support/pve/cluster.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";
import { diagnosticsOf } from "../support/tofu/diagnostics.ts";

const CONFIGURATION = `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" {
  classes       = ["gpu"]
  nodes         = ["twin-1"]
  mapping_names = "model"
}

resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = data.gpuhost_pci_devices.gpus.mappings
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}
`;

const MODEL = "gpu-twin-1-10de-2204";
const MOVE = "Mapping Names Move";
const LOST = "Mapping Names Find No Device";

type Hardware = readonly PciDevice[];
const on = (bus: string) => (device: PciDevice) => device.id.startsWith(`0000:${bus}:`);
const without = (bus: string) => (hardware: Hardware) => hardware.filter((device) => !on(bus)(device));
/** Another card like the one on a bus, on another bus and in groups of its own. */
const copied = (from: string, to: string, group: number) => (hardware: Hardware) => [
  ...hardware,
  ...hardware.filter(on(from)).map((device) => ({
    ...device,
    id: device.id.replace(`0000:${from}:`, `0000:${to}:`),
    iommugroup: group,
  })),
];
const moved = (buses: { readonly [from: string]: string }) => (hardware: Hardware) =>
  hardware.map((device) => {
    const to = buses[device.id.slice(5, 7)];
    return to === undefined ? device : { ...device, id: `0000:${to}:${device.id.slice(8)}` };
  });
const exchanged = (one: string, other: string) => moved({ [one]: other, [other]: one });

interface Change {
  readonly what: string;
  readonly change: (hardware: Hardware) => Hardware;
  /** Buses by number of the name, after the apply. */
  readonly names: { readonly [number: string]: string };
  readonly warnings: readonly string[];
}

/** One after the other, each on what the one before left behind. */
const CHANGES: readonly Change[] = [
  {
    what: "a card is put in, in front of another",
    change: copied("01", "02", 30),
    names: { 0: "01", 1: "03", 2: "02" },
    warnings: [],
  },
  { what: "the first card is lost", change: without("01"), names: { 1: "03", 2: "02" }, warnings: [LOST] },
  {
    what: "another comes to its place",
    change: copied("02", "01", 31),
    names: { 0: "01", 1: "03", 2: "02" },
    warnings: [],
  },
  {
    what: "all addresses move",
    change: moved({ "01": "41", "02": "42", "03": "43" }),
    names: { 0: "41", 1: "43", 2: "42" },
    warnings: [MOVE],
  },
  {
    what: "two cards of different makers change places",
    change: exchanged("42", "43"),
    names: { 0: "41", 1: "43", 2: "42" },
    warnings: [MOVE],
  },
  { what: "the last card is lost", change: without("43"), names: { 0: "41", 2: "42" }, warnings: [LOST] },
  {
    what: "one is lost and another put in",
    change: (hardware) => copied("42", "0a", 40)(without("41")(hardware)),
    names: { 0: "0a", 2: "42" },
    warnings: [MOVE],
  },
];

describe("mappings named by model", () => {
  test("keep their names through every change of the hardware, and a second plan has nothing to do", async () => {
    const source = readHardwareFile(new URL("../fixtures/clusters/identical-cards.json", import.meta.url));
    const pve = await startPve({ source });
    const node = nodeOf(pve.cluster, "twin-1");
    node.hardware = [...without("02")(node.hardware)];
    const workspace = await openConfiguration(pve, { "main.tf": CONFIGURATION });
    const buses = () =>
      Object.fromEntries(
        [...pve.cluster.mappings].map(([name, { map }]) => [
          name.slice(MODEL.length + 1),
          /path=0000:(..):/.exec(map.join())?.[1] ?? "nowhere",
        ]),
      );
    await workspace.apply();
    expect(buses()).toStrictEqual({ 0: "01", 1: "03" });

    for (const { what, change, names, warnings } of CHANGES) {
      node.hardware = [...change(node.hardware)];
      const told = (await workspace.planDiagnostics()).map(({ summary }) => summary);
      expect(told, what).toStrictEqual(warnings);
      await workspace.apply();
      expect(buses(), what).toStrictEqual(names);
      const second = await workspace.run(["plan", "-detailed-exitcode", "-json"]);
      expect([second.status, diagnosticsOf(second)], what).toStrictEqual([0, []]);
    }
    await pve.close();
  });
});
