import { describe, expect, it } from "vitest";
import type { Cluster, GuestValue } from "../support/pve/cluster.ts";
import { startGuest, stopGuest } from "../support/pve/guest-start.ts";
import { hardwareCluster, readHardwareFile } from "../support/pve/hardware-file.ts";
import { TaskError } from "../support/pve/task.ts";

const load = (name: string): Cluster =>
  hardwareCluster(readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url))).cluster;

/** Adds a machine to a cluster. */
function guest(cluster: Cluster, vmid: number, node: string, config: Record<string, GuestValue>): void {
  cluster.guests.set(vmid, {
    vmid,
    type: "qemu",
    node,
    digest: null,
    resource: {},
    running: false,
    devices: [],
    config: new Map(Object.entries({ machine: "q35", ...config })),
    pending: new Map(),
    deleting: new Map(),
  });
}

/** How the task of a start ends. */
function start(cluster: Cluster, vmid: number): string {
  const found = cluster.guests.get(vmid);
  if (found === undefined) throw new Error(`there is no guest ${vmid}`);
  try {
    startGuest(cluster, found);
    return "OK";
  } catch (error) {
    if (error instanceof TaskError) return error.message;
    throw error;
  }
}

const QEMU_REFUSES = "start failed: QEMU exited with code 1\n";

describe("the IOMMU group of a device", () => {
  it("goes to one guest as a whole", () => {
    const cluster = load("usb-c-cards");
    guest(cluster, 500, "isa-bridge", { hostpci0: "01:00.0" });
    guest(cluster, 501, "isa-bridge", { hostpci0: "01:00.1" });
    expect([start(cluster, 500), start(cluster, 501)]).toEqual(["OK", QEMU_REFUSES]);
    const first = cluster.guests.get(500);
    if (first !== undefined) stopGuest(cluster, first);
    expect(start(cluster, 501)).toBe("OK");
  });

  it("is not opened twice: a device of an entry cannot be in args too", () => {
    const cluster = load("usb-c-cards");
    guest(cluster, 500, "isa-bridge", { hostpci0: "01:00.0", args: "-device vfio-pci,host=01:00.0" });
    expect(start(cluster, 500)).toBe(QEMU_REFUSES);
  });

  it("takes along what the host uses, an ISA bridge too, and leaves PCI bridges", () => {
    const cluster = load("usb-c-cards");
    guest(cluster, 500, "isa-bridge", { hostpci0: "01:00" });
    expect(start(cluster, 500)).toBe("OK");
    expect(cluster.harm).toEqual([
      "VM 500 took 0000:00:1f.0 from its host isa-bridge",
      "VM 500 took 0000:00:1f.3 from its host isa-bridge",
    ]);
    expect([...(cluster.nodes.get("isa-bridge")?.boundToVfio ?? [])]).not.toContain("0000:00:01.0");
  });

  it("gives no guest a PCI bridge, and takes the rest along before QEMU says so", () => {
    const cluster = load("consumer-no-acs");
    guest(cluster, 500, "desktop", { hostpci0: "00:1c.0" });
    guest(cluster, 501, "desktop", { args: "-device vfio-pci,host=00:01.0" });
    expect([start(cluster, 500), start(cluster, 501)]).toEqual([QEMU_REFUSES, QEMU_REFUSES]);
    expect([...(cluster.nodes.get("desktop")?.boundToVfio ?? [])]).toContain("0000:02:00.0");
  });

  it("has to be there", () => {
    const cluster = load("igpu-without-group");
    guest(cluster, 500, "pve", { hostpci0: "00:02.0" });
    expect(start(cluster, 500)).toBe("Cannot open iommu_group: No such file or directory\n");
  });

  it.each([
    ["of a running guest", "desk", "02:00.0", QEMU_REFUSES],
    ["that the host uses", "desk", "01:00.0", QEMU_REFUSES],
    ["that nobody uses", "desk", "04:00.0", "OK"],
    ["where nothing is", "desk", "09:00.0", QEMU_REFUSES],
  ])("is opened for args too: a device %s", (_, node, address, end) => {
    const cluster = load("host-uses-a-twin");
    guest(cluster, 500, node, { args: `-cpu host -device vfio-pci,host=${address},x-vga=on` });
    expect(start(cluster, 500)).toBe(end);
  });
});

describe("a physical function", () => {
  it("takes its virtual ones along, those of running guests too", () => {
    const cluster = load("igpu-vfs-9.2");
    guest(cluster, 500, "n100", { hostpci0: "0000:00:02.3" });
    guest(cluster, 501, "n100", { hostpci0: "0000:00:02.0" });
    expect([start(cluster, 500), start(cluster, 501)]).toEqual(["OK", "OK"]);
    expect(cluster.harm).toEqual(["VM 501 took 0000:00:02.3 from VM 500"]);
    const left = cluster.nodes.get("n100")?.hardware.filter(({ id }) => id.startsWith("0000:00:02")) ?? [];
    expect(left.map(({ id, virtfns }) => [id, virtfns])).toEqual([["0000:00:02.0", undefined]]);
  });
});

describe("a virtual function", () => {
  it("is not there for QEMU when the same guest takes its physical one", () => {
    const cluster = load("igpu-vfs-9.2");
    guest(cluster, 500, "n100", { hostpci0: "0000:00:02.3;0000:00:02.0" });
    expect(start(cluster, 500)).toBe(QEMU_REFUSES);
  });

  it("that shares the group of its physical one is gone before a guest gets it", () => {
    const cluster = load("vfs-in-one-group");
    expect(start(cluster, 101)).toBe("Cannot bind 0000:01:00.2 to vfio\n");
    expect(start(cluster, 102)).toBe("no PCI device found for '0000:01:00.3'\n");
  });
});

describe("a mapping", () => {
  it("that is gone ends the start", () => {
    const cluster = load("mapping-that-is-gone");
    guest(cluster, 500, "pve3", { hostpci0: "mapping=gpu-2" });
    expect(start(cluster, 500)).toBe("PCI device mapping not found for 'gpu-2'\n");
  });

  it("gives each guest the next of its devices", () => {
    const cluster = load("card-as-two-lines");
    expect([start(cluster, 120), start(cluster, 121)]).toEqual(["OK", QEMU_REFUSES]);
    expect(cluster.guests.get(120)?.devices).toEqual(["0000:3c:00.0"]);
  });

  it.each([
    [
      "mapping-that-is-gone",
      100,
      "PCI device mapping invalid (hardware probably changed): 'iommugroup' does not match for 'nvidia_3060' (31 != 2)\n\n",
    ],
    ["no-line-for-the-node", 110, "PCI device mapping not found for 'p40'\n"],
    ["device-twice", 104, "device '0000:0b:00.1' assigned more than once\n"],
  ])("of %s ends the start of guest %i", (name, vmid, end) => {
    expect(start(load(name), vmid)).toBe(end);
  });

  it("is compared as the guest's member does it", () => {
    const cluster = load("mid-upgrade");
    const flex = cluster.mappings.get("flex");
    if (flex === undefined) throw new Error("the cluster has no mapping flex");
    flex.mdev = 1;
    const ends = ["old", "newer", "newest"].map((node, index) => {
      guest(cluster, 500 + index, node, { hostpci0: "mapping=flex" });
      return start(cluster, 500 + index);
    });
    const mismatch =
      "PCI device mapping invalid (hardware probably changed): 'mdev' does not match for 'flex' (0 != 1)\n\n";
    expect(ends).toEqual([mismatch, mismatch, mismatch]);
    const old = cluster.nodes.get("old");
    if (old !== undefined) old.version = { version: "8.2.2" };
    expect(start(cluster, 500)).toBe("OK");
  });
});

describe("a VF of NVIDIA's newer driver", () => {
  const VGPU = "mapping=l40s-vgpu,mdev=nvidia-1148";

  it("takes a type, one VF a guest", () => {
    const cluster = load("nvidia-vgpu-9.2");
    for (const vmid of [500, 501, 502, 503]) guest(cluster, vmid, "vgpu", { hostpci0: VGPU });
    const ends = [500, 501, 502, 503].map((vmid) => start(cluster, vmid));
    expect(ends).toEqual(["OK", "OK", "OK", "could not find a free device for 'hostpci0'\n"]);
    expect(cluster.guests.get(501)?.devices).toEqual(["0000:c1:00.5"]);
  });

  it.each([
    [
      "another guest's",
      "0000:c1:00.4",
      "PCI device '0000:c1:00.4' already in use by VMID '500'\n",
      "nvidia-1155",
    ],
    ["one without the type", "0000:c1:00.5", "vgpu type '9' not available for '0000:c1:00.5'\n", "nvidia-9"],
    ["none of the new kind", "0000:c1:00.0", "could not create mediated device\n", "nvidia-1148"],
  ])("is not given: %s", (_, host, end, mdev) => {
    const cluster = load("nvidia-vgpu-9.2");
    guest(cluster, 500, "vgpu", { hostpci0: VGPU });
    guest(cluster, 501, "vgpu", { hostpci0: `${host},mdev=${mdev}` });
    expect([start(cluster, 500), start(cluster, 501)]).toEqual(["OK", end]);
  });
});

describe("a mediated device", () => {
  it("is made while there is one left, also for two entries of one guest, and given back", () => {
    const cluster = load("nvidia-vgpu-9.2");
    const entry = "mapping=t4,mdev=nvidia-230";
    guest(cluster, 500, "plain", { hostpci0: entry, hostpci1: entry });
    guest(cluster, 501, "plain", { hostpci0: entry });
    expect([start(cluster, 500), start(cluster, 501)]).toEqual(["OK", "could not create mediated device\n"]);
    const first = cluster.guests.get(500);
    if (first !== undefined) stopGuest(cluster, first);
    expect(start(cluster, 501)).toBe("OK");
  });
});

describe("a hostpci entry", () => {
  it.each([
    ["driver=keep leaves the driver", "0000:04:00.0,driver=keep", "OK", []],
    [
      "the host's disk is the host's no more",
      "0000:03:00.0",
      "OK",
      ["VM 500 took 0000:03:00.0 from its host desk"],
    ],
    [
      "what cannot be read",
      "03:00.0,pcie=maybe",
      "format error\nhostpci.pcie: type check ('boolean') failed - got 'maybe'\n",
      [],
    ],
    ["both", "host=03:00.0,mapping=disk", "Cannot set both 'host' and 'mapping'.\n", []],
  ])("%s", (_, hostpci0, end, harm) => {
    const cluster = load("host-uses-a-twin");
    guest(cluster, 500, "desk", { hostpci0 });
    expect(start(cluster, 500)).toBe(end);
    expect(cluster.harm).toEqual(harm);
  });
});
