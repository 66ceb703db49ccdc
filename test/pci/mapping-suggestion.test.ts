import { describe, expect, test } from "vitest";
import { deviceFromRecord, type PciRecord } from "../../src/pci/device.ts";
import { arrangeHost, type Host } from "../../src/pci/host.ts";
import { type MappingLine, parseMappingLine } from "../../src/pci/mapping-line.ts";
import { HeldAddresses, suggestLines } from "../../src/pci/mapping-suggestion.ts";

function card(id: string, device: string, more: Partial<PciRecord> = {}): PciRecord {
  return {
    id,
    class: "030000",
    vendor: "10de",
    device,
    iommugroup: 14,
    subsystem_vendor: "1462",
    subsystem_device: "3884",
    ...more,
  };
}

function hostOf(...records: readonly PciRecord[]): Host {
  return arrangeHost(
    "pve1",
    records.map((record) => deviceFromRecord("pve1", record)),
    true,
  );
}

function line(text: string): MappingLine {
  const parsed = parseMappingLine(`node=pve1,${text}`);
  if (parsed === null) throw new Error(`no line: ${text}`);
  return parsed;
}

const CARD = "id=10de:2204,subsystem-id=1462:3884,iommugroup=14";

/** The suggestion for lines of one mapping, as `path id group` each. */
function suggested(lines: readonly string[], host: Host, others: readonly string[] = []) {
  const own = lines.map(line);
  const held = new HeldAddresses([...own, ...others.map(line)]);
  const { lines: mended, ambiguous } = suggestLines(own, host, held);
  return {
    lines: mended.map(
      ({ path, id, subsystemId, iommuGroup }) => `${path} ${id} ${subsystemId} ${iommuGroup}`,
    ),
    ambiguous: [...ambiguous],
  };
}

describe("a line for a device", () => {
  test("that has moved follows it, with the form of its path", () => {
    const host = hostOf(
      card("0000:07:00.0", "2204", { iommugroup: 21 }),
      card("0000:07:00.1", "1aef", { iommugroup: 21 }),
    );
    expect(suggested([`path=0000:01:00,${CARD}`], host).lines).toEqual(["0000:07:00 10de:2204 1462:3884 21"]);
    expect(suggested([`path=0000:01:00.0,${CARD}`], host).lines).toEqual([
      "0000:07:00.0 10de:2204 1462:3884 21",
    ]);
  });

  test("that has moved follows it although another device is at its old address now", () => {
    const host = hostOf(card("0000:01:00.0", "1e07"), card("0000:07:00.0", "2204"));
    expect(suggested([`path=0000:01:00.0,${CARD}`], host).lines).toEqual([
      "0000:07:00.0 10de:2204 1462:3884 14",
    ]);
  });

  test("that may have moved to any of several places is left out, and the places are named", () => {
    const host = hostOf(card("0000:07:00.0", "2204"), card("0000:08:00.0", "2204"));
    expect(suggested([`path=0000:01:00.0,${CARD}`], host)).toEqual({
      lines: [],
      ambiguous: [["0000:01:00.0", ["0000:07:00.0", "0000:08:00.0"]]],
    });
  });

  test("does not move to where another mapping is, be it to one function of the card", () => {
    const host = hostOf(card("0000:01:00.0", "1e07"), card("0000:07:00.0", "2204"));
    expect(suggested([`path=0000:01:00.0,${CARD}`], host, ["path=0000:07:00"]).lines).toEqual([
      "0000:01:00.0 10de:1e07 1462:3884 14",
    ]);
    expect(suggested([`path=0000:01:00,${CARD}`], host, ["path=0000:07:00.1"]).lines).toEqual([
      "0000:01:00 10de:1e07 1462:3884 14",
    ]);
  });

  test("that was replaced takes the values of the new one", () => {
    const host = hostOf(card("0000:01:00.0", "2684", { iommugroup: -1, subsystem_device: "0001" }));
    expect(suggested([`path=0000:01:00.0,${CARD}`], host).lines).toEqual([
      "0000:01:00.0 10de:2684 1462:0001 null",
    ]);
  });

  test.each(["050000", "060400", "0b4000"])(
    "is left out where a device of class %s took its place",
    (code) => {
      const host = hostOf(card("0000:01:00.0", "2684", { class: code }));
      expect(suggested([`path=0000:01:00.0,${CARD}`], host).lines).toEqual([]);
    },
  );

  test("takes the values of an NVSwitch, a bridge that can be passed through", () => {
    const host = hostOf(card("0000:01:00.0", "22a3", { class: "068000" }));
    expect(suggested([`path=0000:01:00.0,${CARD}`], host).lines).toEqual([
      "0000:01:00.0 10de:22a3 1462:3884 14",
    ]);
  });

  test("that is nowhere is left out", () => {
    expect(suggested([`path=0000:01:00.0,${CARD}`], hostOf(card("0000:02:00.0", "1e07"))).lines).toEqual([]);
  });

  test("that is in its place has its values mended: case, group, missing subsystem", () => {
    const host = hostOf(card("0000:01:00.0", "2204"));
    expect(suggested(["path=0000:01:00.0,id=10DE:2204,iommugroup=-1"], host).lines).toEqual([
      "0000:01:00.0 10de:2204 1462:3884 14",
    ]);
  });
});

describe("several lines for one node", () => {
  test("are all given, also those that are right", () => {
    const host = hostOf(card("0000:01:00.0", "2204"), card("0000:02:00.0", "2204", { iommugroup: 15 }));
    expect(suggested([`path=0000:01:00.0,${CARD}`, `path=0000:02:00.0,${CARD}`], host).lines).toEqual([
      "0000:01:00.0 10de:2204 1462:3884 14",
      "0000:02:00.0 10de:2204 1462:3884 15",
    ]);
  });

  test("do not both move to the one card that is left", () => {
    const host = hostOf(card("0000:07:00.0", "2204"));
    expect(suggested([`path=0000:01:00.0,${CARD}`, `path=0000:02:00.0,${CARD}`], host).lines).toEqual([
      "0000:07:00.0 10de:2204 1462:3884 14",
    ]);
  });
});

describe("a line with several addresses", () => {
  test("keeps those whose devices are alike", () => {
    const host = hostOf(
      card("0000:01:00.0", "2204"),
      card("0000:02:00.0", "2204"),
      card("0000:03:00.0", "1e07"),
    );
    expect(suggested([`path=0000:01:00.0;0000:02:00.0;0000:03:00.0,${CARD}`], host).lines).toEqual([
      "0000:01:00.0;0000:02:00.0 10de:2204 1462:3884 14",
    ]);
  });
});

test("the comment of a line is kept", () => {
  const own = [line(`path=0000:01:00.0,description=left%20slot,${CARD}`)];
  const { lines } = suggestLines(own, hostOf(card("0000:07:00.0", "2204")), new HeldAddresses(own));
  expect(lines).toMatchObject([{ comment: "left slot", path: "0000:07:00.0" }]);
});
