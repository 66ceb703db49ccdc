import { describe, expect, test } from "vitest";
import {
  byClasses,
  byIds,
  byMdev,
  byNames,
  byPaths,
  byPhysicalFunction,
  bySubsystemIds,
  byVendorIds,
  byVirtualFunctions,
  type Criterion,
} from "../../src/pci/criterion.ts";
import { PciFormatError } from "../../src/pci/format-error.ts";
import { parseNameRegex } from "../../src/pci/name-regex.ts";
import { parseFunctionSelector, parsePathSelector } from "../../src/pci/path-selector.ts";
import { AUDIO, host, NIC } from "./support/hardware.ts";

const BOARD = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };
const HOSTS = [
  host({
    "0000:01:00.0": BOARD,
    "0000:01:00.1": { ...AUDIO, subsystem_vendor: "0x0000", subsystem_device: "0x0000" },
    "0000:02:00.0": { vendor: "0x1002", device: "0x73bf", vendor_name: undefined, device_name: undefined },
    "0000:c1:00.0": { ...NIC, virtfns: { virtfn0: "0000:c1:00.4" } },
    "0000:c1:00.4": { ...NIC, physfn: "0000:c1:00.0", mdev: 1 },
  }),
  host({ "0000:01:00.0": {}, "10000:01:00.0": NIC }, { node: "pve2" }),
  host({ "0000:c1:00.0": {}, "0000:c1:00.4": {} }, { node: "pve3", reports: false }),
];

/** `pve1 01:00.0` for every function that the criterion takes. */
const taken = (criterion: Criterion): string[] =>
  HOSTS.flatMap((one) =>
    one.devices.filter((it) => criterion.matches(it, one)).map(({ node, path }) => `${node} ${path}`),
  );

const GPUS = ["pve1 0000:01:00.0", "pve1 0000:02:00.0", "pve2 0000:01:00.0"];
const SILENT = ["pve3 0000:c1:00.0", "pve3 0000:c1:00.4"];

describe("a criterion", () => {
  const paths = (...texts: string[]) => byPaths(texts.map(parsePathSelector));
  const named = (source: string) => {
    const names = HOSTS.flatMap((one) => one.devices.flatMap(({ name }) => name ?? []));
    const regex = parseNameRegex(source);
    return byNames(new Set(names.filter((name) => regex.test(name))), () => new Set());
  };
  const physical = (text: string) => byPhysicalFunction(parseFunctionSelector(text));

  test.each<[string, Criterion, string, string[]]>([
    ["classes", byClasses(["gpu"]), "one class", [...GPUS, ...SILENT]],
    [
      "classes",
      byClasses(["0403", "network"]),
      "either of two",
      ["pve1 0000:01:00.1", "pve1 0000:c1:00.0", "pve1 0000:c1:00.4", "pve2 10000:01:00.0"],
    ],
    ["vendor_ids", byVendorIds(["0x1002", "FFFF"]), "either vendor", ["pve1 0000:02:00.0"]],
    ["ids", byIds(["10DE:1AEF", "0x1002:0x73bf"]), "either id", ["pve1 0000:01:00.1", "pve1 0000:02:00.0"]],
    ["subsystem_ids", bySubsystemIds(["1462:3884"]), "a board", ["pve1 0000:01:00.0"]],
    ["subsystem_ids", bySubsystemIds(["0000:0000"]), "zeros, and not absence", ["pve1 0000:01:00.1"]],
    [
      "name_regex",
      named("RTX 3090\\]"),
      "part of a name",
      ["pve1 0000:01:00.0", "pve2 0000:01:00.0", ...SILENT],
    ],
    ["name_regex", named("(?i)^nvidia.*audio"), "whatever the case", ["pve1 0000:01:00.1"]],
    ["name_regex", named("^nvidia"), "nothing in another case", []],
    ["mdev", byMdev(true), "mediated devices", ["pve1 0000:c1:00.4"]],
    [
      "virtual_functions",
      byVirtualFunctions(true),
      "virtual functions, reported or inferred",
      ["pve1 0000:c1:00.4", "pve3 0000:c1:00.4"],
    ],
    [
      "physical_function",
      physical("C1:00.0"),
      "those of one on every node",
      ["pve1 0000:c1:00.4", "pve3 0000:c1:00.4"],
    ],
    ["physical_function", physical("pve3/c1:00.0"), "those of one on one node", ["pve3 0000:c1:00.4"]],
    ["physical_function", physical("c1:00.4"), "none of another", []],
    [
      "paths",
      paths("01:00"),
      "a slot on every node, in domain 0000",
      ["pve1 0000:01:00.0", "pve1 0000:01:00.1", "pve2 0000:01:00.0"],
    ],
    [
      "paths",
      paths("0000:01:00.1", "10000:01:00.0"),
      "either address",
      ["pve1 0000:01:00.1", "pve2 10000:01:00.0"],
    ],
    ["paths", paths("pve2/01:00.0", "pve2/c1:00"), "what is on the node named", ["pve2 0000:01:00.0"]],
    [
      "paths",
      paths("pve1/01:00.0", "01:00.0"),
      "one address given twice",
      ["pve1 0000:01:00.0", "pve2 0000:01:00.0"],
    ],
  ])("of %s takes %3$s", (argument, criterion, _what, expected) => {
    expect(criterion.argument).toBe(argument);
    expect(taken(criterion)).toEqual(expected);
  });

  test("of mdev = false and virtual_functions = false takes all others", () => {
    const all = HOSTS.reduce((sum, one) => sum + one.devices.length, 0);
    expect(taken(byMdev(false))).toHaveLength(all - 1);
    expect(taken(byVirtualFunctions(false))).toHaveLength(all - 2);
  });

  test.each<[string, () => Criterion, string]>([
    ["classes", () => byClasses(["gpu", "0"]), '"0" is not a class'],
    ["vendor_ids", () => byVendorIds(["10de", "x"]), '"x" is not a vendor id'],
    ["ids", () => byIds(["10de"]), '"10de" is not a device id'],
    ["subsystem_ids", () => bySubsystemIds(["10de"]), '"10de" is not a subsystem id'],
  ])("of %s refuses what it cannot read", (_argument, make, message) => {
    expect(make).toThrow(PciFormatError);
    expect(make).toThrow(message);
  });
});

describe("what nearly matches", () => {
  const near = (criterion: Criterion): string[] =>
    HOSTS.flatMap((one) =>
      one.devices
        .filter((it) => !criterion.matches(it, one) && criterion.nearly?.(it) === true)
        .map(({ node, path }) => `${node} ${path}`),
    );

  test.each<[string, Criterion, string[]]>([
    ["one digit of a vendor id", byVendorIds(["1003"]), ["pve1 0000:02:00.0"]],
    ["one digit of an id", byIds(["1002:73be"]), ["pve1 0000:02:00.0"]],
    ["one digit of the vendor in an id", byIds(["1012:73bf"]), ["pve1 0000:02:00.0"]],
    ["two neighbours that changed places", byIds(["1002:37bf"]), ["pve1 0000:02:00.0"]],
    ["one digit of one of several ids", byIds(["8086:56a0", "1002:73be"]), ["pve1 0000:02:00.0"]],
    ["not two digits", byIds(["1002:73ae"]), []],
    ["not two that are apart", byIds(["1002:b37f"]), []],
    ["one digit of a subsystem id", bySubsystemIds(["1462:3885"]), ["pve1 0000:01:00.0"]],
    ["not what has none", bySubsystemIds(["0000:0001"]), ["pve1 0000:01:00.1"]],
    ["nothing of other filters", byMdev(false), []],
  ])("is %s", (_what, criterion, expected) => {
    expect(near(criterion)).toEqual(expected);
  });

  test("is a name in another case, which is looked for only when asked", () => {
    let asked = 0;
    const criterion = byNames(new Set(), () => {
      asked++;
      return new Set(
        HOSTS[0]?.devices.flatMap(({ name, path }) => (path.endsWith("01:00.1") ? (name ?? []) : [])),
      );
    });
    expect(taken(criterion)).toEqual([]);
    expect(asked).toBe(0);
    expect(near(criterion)).toEqual(["pve1 0000:01:00.1"]);
    expect(asked).toBe(1);
  });
});
