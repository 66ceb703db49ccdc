import { expect, test } from "vitest";
import { lostVirtualFunctions } from "../../../src/pci/usage/lost-virtual-functions.ts";
import { coverageOf, type Entry, guest } from "../support/guests.ts";
import { host } from "../support/hardware.ts";

const HOST = host({
  "0000:01:00.0": { virtfns: { virtfn0: "0000:01:00.1", virtfn1: "0000:01:00.2" } },
  "0000:01:00.1": { physfn: "0000:01:00.0", iommugroup: 1 },
  "0000:01:00.2": { physfn: "0000:01:00.0", iommugroup: 2 },
  "0000:02:00.0": {},
  // A physical function in one group with something else.
  "0000:03:00.0": { iommugroup: 7, virtfns: { virtfn0: "0000:03:00.1" } },
  "0000:03:00.1": { physfn: "0000:03:00.0", iommugroup: 8 },
  "0000:04:00.0": { iommugroup: 7 },
});
const LINES = {
  either: [
    "pve1,path=0000:01:00.0,id=10de:2204,iommugroup=256",
    "pve1,path=0000:01:00.1,id=10de:2204,iommugroup=1",
  ],
  pool: [
    "pve1,path=0000:01:00.0,id=10de:2204,iommugroup=256",
    "pve1,path=0000:02:00.0,id=10de:2204,iommugroup=512",
  ],
};

const lost = (guests: readonly (readonly Entry[])[]) =>
  lostVirtualFunctions(
    HOST,
    guests.map((entries, index) => guest(100 + index, entries)),
    coverageOf(LINES, [HOST]),
  ).map(({ guest: { vmid }, key, physical, certain, named, own, others }) => ({
    by: `${vmid} ${key}`,
    of: `${named ? "named" : "along"} ${physical}`,
    certain,
    wantedBy: [...(own ? ["itself"] : []), ...others.map((other) => other.vmid)],
  }));

test.for<readonly [string, readonly (readonly Entry[])[], ReturnType<typeof lost>]>([
  [
    "by its name",
    [[["hostpci0", "01:00.0"]]],
    [{ by: "100 hostpci0", of: "named 0000:01:00.0", certain: true, wantedBy: [] }],
  ],
  [
    "by one of several lines",
    [[["hostpci0", "mapping=pool"]]],
    [{ by: "100 hostpci0", of: "named 0000:01:00.0", certain: false, wantedBy: [] }],
  ],
  [
    "by one of several lines, of which another has a virtual one",
    [[["hostpci0", "mapping=either"]]],
    [{ by: "100 hostpci0", of: "named 0000:01:00.0", certain: false, wantedBy: [] }],
  ],
  [
    "though the entry wants a virtual one too",
    [[["hostpci0", "01:00.0;01:00.1"]]],
    [{ by: "100 hostpci0", of: "named 0000:01:00.0", certain: true, wantedBy: ["itself"] }],
  ],
  [
    "along with a group",
    [[["hostpci0", "04:00.0"]]],
    [{ by: "100 hostpci0", of: "along 0000:03:00.0", certain: true, wantedBy: [] }],
  ],
  [
    "though the guest and others want a virtual one",
    [
      [
        ["hostpci0", "01:00.0"],
        ["hostpci1", "01:00.1"],
      ],
      [["hostpci0", "01:00.2"]],
      [["hostpci0", "03:00.1"]],
    ],
    [{ by: "100 hostpci0", of: "named 0000:01:00.0", certain: true, wantedBy: ["itself", 101] }],
  ],
  [
    "and not by args, which name what is bound to vfio-pci already",
    [[["args", "-device vfio-pci,host=01:00.0"]]],
    [],
  ],
  ["and not by a virtual one", [[["hostpci0", "01:00.1"]]], []],
  ["and not by a mediated device", [[["hostpci0", "01:00.0,mdev=nvidia-5"]]], []],
])("a physical function is lost %s", ([, guests, expected]) => {
  expect(lost(guests)).toEqual(expected);
});
