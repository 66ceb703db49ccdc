/** What the lines around an output of lspci say of the lines that are missing in it. */
import { describe, expect, test } from "vitest";
import { parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { type Kept, keptBelow } from "../../../src/pci/lspci/noise.ts";
import { AUDIO, BRIDGE, CARD, SUBSYSTEM } from "../support/lspci-texts.ts";

const DRIVER = "Kernel driver in use: vfio-pci";

test.for<readonly [string, Kept | null]>([
  ["root@pve:~# lspci -nnk", "all"],
  ["lspci -nnk -s 01:00", "all"],
  ["lspci -nnv | less", "all"],
  ["lspci -nnk | grep -A3 'VGA|3D'", "all"],
  ["lspci -nnk | grep NVIDIA", "some"],
  ["lspci -nnk | grep -A3 VGA | grep -v Kernel", "some"],
  // Without -k and -v there are no subsystems; and the rest is what another command printed.
  ["lspci -nn", null],
  ["lspci -nnk | head -20", null],
  ["lspci -nnk > list; cat list", null],
  ["lspci -nnk && uname -a", null],
])("%s: %s", ([command, kept]) => {
  for (const before of [null, "all", "some"] as const) expect(keptBelow(command, before)).toBe(kept);
});

test("a fence leaves what was known", () => {
  for (const before of [null, "all", "some"] as const) expect(keptBelow("```text", before)).toBe(before);
});

describe("a device without a subsystem, beside one that has it,", () => {
  const output = `${CARD}\n\t${SUBSYSTEM}\n\t${DRIVER}\n${AUDIO}\n\t${DRIVER}\n`;
  const subsystems = (text: string) => parseLspci(text).map(({ subsystemId }) => subsystemId ?? null);

  test.for<readonly [string, string, readonly (string | null)[]]>([
    ["has none below a command that prints it", `# lspci -nnk\n${output}`, ["1043:877f", "0000:0000"]],
    ["has none in a fence below it", `# lspci -nnk\n\`\`\`\n${output}\`\`\`\n`, ["1043:877f", "0000:0000"]],
    ["may have one without a command", output, ["1043:877f", null]],
  ])("%s", ([, text, expected]) => {
    expect(subsystems(text)).toEqual(expected);
  });

  test("may have one in a fence behind another output, whose command says nothing of it", () => {
    const first = `# lspci -nnk\n\`\`\`\n02:00.0 Non-Volatile memory controller [0108]: Samsung Electronics Co Ltd Device [144d:a808]\n\t${DRIVER}\n\`\`\`\n`;
    expect(subsystems(`${first}\`\`\`\n${output}\`\`\`\n`).slice(1)).toEqual(["1043:877f", null]);
  });

  test("may have one where none is printed, as by lspci -nn behind grep -A1", () => {
    expect(subsystems(`${BRIDGE}\n${CARD}\n--\n${AUDIO}\n`)).toEqual([null, null, null]);
  });

  test("may have one in such a fence of records too", () => {
    const record = (slot: string, more: string) =>
      `Slot:\t${slot}\nClass:\tVGA compatible controller [0300]\nVendor:\tNVIDIA Corporation [10de]\nDevice:\tDevice [2204]\n${more}Driver:\tvfio-pci\n`;
    const first = `# lspci -vmmnnk\n\`\`\`\n${record("02:00.0", "")}\`\`\`\n`;
    expect(subsystems(first)).toEqual(["0000:0000"]);
    expect(subsystems(`${first}\`\`\`\n${record("03:00.0", "")}\`\`\`\n`)).toEqual(["0000:0000", null]);
  });
});
