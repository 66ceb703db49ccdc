import { beforeEach, describe, expect, it } from "vitest";
import { type Cluster, nodeOf, type PciDevice } from "../support/pve/cluster.ts";
import { checkEntry, parseEntry } from "../support/pve/pci-mapping.ts";
import { recordedCluster } from "../support/pve/recorded-cluster.ts";
import { capabilitiesOf } from "../support/pve/version.ts";

const GOOD = "id=10de:2204,iommugroup=14,node=pve1,path=0000:01:00,subsystem-id=1462:3884";

let cluster: Cluster;
beforeEach(() => {
  ({ cluster } = recordedCluster("pve9"));
  cluster.mappings.set("card", { map: [] });
});

function check(line: string, version = "9.2.11"): string | null {
  const entry = parseEntry(line);
  if (entry === null) throw new Error(`not a mapping's line: ${line}`);
  return checkEntry(cluster, capabilitiesOf(version), "card", entry);
}

/** Changes one device of the recorded cluster. */
function change(node: string, id: string, changes: Partial<PciDevice>): void {
  const found = nodeOf(cluster, node);
  found.hardware = found.hardware.map((device) =>
    device.id === id ? (Object.assign({}, device, changes) as PciDevice) : device,
  );
}

describe("a mapping's line", () => {
  it.each([
    ["whole card", GOOD, null],
    ["one function", GOOD.replace("01:00,", "01:00.0,"), null],
    [
      "another function with the first one's ids",
      GOOD.replace("01:00,", "01:00.1,"),
      "'id' does not match for 'card' (10de:1aef != 10de:2204)\n",
    ],
    [
      "ids in upper case",
      GOOD.replace("10de", "10DE"),
      "'id' does not match for 'card' (10de:2204 != 10DE:2204)\n",
    ],
    ["nothing there", GOOD.replace("01:00,", "07:00,"), "pci device '0000:07:00.0' not found\n"],
    [
      "no group",
      GOOD.replace("iommugroup=14,", ""),
      "missing expected property 'iommugroup' for device '0000:01:00.0'\n",
    ],
    ["another group", GOOD.replace("14,", "15,"), "'iommugroup' does not match for 'card' (14 != 15)\n"],
    [
      "no subsystem",
      GOOD.replace(/,subsystem.*/, ""),
      "missing expected property 'subsystem-id' for device '0000:01:00.0'\n",
    ],
    [
      "another subsystem",
      GOOD.replace("3884", "3881"),
      "'subsystem-id' does not match for 'card' (1462:3884 != 1462:3881)\n",
    ],
    [
      "id before group before subsystem",
      "id=10de:0001,iommugroup=1,node=pve1,path=0000:01:00,subsystem-id=0000:0001",
      "'id' does not match for 'card' (10de:2204 != 10de:0001)\n",
    ],
    [
      "mediated device without the flag",
      "id=8086:3e92,iommugroup=0,node=pve1,path=0000:00:02.0",
      "'mdev' does not match for 'card' (1 != 0)\n",
    ],
    [
      "subsystem zero has to be written",
      "id=10de:22e8,iommugroup=17,node=pve1,path=0000:05:00.1,subsystem-id=0000:0000",
      null,
    ],
    [
      "group written while the IOMMU is off",
      "id=1002:73bf,iommugroup=-1,node=pve3,path=0000:03:00.0,subsystem-id=1da2:e438",
      "unexpected property 'iommugroup' configured for device '0000:03:00.0'\n",
    ],
    [
      "no group while the IOMMU is off",
      "id=1002:73bf,node=pve3,path=0000:03:00,subsystem-id=1da2:e438",
      null,
    ],
    [
      "several addresses, the group of the first",
      "id=10de:20f1,iommugroup=40,node=pve2,path=0000:41:00.0;0000:81:00.0,subsystem-id=10de:145f",
      null,
    ],
    [
      "several addresses, the second missing",
      "id=10de:20f1,iommugroup=40,node=pve2,path=0000:41:00.0;0000:82:00.0,subsystem-id=10de:145f",
      "pci device '0000:82:00.0' not found\n",
    ],
    [
      "several addresses, the second another card",
      "id=10de:20f1,iommugroup=40,node=pve2,path=0000:41:00.0;0000:a1:00.0,subsystem-id=10de:145f",
      "'id' does not match for 'card' (1002:740f != 10de:20f1)\n",
    ],
  ])("is judged: %s", (_, line, problem) => {
    expect(check(line)).toBe(problem);
  });

  it("may not have a flag that the device lacks", () => {
    cluster.mappings.set("card", { map: [], mdev: 1 });
    expect(check(GOOD)).toBe("'mdev' does not match for 'card' (0 != 1)\n");
  });

  it("may not have a subsystem where the hardware has none", () => {
    const node = nodeOf(cluster, "pve1");
    node.hardware = node.hardware.map(({ subsystem_vendor: _, ...device }) => device as PciDevice);
    expect(check(GOOD)).toBe("unexpected property 'subsystem-id' configured for device '0000:01:00.0'\n");
  });

  it("follows the hardware when it changes", () => {
    change("pve1", "0000:01:00.0", { iommugroup: 20 });
    expect(check(GOOD)).toBe("'iommugroup' does not match for 'card' (20 != 14)\n");
  });

  it("is judged without the flag before 8.4", () => {
    cluster.mappings.set("card", { map: [], mdev: 1 });
    expect(check(GOOD, "8.3.5")).toBeNull();
  });

  it.each([
    [GOOD.replace("iommugroup=14,", ""), "no 'iommugroup' for device '0000:01:00.0'\n"],
    [
      "id=1002:73bf,iommugroup=1,node=pve3,path=0000:03:00.0,subsystem-id=1da2:e438",
      "'iommugroup' configured but should not be\n",
    ],
  ])("is judged in other words before 8.2.3: %s", (line, problem) => {
    expect(check(line, "8.1.4")).toBe(problem);
  });

  it.each([
    ["id=10de:2204,node=pve1", "no path"],
    ["id=10de:2204,node=pve1,path=01:00", "an address without domain"],
    ["id=10de:2204,node=pve1,path=0000:01:00,path=0000:02:00", "a property twice"],
    ["id=10de:2204,node=pve1,path=0000:01:00,what=1", "an unknown property"],
    ["id=10de,node=pve1,path=0000:01:00", "an id without device"],
    ["pve1", "no property at all"],
    ["id=10de:2204,node=pve1,path=0000:01:00,iommugroup=", "an empty value"],
  ])("is none: %s has %s", (line) => {
    expect(parseEntry(line)).toBeNull();
  });
});
