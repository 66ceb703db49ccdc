/** All attributes of `hostpci` in bpg/proxmox: null is as good as left out, and what the options say arrives. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { runningGuests } from "../support/pve/belongings.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { isJsonObject, type Json } from "../support/pve/json.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";

const NAMES = ["mapping", "mdev", "pcie", "rom_file", "rombar", "xvga"] as const;

/** A VM whose block has all attributes that the function gives, or only those that are named. */
const vm = (name: string, call: string, names: readonly string[] = NAMES): string => `
resource "proxmox_virtual_environment_vm" "${name}" {
  name            = "${name}"
  node_name       = "mdev-host"
  machine         = "q35"
  stop_on_destroy = true
  dynamic "hostpci" {
    for_each = provider::gpuhost::hostpci(${call})
    content {
      device   = hostpci.value.device
${names.map((attribute) => `      ${attribute} = hostpci.value.${attribute}`).join("\n")}
    }
  }
}
`;

const CARD = "[proxmox_hardware_mapping_pci.card.name]";
const configuration = (...vms: readonly string[]): Record<string, string> => ({
  "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "card" {
  paths = ["21:00.0"]
}
resource "proxmox_hardware_mapping_pci" "card" {
  name             = "rtx6000"
  map              = data.gpuhost_pci_devices.card.gpus
  mediated_devices = true
}
${vms.join("")}`,
});

test("all attributes with null are as three that are left out, and a type of mediated devices arrives", async () => {
  const file = join(projectRoot, "test/fixtures/clusters/mediated-devices.json");
  const pve = await startPve({ source: readHardwareFile(file) });
  onTestFinished(() => pve.close());

  const whole = await openConfiguration(pve, configuration(vm("whole", CARD)));
  await whole.apply();
  expect(runningGuests(pve.cluster)["whole"]?.hostpci).toStrictEqual([
    "mapping=rtx6000,pcie=1,rombar=1,x-vga=0",
  ]);
  expect(await whole.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  whole.write("main.tf", configuration(vm("whole", CARD, ["mapping", "pcie", "rombar"]))["main.tf"] ?? "");
  expect(await whole.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  await whole.succeed(["destroy", "-auto-approve"]);

  const options = '{ mdev = "nvidia-256", pcie = false, xvga = true }';
  const part = await openConfiguration(pve, configuration(vm("part", `${CARD}, ${options}`)));
  await part.apply();
  expect(runningGuests(pve.cluster)["part"]?.hostpci).toStrictEqual([
    "mapping=rtx6000,mdev=nvidia-256,pcie=0,rombar=1,x-vga=1",
  ]);
  expect(await part.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
});

test("a ROM is planned, and null for the options is as good as none", async () => {
  const file = join(projectRoot, "test/fixtures/clusters/mediated-devices.json");
  const pve = await startPve({ source: readHardwareFile(file) });
  onTestFinished(() => pve.close());
  const workspace = await openConfiguration(
    pve,
    configuration(
      vm("rom", `${CARD}, { rom_file = "vbios.rom", rombar = true }`),
      vm("plain", `${CARD}, null`),
    ),
  );
  const { planned_values: planned } = await workspace.plan();
  const root: Json = isJsonObject(planned) ? (planned["root_module"] ?? null) : null;
  const resources = isJsonObject(root) && Array.isArray(root["resources"]) ? root["resources"] : [];
  const blocks = resources
    .filter(isJsonObject)
    .map(({ name, values }) => [name, isJsonObject(values) && values["hostpci"]]);
  expect(Object.fromEntries(blocks)).toMatchObject({
    plain: [{ device: "hostpci0", mapping: "rtx6000", pcie: true, rombar: true }],
    rom: [{ device: "hostpci0", rom_file: "vbios.rom", rombar: true }],
  });
});
