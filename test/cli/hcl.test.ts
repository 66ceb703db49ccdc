import { afterEach, describe, expect, test } from "vitest";
import { hclAttributes, hclComment, hclText } from "../../src/cli/inspect/hcl-text.ts";
import { fixtureCluster } from "../support/cli/clusters.ts";
import { closeAll, gpu, LINE, sound, started } from "../support/cli/doctor.ts";
import { environmentFor, runCli } from "../support/cli/run.ts";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import type { PveStandIn } from "../support/pve/stand-in.ts";

afterEach(closeAll);

test.for<readonly [string, string]>([
  ["RTX 3090", '"RTX 3090"'],
  ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
  ["\u0024{x} $\u0024{y} $x %{if} %d", '"$\u0024{x} $$\u0024{y} $x %%{if} %d"'],
  ["a\nb\tc\r", '"a\\nb\\tc\\r"'],
  ["\u001b[31m\u0008\u202e\u009b", '"\\u001b[31m\\u0008\\u202e\\u009b"'],
  ["Ünïcödé 显卡 🎮", '"Ünïcödé 显卡 🎮"'],
])("%j is the text %s", ([text, written]) => {
  expect(hclText(text)).toBe(written);
});

test("attributes are aligned, and those that are null are left out", () => {
  expect(
    hclAttributes(
      [
        ["name", "a"],
        ["comment", null],
        ["iommu_group", 0],
        ["mediated_devices", true],
      ],
      "  ",
    ),
  ).toEqual(['  name             = "a"', "  iommu_group      = 0", "  mediated_devices = true"]);
});

test("nothing in a comment ends it", () => {
  expect(hclComment("a\nb\rresource\u2028c")).toEqual(["# a", "# b\\u000dresource\\u2028c"]);
});

describe("inspect --hcl", () => {
  const mapping = (id: string, map: readonly string[], more: object = {}) => ({
    id,
    type: "pci",
    map: [...map],
    ...more,
  });
  const second = [gpu, sound].map((one) => ({ ...one, id: one.id.replace(":01:", ":02:"), iommugroup: 15 }));
  const hcl = async (pve: PveStandIn, args: readonly string[] = []) => {
    const run = await runCli(["inspect", "--hcl", ...args], {
      environment: environmentFor(pve, pve.tokens.root),
    });
    expect(run.status).toBe(0);
    return run.stdout.replace(pve.endpoint, "ENDPOINT");
  };
  const HEAD = `# PCI mappings of ENDPOINT for bpg/proxmox (required_providers: proxmox = { source = "bpg/proxmox" }).
# What exists is imported; what no mapping holds is added. Read the plan before you apply it.
`;

  test("imports what exists under its own name, and adds the rest", async () => {
    const source = {
      ...hardwareOf({ pve1: [gpu, sound, ...second] }),
      mappings: [mapping("rtx", [LINE], { description: "50% of \u0024{all}" })],
    };
    expect(await hcl(await started(source))).toBe(`${HEAD}
import {
  to = proxmox_hardware_mapping_pci.rtx
  id = "rtx"
}

resource "proxmox_hardware_mapping_pci" "rtx" {
  name    = "rtx"
  comment = "50% of $\${all}"
  map = [
    {
      id           = "10de:2204"
      iommu_group  = 14
      node         = "pve1"
      path         = "0000:01:00"
      subsystem_id = "1462:3884"
    },
  ]
}

resource "proxmox_hardware_mapping_pci" "gpu-pve1-02-00" {
  name    = "gpu-pve1-02-00"
  comment = "NVIDIA Corporation GA102 [GeForce RTX 3090]"
  map = [
    {
      id           = "10de:2204"
      iommu_group  = 15
      node         = "pve1"
      path         = "0000:02:00"
      subsystem_id = "1462:3884"
    },
  ]
}
`);
  });

  test("a name that is taken gets a number behind it", async () => {
    const other = "id=8086:15f3,iommugroup=3,node=pve1,path=0000:03:00.0";
    const nic = pciFunction("0000:03:00.0", "8086:15f3", "020000", 3);
    const mappings = [mapping("gpu-pve1-01-00", [other]), mapping("gpu-pve1-01-00-2", [other])];
    const text = await hcl(await started({ ...hardwareOf({ pve1: [gpu, sound, nic] }), mappings }));
    expect(text).toContain(
      'resource "proxmox_hardware_mapping_pci" "gpu-pve1-01-00-3" {\n  name    = "gpu-pve1-01-00-3"\n',
    );
  });

  test("lines are repaired; what has moved is held where it is now", async () => {
    const source = { ...hardwareOf({ pve1: second }), mappings: [mapping("rtx", [LINE])] };
    const text = await hcl(await started(source));
    expect(text).toContain('path         = "0000:02:00"');
    expect(text).not.toContain("gpu-pve1-02-00");
  });

  test("where nothing is left, lines are as written, with a comment that says so", async () => {
    const amd = pciFunction("0000:01:00.0", "1002:73bf", "030000", 14);
    const text = await hcl(
      await started({ ...hardwareOf({ pve1: [amd] }), mappings: [mapping("rtx", [LINE])] }),
    );
    expect(text).toContain(
      '\n# No line of rtx has its device any more: these are its lines as written.\nresource "proxmox_hardware_mapping_pci" "rtx" {',
    );
    expect(text).toContain('resource "proxmox_hardware_mapping_pci" "gpu-pve1-01-00" {');
  });

  test.for<readonly [string, ReturnType<typeof mapping>]>([
    ["several addresses in a line", mapping("rtx", [LINE.replace("01:00", "01:00.0;0000:01:00.1")])],
    ["a comment that begins with a space", mapping("rtx", [LINE], { description: " rtx" })],
  ])("what bpg cannot write is a comment alone: %s", async ([, one]) => {
    const text = await hcl(await started({ ...hardwareOf({ pve1: [gpu, sound] }), mappings: [one] }));
    expect(text).toBe(
      `${HEAD}\n# The mapping rtx stays as it is: bpg/proxmox cannot write its lines or its comment as they are.\n`,
    );
  });

  test("every mapping is there whatever the filter, with lines of all nodes", async () => {
    const source = {
      ...hardwareOf({ pve1: [gpu, sound], pve2: second }),
      mappings: [
        mapping("rtx", [LINE, LINE.replace("pve1", "pve2").replace("01:", "02:").replace("14", "99")]),
      ],
    };
    const text = await hcl(await started(source), ["--nodes", "pve1", "--vendor-ids", "8086", "--all"]);
    expect(text.match(/^resource /gm)).toHaveLength(1);
    expect(text).toContain("iommu_group  = 15");
  });

  test("says of a unit what a guest with it would take along", async () => {
    const disk = pciFunction("0000:05:00.0", "8086:f1a8", "010802", 14, "SSD");
    const text = await hcl(await started(hardwareOf({ pve1: [gpu, sound, disk] })));
    expect(text).toContain("\n# Not isolated: 0000:05:00.0 would go along.\nresource ");
  });

  test("says of a unit that no guest with it starts", async () => {
    const bare = pciFunction("0000:03:00.0", "10de:2204", "030000", -1, "GA102 [GeForce RTX 3090]");
    const text = await hcl(await started(hardwareOf({ pve1: [gpu, sound, bare] })));
    expect(text.match(/\n# .*\n(?=resource )/g)).toEqual([
      "\n# In no IOMMU group: no guest with it starts.\n",
    ]);
    const half = await hcl(await started(hardwareOf({ pve1: [gpu, { ...sound, iommugroup: -1 }] })));
    expect(half).toContain("\n# 0000:01:00.1 in no IOMMU group: no guest with it starts.\nresource ");
  });

  test("a card with live virtual functions is a comment, and a mapping of it is imported with one", async () => {
    const igpu = fixtureCluster("igpu-vfs-9.2.json");
    const [node = ""] = Object.keys(igpu.pci);
    const why = `# Starting a guest on 0000:00:02.0 of ${node} would destroy its live virtual functions.`;
    const without = await hcl(await started(igpu));
    expect(without).toContain(
      `\n${why} Give guests those.\n# resource "proxmox_hardware_mapping_pci" "gpu-${node}-00-02" {\n#   name`,
    );
    expect(without).toContain(`\nresource "proxmox_hardware_mapping_pci" "gpu-${node}-00-02-1" {`);
    const written = /^# {4,}(\w+) += (?:"(.*)"|(\d+))$/gm;
    const [id, group, , path, subsystem] = [...without.matchAll(written)].map(
      ([, , text, number]) => text ?? number,
    );
    const line = `id=${id},iommugroup=${group},node=${node},path=${path},subsystem-id=${subsystem}`;
    const held = await hcl(await started({ ...igpu, mappings: [mapping("igpu", [line])] }));
    expect(held).toContain(`\n}\n\n${why}\nresource "proxmox_hardware_mapping_pci" "igpu" {`);
    expect(held).not.toContain("\n# resource ");
  });

  test.for<readonly [string, string | undefined, string, readonly string[]]>([
    [
      "a card that others hold",
      undefined,
      "gpu-moved",
      [
        "No guest with gpu-moved starts on pve1:",
        "- pci device '0000:07:00.0' not found; nothing is suggested: only 0000:01:00.0 has these ids, and other lines name it; identical devices whose lines still fit may have moved too, so apply all suggestions for pve1 together",
      ],
    ],
    [
      "a flag",
      undefined,
      "mdev-flag-missing",
      [
        "No guest with mdev-flag-missing starts on pve1:",
        "- 'mdev' does not match for 'mdev-flag-missing' (1 != 0); set mediated_devices to true, if the devices are to stay in this mapping; identical devices whose lines still fit may have moved too, so apply all suggestions for pve1 together",
      ],
    ],
    [
      "an IOMMU that is off",
      "iommu-off-after-upgrade.json",
      "nvidia_3060",
      [
        "No guest with nvidia_3060 starts on pve3:",
        "- unexpected property 'iommugroup' configured for device '0000:bd:00.0'; nothing is suggested while the IOMMU of pve3 is off",
      ],
    ],
    [
      "a port, with a line for each problem",
      "ports-moved-by-one.json",
      "wan",
      [
        "No guest with wan starts on fw:",
        "- 'id' does not match for 'wan' (2646:5019 != 8086:15f3); nothing is suggested: only displays and accelerators are followed, since the like of this may be the host's own disk or uplink; with these ids there is 0000:06:00.0; identical devices whose lines still fit may have moved too, so apply all suggestions for fw together",
        "- 'subsystem-id' does not match for 'wan' (2646:5019 != 8086:0000)",
      ],
    ],
  ])("says what is wrong, and stays so: %s", async ([, fixture, name, lines]) => {
    const text = await hcl(await started(fixture === undefined ? undefined : fixtureCluster(fixture)));
    const comment = lines.map((line) => `# ${line}\n`).join("");
    expect(text).toContain(`\n}\n\n${comment}resource "proxmox_hardware_mapping_pci" "${name}" {`);
  });

  test("says only what stays wrong of lines that are repaired", async () => {
    const line = LINE.replace("01:00", "01:00.0").replace("=14", "=9");
    const source = {
      ...hardwareOf({ pve1: [{ ...gpu, mdev: 1 }] }),
      mappings: [{ id: "rtx", type: "pci", map: [line] }],
    };
    expect(await hcl(await started(source))).toContain(
      "\n# No guest with rtx starts on pve1:\n# - 'mdev' does not match for 'rtx' (1 != 0)\nresource \"proxmox_hardware_mapping_pci\" \"rtx\" {",
    );
  });

  test("says which node was not read", async () => {
    const recorded = await started();
    recorded.cluster.mappings.clear();
    recorded.cluster.mappings.set("rtx", { map: [LINE.replace("pve1", "pve4")] });
    expect(await hcl(recorded)).toContain(
      '\n# pve4 was not read: its lines are as written.\nresource "proxmox_hardware_mapping_pci" "rtx" {',
    );
  });

  test("a Proxmox without mappings is a failure, and nothing is printed", async () => {
    const pve = await started(hardwareOf({ pve1: [gpu, sound] }, "7.4-20"));
    const run = await runCli(["inspect", "--hcl"], { environment: environmentFor(pve, pve.tokens.root) });
    expect(run).toMatchObject({ status: 1, stdout: "" });
    expect(run.stderr).toContain("error: Proxmox VE Has No PCI Mappings\n");
  });
});
