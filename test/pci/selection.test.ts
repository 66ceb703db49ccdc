import { describe, expect, test } from "vitest";
import { byClasses, byIds, byMdev, byVendorIds } from "../../src/pci/criterion.ts";
import { parsePathSelector } from "../../src/pci/path-selector.ts";
import { nearestToAddress, nearMisses, select } from "../../src/pci/selection.ts";
import { AUDIO, host, NIC } from "./support/hardware.ts";

const HOSTS = [
  host({ "0000:01:00.0": {}, "0000:01:00.1": AUDIO, "0000:05:00.0": NIC }),
  host(
    { "0000:02:00.0": { mdev: 1 }, "0000:01:00.0": { vendor: "0x1002", device: "0x73bf" } },
    { node: "pve2" },
  ),
];

const where = (devices: readonly { node: string; path: string }[]): string[] =>
  devices.map(({ node, path }) => `${node} ${path}`);

describe("select", () => {
  test("takes everything without a criterion, in the order of hosts and addresses", () => {
    expect(where(select(HOSTS, []))).toEqual([
      "pve1 0000:01:00.0",
      "pve1 0000:01:00.1",
      "pve1 0000:05:00.0",
      "pve2 0000:01:00.0",
      "pve2 0000:02:00.0",
    ]);
  });

  test("takes what fulfils all of several criteria", () => {
    expect(where(select(HOSTS, [byClasses(["gpu"]), byVendorIds(["10de"])]))).toEqual([
      "pve1 0000:01:00.0",
      "pve2 0000:02:00.0",
    ]);
    expect(select(HOSTS, [byClasses(["gpu"]), byClasses(["audio"])])).toEqual([]);
  });
});

describe("nearMisses", () => {
  const misses = (...args: Parameters<typeof nearMisses>) =>
    nearMisses(...args).map(({ device, failed }) => [`${device.node} ${device.path}`, ...failed]);

  test("begins with what fails least, GPUs first", () => {
    const criteria = [byVendorIds(["10de"]), byMdev(true), byIds(["10de:1aef", "10de:2204"])];
    expect(misses(HOSTS, criteria, 10)).toEqual([
      ["pve1 0000:01:00.0", "mdev"],
      ["pve1 0000:01:00.1", "mdev"],
    ]);
  });

  test("prefers a GPU among those that fail one of two", () => {
    expect(misses(HOSTS, [byMdev(false), byIds(["10de:ffff"])], 10)).toEqual([
      ["pve1 0000:01:00.0", "ids"],
      ["pve2 0000:01:00.0", "ids"],
      ["pve1 0000:01:00.1", "ids"],
      ["pve1 0000:05:00.0", "ids"],
    ]);
  });

  test("begins with a slip of the pen, also where all else fails", () => {
    expect(misses(HOSTS, [byIds(["1002:73be"])], 2)).toEqual([
      ["pve2 0000:01:00.0", "ids"],
      ["pve1 0000:01:00.0", "ids"],
    ]);
    expect(misses(HOSTS, [byMdev(true), byIds(["1002:73be"])], 2)).toEqual([
      ["pve2 0000:02:00.0", "ids"],
      ["pve2 0000:01:00.0", "mdev", "ids"],
    ]);
    expect(misses(HOSTS, [byClasses(["usb"]), byIds(["1002:73be"])], 2)).toEqual([
      ["pve2 0000:01:00.0", "classes", "ids"],
    ]);
  });

  test("gives what fails the only criterion", () => {
    expect(misses(HOSTS, [byIds(["10de:ffff"])], 2)).toEqual([
      ["pve1 0000:01:00.0", "ids"],
      ["pve2 0000:01:00.0", "ids"],
    ]);
  });

  test("begins with consoles where no GPU is, which are what was taken for one", () => {
    const server = host({ "0000:02:00.0": NIC, "0000:03:00.0": { vendor: "0x1a03", device: "0x2000" } });
    expect(misses([server], [byClasses(["gpu"])], 1)).toEqual([["pve1 0000:03:00.0", "classes"]]);
  });

  test("has nothing to say without criteria or hosts", () => {
    expect(misses(HOSTS, [], 10)).toEqual([]);
    expect(misses([], [byMdev(true)], 10)).toEqual([]);
  });
});

describe("nearestToAddress", () => {
  const CLUSTER = [
    host({
      "0000:03:00.0": NIC,
      "0000:03:01.0": NIC,
      "0000:05:00.0": {},
      "0000:06:00.0": NIC,
      "0001:03:00.2": NIC,
    }),
    host({ "0000:03:00.1": NIC, "0000:03:00.3": NIC, "0000:07:00.0": {} }, { node: "pve2" }),
  ];
  const nearest = (text: string, limit = 10) =>
    where(nearestToAddress(CLUSTER, parsePathSelector(text), limit));

  test("gives the address on another node, then what is ever farther away", () => {
    expect(nearest("pve1/03:00.1")).toEqual([
      "pve2 0000:03:00.1",
      "pve1 0000:03:00.0",
      "pve2 0000:03:00.3",
      "pve1 0001:03:00.2",
      "pve1 0000:03:01.0",
      "pve1 0000:05:00.0",
      "pve2 0000:07:00.0",
    ]);
  });

  test("gives the functions of a slot that another node has", () => {
    expect(nearest("pve2/05:00")).toEqual(["pve1 0000:05:00.0", "pve2 0000:07:00.0"]);
  });

  test("prefers the node that is named", () => {
    expect(nearest("pve2/03:00.7", 6)).toEqual([
      "pve2 0000:03:00.1",
      "pve2 0000:03:00.3",
      "pve1 0000:03:00.0",
      "pve1 0001:03:00.2",
      "pve1 0000:03:01.0",
      "pve2 0000:07:00.0",
    ]);
  });

  test("knows no node before another when none is named", () => {
    expect(nearest("03:00.7", 4)).toEqual([
      "pve1 0000:03:00.0",
      "pve2 0000:03:00.1",
      "pve2 0000:03:00.3",
      "pve1 0001:03:00.2",
    ]);
  });

  test("gives GPUs when nothing is near, and nothing when there are none", () => {
    expect(nearest("99:00.0")).toEqual(["pve1 0000:05:00.0", "pve2 0000:07:00.0"]);
    expect(nearestToAddress([host({ "0000:03:00.0": NIC })], parsePathSelector("99:00.0"), 10)).toEqual([]);
  });
});
