/**
 * Ids that several models share, so that only the device id of the subsystem distinguishes them: 10de:25b6 is the A2
 * and the A16, 1002:744c the Radeon RX 7900 XT and the XTX.
 *
 * The list was taken once from pci.ids of 2026-08-22 (https://pci-ids.ucw.cz). It does not use the pci.ids of the
 * nodes, so that no update of a node renames a pool. It has the display controllers and accelerators of NVIDIA, AMD and
 * Intel with a `/` in the brackets of the device's own name. Three kinds are left out: `Mobile / Max-Q`, which is one
 * chip with two power limits; devices that make no unit (sound, consoles); and graphics that are part of a processor or
 * chipset, where the subsystem is that of the mainboard and does not tell the model. Those have these code names before
 * the brackets: AMD's Raven Ridge, Picasso, Renoir, Cezanne, Krackan, Strix, Kaveri, Kabini, Temash, Mullins, Wani,
 * Stoney, Starsha2, RS… and RC…; NVIDIA's C51 to C79; Intel's Arrow Lake.
 */

/** The list: device ids of each vendor, four hexadecimal digits each. */
const SHARED_DEVICES: readonly (readonly [vendor: string, devices: string])[] = [
  [
    "10de",
    `
    0028 002c 002d 00cd 00f6 00f8 00f9 00fc 0110 0113 0146 0150 0190 01d3 01d7 0291 0328 032b 032c 05e7
    0612 064e 065d 06d1 06ed 06ee 0cac 0de9 1096 1140 11b0 1247 1248 124d 1348 137a 13d8 13f8 15fa 1c35
    1e30 1e37 1e78 1ff2 222f 2342 249c 24dc 25b6 28b0 2920 2bb3
    `,
  ],
  [
    "1002",
    `
    3e50 3e70 4148 4150 4152 4170 4172 4754 4a49 4a69 4c59 4c66 4e44 4e45 4e4a 4e50 4e51 4e52 5050 5144
    514c 5157 554b 554d 556d 5657 5960 5b62 5b63 5b72 5b73 6600 6604 6607 6609 6610 6611 6613 6646 6647
    664d 6658 665c 665f 6660 6663 6665 666f 66a0 66a1 66a3 6720 6740 6741 6742 6750 6751 6758 6759 675f
    6760 6770 6771 6778 6779 6798 679a 679b 67b0 67b1 67c2 67d0 67d4 67d7 67df 67e8 67ef 67ff 6810 6811
    6819 6820 6821 6823 6827 682b 6837 683d 683f 6840 6841 6860 6864 6868 686c 687f 68a8 68c0 68c1 68c7
    68d8 68d9 68da 68e0 68e4 68f9 68fa 6900 6920 6921 6938 6939 693b 6987 698f 699f 7104 7140 7142 7143
    7146 7162 7166 7181 7183 7187 71a0 71a1 71a3 71a7 71c0 71c6 71ce 71de 7300 731f 7340 7360 7362 73ab
    73bf 73df 73ef 73ff 740c 7423 743f 744c 747e 7480 7483 7499 7550 7590 9400 9480 94c1 9505 954f 9552
    9553 9555 9583 9598 95c2 95c4
    `,
  ],
  ["8086", "56b1"],
];

const SHARED_IDS: ReadonlySet<string> = new Set(
  SHARED_DEVICES.flatMap(([vendor, devices]) =>
    devices
      .trim()
      .split(/\s+/)
      .map((device) => `${vendor}:${device}`),
  ),
);

/**
 * Whether several models have the id.
 * @param id vendor and device, `10de:25b6`.
 */
export function isSharedId(id: string): boolean {
  return SHARED_IDS.has(id);
}
