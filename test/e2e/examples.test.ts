/** The examples are what people copy: each is valid, and does what its comments say. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { exampleFolders } from "../support/documentation.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { bpg } from "../support/tofu/bpg.ts";
import { flowingText } from "../support/tofu/diagnostics.ts";
import { Example, testedExamples } from "../support/tofu/example.ts";
import { environmentOf } from "../support/tofu/workspace.ts";

let pve: PveStandIn;

beforeAll(async () => {
  pve = await startPve();
  // Most examples want every node to answer.
  pve.cluster.nodes.delete("pve4");
});

afterAll(() => pve.close());

async function initialised(folder: string, host: PveStandIn = pve): Promise<Example> {
  const example = new Example(folder, {
    executable: inject("tofu"),
    mirror: inject("mirror"),
    further: [bpg()],
    environment: environmentOf(host, host.tokens.mapper),
  });
  onTestFinished(() => example.workspace.remove());
  await example.succeed("init", "-no-color");
  return example;
}

test("every example is formatted as tofu fmt does", async () => {
  const example = await initialised("provider");
  expect(await example.workspace.run(["fmt", "-check", "-diff", "-recursive"])).toMatchObject({
    output: "",
    status: 0,
  });
});

/** Folder → how many runs its tests have. */
const tested = new Map<string, number>(
  (["complete", "modules"] as const).flatMap((folder) =>
    testedExamples(folder).map(([name, runs]) => [`${folder}/${name}`, runs] as const),
  ),
);

test("every complete example and every module has tests", () => {
  const folders = exampleFolders().filter((folder) => /^(complete|modules)\/[^/]+$/.test(folder));
  expect([...tested.keys()].toSorted()).toStrictEqual(folders);
});

test.each(exampleFolders())(
  "examples/%s is valid, and passes its tests without a Proxmox host",
  async (folder) => {
    const example = await initialised(folder);
    expect(await example.validate()).toStrictEqual([]);
    const runs = tested.get(folder);
    if (runs === undefined) return;
    const { output } = await example.workspace.run([`-chdir=${folder}`, "test", "-no-color"], {
      environment: { PROXMOX_VE_ENDPOINT: "", PROXMOX_VE_API_TOKEN: "" },
    });
    expect(output).toContain(`Success! ${runs} passed, 0 failed.`);
    expect(output).not.toContain("Warning");
  },
);

describe("the examples of functions give what their comments say", () => {
  const block = {
    device: "hostpci0",
    mapping: "gpu-pve1-01-00",
    mdev: null,
    pcie: true,
    rom_file: null,
    rombar: true,
    xvga: null,
  };

  test.each([
    [
      "hostpci",
      {
        q35: [block, { ...block, device: "hostpci1", mapping: "gpu-pve1-02-00" }],
        i440fx: [{ ...block, pcie: false }],
        mediated: [{ ...block, mapping: "gpu-pve1-03-00", mdev: "nvidia-259" }],
        desktop: [
          { ...block, rom_file: "vbios.rom", xvga: true },
          { ...block, device: "hostpci1", mapping: "gpu-pve1-02-00", rom_file: "vbios.rom" },
        ],
      },
    ],
    ["path", { address: "0000:03:00.0", slot_in_another_domain: "10000:e1:00" }],
    [
      "parse_lspci",
      {
        gpus: {
          "0000:00:02.0": "Intel Corporation CoffeeLake-S GT2 [UHD Graphics 630]",
          "0000:01:00.0": "NVIDIA Corporation GA102 [GeForce RTX 3090]",
        },
        map: [
          expect.objectContaining({
            id: "10de:2204",
            iommu_group: 14,
            node: "pve1",
            path: "0000:01:00.0",
            subsystem_id: "1462:3884",
          }),
        ],
        group: 50,
      },
    ],
    ["mapping_name", { card: "gpu-pve1-03-00", virtual_function: "vgpu-pve2-c1-00-4" }],
  ])("%s", async (name, values) => {
    const example = await initialised(`functions/${name}`);
    const expected = Object.entries(values).map(([output, value]) => [
      output,
      expect.objectContaining({ value }),
    ]);
    expect(await example.apply()).toStrictEqual(Object.fromEntries(expected));
  });
});

test("the example of assign gives cards of a cluster to guests that there are not yet", async () => {
  const file = join(projectRoot, "test/fixtures/clusters/identical-cards.json");
  const twins = await startPve({ source: readHardwareFile(file) });
  onTestFinished(() => twins.close());
  const example = await initialised("functions/assign", twins);
  expect(await example.apply()).toMatchObject({
    workers: {
      value: {
        "worker-1": { node: "twin-1", mappings: ["gpu-twin-1-01-00", "gpu-twin-1-02-00"] },
        "worker-2": { node: "twin-1", mappings: ["gpu-twin-1-03-00"] },
      },
    },
    on_a_node: { value: { "worker-2": { node: "twin-2", mappings: ["gpu-twin-2-01-00"] } } },
  });
});

test("the example of the data source reads cards, the table by node, and who uses virtual functions", async () => {
  const example = await initialised("data-sources/gpuhost_pci_devices");
  expect(await example.apply()).toMatchObject({
    rtx3090: { value: [{ node: "pve1", path: "0000:01:00", id: "10de:2204" }] },
    gpu_device_meta: {
      value: {
        pve1: { "0000:01:00.0": { id: "10de:2204", subsystem_id: "1462:3884", iommu_group: 14 } },
        pve3: { "0000:03:00.0": { id: "1002:73bf", iommu_group: null } },
      },
    },
    nvme_addresses: { value: ["0000:04:00.0"] },
    free_virtual_functions: { value: ["0000:c1:00.4", "0000:c1:00.5"] },
  });
});

test("the example of mediated devices reads the types of a virtual function and of a mapping", async () => {
  const example = await initialised("data-sources/gpuhost_mdev_types");
  expect(await example.apply()).toMatchObject({
    vgpus_left: { value: { "nvidia-1145": 1, "nvidia-1155": 1 } },
    igpu_types: { value: ["i915-GVTg_V5_4", "i915-GVTg_V5_8"] },
  });
});

test("the example of mappings warns of those that do not fit, and says how they should read", async () => {
  const example = await initialised("data-sources/gpuhost_pci_mappings");
  const { output } = await example.succeed("plan", "-no-color");
  const text = flowingText(output);
  expect(text).toContain("Warning: Check block assertion failed");
  expect(text).toContain(
    "gpu-wrong-id on pve1: 'id' does not match for 'gpu-wrong-id' (10de:2204 != 10de:2206)",
  );
  expect(await example.apply()).toMatchObject({
    suggestions: {
      value: {
        "gpu-wrong-group": { pve1: [{ iommu_group: 14, path: "0000:01:00.0" }] },
        "gpu-wrong-id": { pve1: [] },
        "gpu-moved": {},
      },
    },
  });
});

test("the examples for bpg/proxmox plan a mapping for each card and model, and a VM that takes one by name", async () => {
  const mappings = await initialised("mappings");
  expect(plannedNames(await mappings.plan())).toStrictEqual({
    gpu: expect.arrayContaining(["gpu-pve1-01-00", "gpu-pve2-c1-00-4", "gpu-pve3-03-00"]),
    pool: expect.arrayContaining(["gpu-10de-20f1", "gpu-10de-26b9-vf-mdev"]),
  });

  const vm = await initialised("vm");
  expect(await vm.plan()).toMatchObject({
    planned_values: {
      root_module: {
        resources: [
          {
            address: "proxmox_hardware_mapping_pci.rtx3090",
            values: {
              map: [
                {
                  comment: null,
                  id: "10de:2204",
                  iommu_group: 14,
                  node: "pve1",
                  path: "0000:01:00",
                  subsystem_id: "1462:3884",
                },
              ],
            },
          },
          {
            address: "proxmox_virtual_environment_vm.worker",
            values: { hostpci: [{ device: "hostpci0", mapping: "rtx3090", pcie: true, rombar: true }] },
          },
        ],
      },
    },
  });
});

/** The names of planned mappings, by the name of their resource. */
function plannedNames(plan: unknown): Record<string, string[]> {
  const { resources } = (
    plan as {
      readonly planned_values: {
        readonly root_module: {
          readonly resources: readonly {
            readonly name: string;
            readonly values: { readonly name: string };
          }[];
        };
      };
    }
  ).planned_values.root_module;
  return Object.fromEntries(
    Map.groupBy(resources, ({ name }) => name)
      .entries()
      .map(([name, group]) => [name, group.map(({ values }) => values.name)]),
  );
}
