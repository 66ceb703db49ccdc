/** What people paste: what terminals, forums and filters make of lspci's output. */
import { describe, expect, test } from "vitest";
import { parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { AUDIO, BRIDGE, CARD, fixture, groups, refusal, SUBSYSTEM } from "../support/lspci-texts.ts";

const subsystems = (text: string) =>
  parseLspci(text).map(({ path, subsystemId }) => [path.slice(5), subsystemId]);

describe("lines", () => {
  const known = [
    ["09:00.0", "1043:877f"],
    ["09:00.1", "1043:877f"],
  ];
  const detailed = `${CARD}\n\t${SUBSYSTEM}\n\tKernel driver in use: vfio-pci\n${AUDIO}\n\t${SUBSYSTEM}\n\tKernel driver in use: vfio-pci\n`;

  test("that people pasted are read", () => {
    expect(subsystems(fixture("unindented"))).toEqual([
      ["3e:00.0", "1458:404b"],
      ["3e:00.1", "1458:404b"],
    ]);
    expect(subsystems(fixture("grep-context"))).toEqual([
      ["01:00.0", "1462:3884"],
      ["c3:00.0", "f111:000a"],
    ]);
    expect(subsystems(fixture("prompt"))).toEqual([["01:00.0", "1043:877f"]]);
    expect(groups(fixture("hexdump"))).toEqual([
      ["01:00.0", null],
      ["03:00.0", 9],
    ]);
  });

  test.each<[string, (text: string) => string]>([
    ["line endings of another system", (text) => text.replaceAll("\n", "\r\n")],
    ["a byte order mark and blank lines", (text) => `\ufeff\n \n${text}\n\n`],
    ["spaces for tabs", (text) => text.replaceAll("\t", "        ")],
    ["no indentation", (text) => text.replaceAll("\t", "")],
    ["indentation for all", (text) => text.replace(/^/gm, "    ")],
    ["other spaces", (text) => text.replaceAll(" ", "\u00a0").replaceAll("\t", "\u2003\u200b")],
    ["quotation marks", (text) => text.replace(/^/gm, "> > ")],
    [
      "the first words of viewers",
      (text) => `Please be patient. This may take a couple seconds.\nIOMMU\n${text}`,
    ],
    ["a fence", (text) => `\`\`\`text\n${text}\n\`\`\``],
    ["a fence on the same lines", (text) => `\`\`\`${text.trimEnd()}\`\`\``],
    ["tags", (text) => `[CODE=bash]${text.trimEnd()}[/CODE]`],
    ["other tags", (text) => `<pre><code>\n${text}</code></pre>\n`],
    [
      "tags of emphasis",
      (text) => text.replace(/^(.+)$/m, "<strong>$1</strong>").replace(/^(09:00\.1.+)$/m, "[b]$1[/b]"),
    ],
    ["characters as HTML writes them", (text) => text.replaceAll(" ", "&nbsp;").replace(/^/gm, "&gt; ")],
    ["escaped brackets", (text) => text.replace(/([[\]])/g, "\\$1")],
    [
      "numbers of a list",
      (text) =>
        text
          .trimEnd()
          .split("\n")
          .map((line, index) => `  ${index + 1}. ${line}`)
          .join("\n"),
    ],
    ["colours", (text) => text.replaceAll("10de", "\u001b[01;31m\u001b[K10de\u001b[m\u001b[K")],
    ["colours made visible", (text) => text.replaceAll("10de", "^[[01;31m^[[K10de^[[m^[[K")],
    ["prompts", (text) => `root@pve:~# lspci -nnk\n${text}root@pve:~# \n`],
    ["a prompt without a space", (text) => `root@pve:~#lspci -nnk\n${text}`],
    ["a prompt with another sign", (text) => `root@pve ~/lists> lspci -nnk\n${text}root@pve ~>`],
    ["a prompt in brackets", (text) => `[root@pve ~]# lspci -nnk -s 09:00\n${text}[root@pve ~]#`],
    ["a bare prompt", (text) => `$ sudo lspci -nnk\n${text}$`],
    ["a prompt of another shell", (text) => `➜  ~ lspci -nnk\n${text}➜  ~ `],
    ["the command alone", (text) => `lspci -nnk | less\n${text}`],
    ["complaints", (text) => text.replaceAll("\n", "\nlspci: Unable to load libkmod resources: error -2\n")],
    ["a complaint of the shell", (text) => `ls-groups: 3: shopt: not found\n${text}`],
    ["the dashes of grep", (text) => text.replace(`\n${AUDIO}`, `\n--\n${AUDIO}`)],
    ["a lost line break between devices", () => `${CARD} ${AUDIO}`],
  ])("may have gained %s", (what, batter) => {
    const expected = what.startsWith("a lost") ? known.map(([path]) => [path, null]) : known;
    expect(subsystems(batter(detailed))).toEqual(expected);
    expect(parseLspci(batter(detailed)).map(({ name }) => name)).toEqual(
      parseLspci(detailed).map(({ name }) => name),
    );
  });

  test("may be two devices", () => {
    expect(parseLspci(fixture("two-devices-on-one-line")).map(({ path, id }) => [path, id])).toEqual([
      ["0000:04:00.2", "1022:15df"],
      ["0000:04:00.3", "1022:1639"],
      ["0000:04:00.4", "1022:1639"],
      ["0000:04:00.5", "1022:15e2"],
    ]);
    expect(groups(`IOMMU Group 15 ${CARD}${AUDIO}`)).toEqual([
      ["09:00.0", 15],
      ["09:00.1", 15],
    ]);
    expect(groups("09:00.0 0300: 10de:21c4 (rev a1) 09:00.1 0403: 10de:1aeb (rev a1)")).toHaveLength(2);
  });

  test("of -vvv may have lost their indentation", () => {
    const details = [
      "Control: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+",
      "Status: Cap+ 66MHz- UDF- FastB2B- ParErr- DEVSEL=fast >TAbort-",
      "<TAbort- <MAbort- >SERR- <PERR- INTx-",
      "IOMMU group: 15",
      "Region 0: Memory at f6000000 (32-bit, non-prefetchable) [size=16M]",
      "Capabilities: [60] Power Management version 3",
      "ARICtl: MFVC- ACS-, Function Group: 0",
      "Flags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0-,D1-,D2-,D3hot-,D3cold-)",
      "MaxPayload 256 bytes, MaxReadReq 512 bytes",
      "10: 00 00 f6 0c 00 00 c0 00 00 00 00 d0 00 00 00 00",
      "Kernel driver in use: vfio-pci",
    ];
    const text = [CARD, SUBSYSTEM, ...details, "", AUDIO, ...details.map((line) => line.replace("15", "16"))];
    expect(parseLspci(text.join("\n"))).toMatchObject([
      { iommuGroup: 15, subsystemId: "1043:877f", class: "030000" },
      { iommuGroup: 16, subsystemId: "0000:0000", class: "040300" },
    ]);
  });

  test.each<[string, string, RegExp]>([
    [
      "a device behind a detail",
      `${CARD}\n\tKernel modules: nouveau ${AUDIO}`,
      /^Line 2 is .*: expected every device on a line of its own\. Run lspci -nnv/s,
    ],
    [
      "a device behind a prompt",
      `${CARD}\nroot@pve:~# ${AUDIO}`,
      /^Line 2 is .*: expected every device on a line of its own\./s,
    ],
    ["a device behind the dashes", `${CARD}\n-- ${AUDIO}x`, /^Line 2 is /],
    [
      "a subsystem on the line of its device",
      `${CARD} ${SUBSYSTEM} Kernel driver in use: x`,
      /^Line 1 is .*: expected the numbers of class, vendor and device, .* and no more behind them/s,
    ],
    [
      "a device wrapped at the terminal's edge",
      `${CARD.slice(0, 80)}\n${CARD.slice(80)}`,
      /^Line 1 is .*: expected the whole device on one line, and its end is in line 2\. Run lspci -nnv/s,
    ],
    [
      "a device wrapped by a mail, to three lines",
      `${BRIDGE}\n> ${CARD.replace("NVIDIA ", "NVIDIA\n> ").replace("[10de:21c4]", "\n> [10de:21c4]")}`,
      /^Line 2 is .*: expected the whole device on one line, and its end is in line 4\./s,
    ],
    [
      "a device wrapped behind its numbers",
      `${CARD} (prog-if 00 [VGA\n  controller])`,
      /^Line 1 is .*: expected the whole device on one line, and its end is in line 2\./s,
    ],
    [
      "a device that was cut",
      `${CARD.slice(0, 80)}\n${AUDIO.slice(0, 80)}\n${AUDIO.slice(80)}`,
      /^Line 1 is .*: expected the numbers/s,
    ],
    [
      "one that is wrapped behind its address",
      `${BRIDGE}\n\t09:00.0\n${CARD.slice(8)}`,
      /^Line 2 is "09:00\.0": expected a device with its address/,
    ],
    [
      "an address without its first digit",
      `${BRIDGE}\n${CARD.slice(1)}`,
      /^Line 2 is .*: expected a device with its address, or a line that lspci prints below one\./s,
    ],
    [
      "an indented one",
      `${BRIDGE}\n\t${CARD.slice(1)}`,
      /^Line 2 is .*: expected a device with its address/s,
    ],
    [
      "an address of fewer digits",
      `${BRIDGE}\n\t9:00.0 VGA compatible controller: x`,
      /^Line 2 is .*: expected /s,
    ],
    ["numbers of grep", `12:${CARD}\n13-\t${SUBSYSTEM}`, /^Line 1 is .*: expected a device, /s],
    [
      "words without indentation",
      `${CARD}\nAnd this is my other host:\n${AUDIO}`,
      /^Line 2 is "And this is my other host:": expected /,
    ],
    [
      "details behind the dashes of grep",
      `${CARD}\n--\n\t${SUBSYSTEM}`,
      /^Line 3 is .*: expected the first line of a device/s,
    ],
    [
      "details behind a prompt",
      `${CARD}\nroot@pve:~#\n\t${SUBSYSTEM}`,
      /^Line 3 is .*: expected the first line of a device/s,
    ],
    [
      "a path of bridges",
      "00:01.0/00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116 [10de:21c4]",
      /^Line 1 is .*: expected a device, /s,
    ],
    [
      "two devices of which one has no numbers",
      `09:00.0 VGA compatible controller: NVIDIA TU116 ${AUDIO}`,
      /^Line 1 is .*: expected the numbers/s,
    ],
    [
      "nothing but a command",
      "root@pve:~# lspci -nn\nroot@pve:~#\n",
      /^There is no device in the text, which has none of lspci's lines: expected the output of lspci .*\. Run lspci -nnv/,
    ],
  ])("are refused: %s", (_what, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});

describe("two hosts in one text", () => {
  const other = CARD.replace("09:00.0", "0a:00.0");

  test.each<[string, string]>([
    ["prompts", `root@pve1:~# lspci -nn\n${CARD}\nroot@pve2:~# lspci -nn\n${other}\n`],
    ["a fence below the prompt", `root@pve1:~#\n\`\`\`\n${CARD}\n[root@pve2 ~]# lspci -nn\n${other}\n`],
    [
      "-vmmnn",
      ["pve1", "pve2"]
        .map(
          (host, bus) =>
            `root@${host}:~# lspci -vmmnn\nSlot:\t0${bus}:00.0\nClass:\tVGA [0300]\nVendor:\tN [10de]\nDevice:\tT [21c4]\n\n`,
        )
        .join(""),
    ],
  ])("are refused: %s", (_what, text) => {
    expect(refusal(text)).toMatch(
      /^Line \d has a device of pve2, by the prompt above it, and line \d one of pve1: expected the output of one host\./,
    );
  });

  test.each<[string, string]>([
    ["one host with and without its domain", `root@pve1:~# lspci\n${CARD}\nroot@pve1.lan:~# lspci\n${other}`],
    [
      "a prompt of another without devices",
      `root@pve2:~# ssh pve1\nroot@pve1:~# lspci\n${CARD}\n${other}\nroot@pve2:~#`,
    ],
    ["one prompt alone", `${CARD}\nroot@pve2:~# lspci\n${other}`],
  ])("are not: %s", (_what, text) => {
    expect(parseLspci(text)).toHaveLength(2);
  });
});

describe("what lspci does not say", () => {
  test("of a device that does not answer is unknown", () => {
    expect(parseLspci(fixture("device-without-answer"))).toMatchObject([
      { path: "0000:00:00.0", subsystemId: "1043:8694", class: "060000" },
      { path: "0000:01:00.0", id: "1002:687f", subsystemId: null, class: "0300", gpu: true },
    ]);
  });

  test.each<[string, string, string]>([
    [
      "-nnk",
      `${BRIDGE}\n\t${SUBSYSTEM}\n${CARD.replace("a1", "ff")}\n\tKernel driver in use: vfio-pci\n${AUDIO}\n`,
      "0300",
    ],
    [
      "-nv",
      "09:00.0 0300: 10de:21c4 (rev ff) (prog-if ff)\n\t!!! Unknown header type 7f\n\tKernel driver in use: x\n\n",
      "0300",
    ],
    [
      "-nnvv of newer versions, which know the class from the kernel",
      `${CARD} (prog-if 00 [VGA controller])\n\t!!! Unknown header type 7f\n\tInterrupt: pin ? routed to IRQ 17\n\n`,
      "030000",
    ],
    [
      "the same of a class without names",
      `${CARD}\n\t!!! Unknown header type 7f\n\tInterrupt: pin ? routed to IRQ 17\n\n`,
      "0300",
    ],
    [
      "-vmmnnk",
      "Slot:\t09:00.0\nClass:\tVGA [0300]\nVendor:\tN [10de]\nDevice:\tT [21c4]\nRev:\tff\nProgIf:\tff\n\n",
      "0300",
    ],
    ["-mm -nn", '09:00.0 "VGA [0300]" "N [10de]" "T [21c4]" -rff -pff "" ""', "0300"],
  ])("so it is with %s", (_form, text, classCode) => {
    const device = parseLspci(text).find(({ id }) => id === "10de:21c4");
    expect(device).toMatchObject({ subsystemId: null, subsystemName: null, class: classCode });
  });

  test("of a subsystem, and the kernel does, is known", () => {
    const text = `${CARD}\n\t${SUBSYSTEM}\n\t!!! Unknown header type 7f\n`;
    expect(subsystems(text)).toEqual([["09:00.0", "1043:877f"]]);
  });

  test.each<[string, string]>([
    [
      "a filter that is there to see",
      `lspci -nnk | grep -iE "vga|nvidia"\n${CARD}\n\tKernel modules: nvidia\n${AUDIO}\n\t${SUBSYSTEM}`,
    ],
    ["first lines of -nnv", `${CARD} (prog-if 00 [VGA controller])\n${AUDIO}\n`],
    ["grep -A1 on -nnk", `${CARD}\n--\n${AUDIO}\n\t${SUBSYSTEM}\n`],
    ["head on -nnk", `${AUDIO}\n\t${SUBSYSTEM}\n${CARD}\n`],
    [
      "a command of its own for one device",
      `# lspci -nn -s 09:00.0\n${CARD}\n# lspci -nnk -s 09:00.1\n${AUDIO}\n\t${SUBSYSTEM}\n`,
    ],
  ])("because of %s is unknown", (_what, text) => {
    const silent = parseLspci(text).find(({ subsystemId }) => subsystemId !== "1043:877f");
    expect(silent?.subsystemId).toBeNull();
  });

  test("is none where lspci would have said it", () => {
    expect(
      subsystems(
        `lspci -nnk | grep -A3 VGA\n${CARD}\n\tKernel modules: nvidia\n--\n${BRIDGE}\n\t${SUBSYSTEM}`,
      ),
    ).toEqual([
      ["00:01.0", "1043:877f"],
      ["09:00.0", "0000:0000"],
    ]);
  });
});

describe("lspci -mm", () => {
  test("is read with names and numbers", () => {
    const text = [
      '00:00.0 "Host bridge [0600]" "Intel Corporation [8086]" "Device [191f]" -r07 -p00 "" ""',
      '0000:09:00.0 "VGA compatible controller [0300]" "NVIDIA Corporation [10de]" "TU116 [GeForce \\"GTX\\" 1660] [21c4]" -ra1 "ASUSTeK Computer Inc. [1043]" "Device [877f]"',
      '0a:00.0 "USB controller [0c03]" "Vendor [abcd]" "Device [0001]" -p30 "Unknown vendor [abcd]" "Device [0002]"',
    ].join("\n");
    expect(parseLspci(text).map(({ address: _, ...device }) => device)).toEqual([
      {
        path: "0000:00:00.0",
        id: "8086:191f",
        subsystemId: "0000:0000",
        iommuGroup: null,
        class: "060000",
        name: "Intel Corporation Device 191f",
        subsystemName: null,
        gpu: false,
      },
      {
        path: "0000:09:00.0",
        id: "10de:21c4",
        subsystemId: "1043:877f",
        iommuGroup: null,
        class: "030000",
        name: 'NVIDIA Corporation TU116 [GeForce "GTX" 1660]',
        subsystemName: "ASUSTeK Computer Inc. Device 877f",
        gpu: true,
      },
      {
        path: "0000:0a:00.0",
        id: "abcd:0001",
        subsystemId: "abcd:0002",
        iommuGroup: null,
        class: "0c0330",
        name: null,
        subsystemName: null,
        gpu: false,
      },
    ]);
  });

  test.each([
    ["numbers alone", '09:00.0 "0300" "10de" "21c4" -ra1 "1043" "877f"', "10de:21c4"],
    ["a group before it", 'IOMMU Group 15 09:00.0 "0300" "10de" "21c4" "" ""', "10de:21c4"],
  ])("is read with %s", (_what, text, id) => {
    expect(parseLspci(text)).toMatchObject([{ id }]);
  });

  test.each([
    '09:00.0 "VGA compatible controller" "NVIDIA Corporation" "TU116" -ra1 "" ""',
    '09:00.0 "0300" "10de" "21c4" "1043" ""',
    '09:00.0 "0300" "10de" "21c4"',
    '09:00.0 "0300" "10de" "21c4" "" "" x',
    '09:00.0 "0300" "10de" "21c4',
    '09:00.0 "0300" "10de" "21c4" "" "" 09:00.1 "0403" "10de" "1aeb" "" "',
  ])("is refused: %s", (text) => {
    expect(refusal(text)).toMatch(/^Line 1 is .*: expected the numbers of class, vendor and device/s);
  });
});
