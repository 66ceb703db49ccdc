import { describe, expect, test } from "vitest";
import { isolationOf } from "../../src/pci/iommu-group.ts";
import { AUDIO, BRIDGE, host, NIC, paths, type Traits } from "./support/hardware.ts";

/** The isolation of the functions of 0000:01:00 beside whatever else there is. */
function isolation(functions: { readonly [id: string]: Traits }, mainAlone = false) {
  const one = host(functions);
  const unit = one.devices.filter(({ path }) => path.startsWith("0000:01:00."));
  const passed = mainAlone ? unit.slice(0, 1) : unit;
  const { iommuGroups, isolated, groupPeers } = isolationOf(one, unit, passed);
  return { groups: iommuGroups, isolated, peers: paths(groupPeers) };
}

const SWITCH: Traits = { class: "0x068000", device: "0x22a3" };

describe("isolationOf", () => {
  test.each<[string, Record<string, Traits>, ReturnType<typeof isolation>]>([
    [
      "a card alone in its group",
      { "0000:01:00.0": { iommugroup: 14 }, "0000:01:00.1": { ...AUDIO, iommugroup: 14 } },
      { groups: [14], isolated: true, peers: [] },
    ],
    [
      "a card whose functions have groups of their own",
      { "0000:01:00.0": { iommugroup: 15 }, "0000:01:00.1": { ...AUDIO, iommugroup: 4 } },
      { groups: [4, 15], isolated: true, peers: [] },
    ],
    [
      "group 0, a group like any other",
      { "0000:01:00.0": { iommugroup: 0 }, "0000:02:00.0": { ...NIC, iommugroup: 0 } },
      { groups: [0], isolated: false, peers: ["0000:02:00.0"] },
    ],
    [
      "a bridge in the group, which stays with the host",
      { "0000:00:01.0": { ...BRIDGE, iommugroup: 1 }, "0000:01:00.0": { iommugroup: 1 } },
      { groups: [1], isolated: true, peers: [] },
    ],
    [
      "an NVSwitch in the group, which does not",
      { "0000:01:00.0": { iommugroup: 1 }, "0000:08:00.0": { ...SWITCH, iommugroup: 1 } },
      { groups: [1], isolated: false, peers: ["0000:08:00.0"] },
    ],
    [
      "peers in several groups, ordered by address",
      {
        "0000:01:00.0": { iommugroup: 2 },
        "0000:01:00.1": { ...AUDIO, iommugroup: 1 },
        "10000:00:00.0": { ...NIC, iommugroup: 1 },
        "0000:03:00.0": { ...NIC, iommugroup: 2 },
        "ffff:00:00.0": { ...NIC, iommugroup: 1 },
        "0000:00:1f.3": { ...AUDIO, iommugroup: 2 },
        "0000:04:00.0": { ...NIC, iommugroup: 3 },
      },
      {
        groups: [1, 2],
        isolated: false,
        peers: ["0000:00:1f.3", "0000:03:00.0", "ffff:00:00.0", "10000:00:00.0"],
      },
    ],
    [
      "no group at all",
      { "0000:01:00.0": { iommugroup: -1 }, "0000:02:00.0": { ...NIC, iommugroup: -1 } },
      { groups: [], isolated: null, peers: [] },
    ],
    [
      "one function without a group, and what is known all the same",
      {
        "0000:01:00.0": { iommugroup: 1 },
        "0000:01:00.1": { ...AUDIO, iommugroup: -1 },
        "0000:02:00.0": { ...NIC, iommugroup: 1 },
      },
      { groups: [1], isolated: null, peers: ["0000:02:00.0"] },
    ],
  ])("knows %s", (_what, functions, expected) => {
    expect(isolation(functions)).toEqual(expected);
  });

  test.each<[string, Record<string, Traits>, ReturnType<typeof isolation>]>([
    [
      "what shares a group with a function left behind, which goes to no guest",
      {
        "0000:01:00.0": { iommugroup: 1 },
        "0000:01:00.1": { ...AUDIO, iommugroup: 2 },
        "0000:02:00.0": { ...NIC, iommugroup: 2 },
      },
      { groups: [1, 2], isolated: true, peers: [] },
    ],
    [
      "a function left behind in the group of the main one, which is the unit's own",
      { "0000:01:00.0": { iommugroup: 1 }, "0000:01:00.1": { ...AUDIO, iommugroup: 1 } },
      { groups: [1], isolated: true, peers: [] },
    ],
    [
      "a function left behind without a group",
      { "0000:01:00.0": { iommugroup: 1 }, "0000:01:00.1": { ...AUDIO, iommugroup: -1 } },
      { groups: [1], isolated: true, peers: [] },
    ],
    [
      "a main function without a group beside one that has one",
      {
        "0000:01:00.0": { iommugroup: -1 },
        "0000:01:00.1": { ...AUDIO, iommugroup: 2 },
        "0000:02:00.0": { ...NIC, iommugroup: 2 },
      },
      { groups: [2], isolated: null, peers: [] },
    ],
  ])("judges %s, when the main function goes alone", (_what, functions, expected) => {
    expect(isolation(functions, true)).toEqual(expected);
  });
});
