import { describe, expect, test } from "vitest";
import { formatAddress } from "../../src/pci/address.ts";
import { parseMappingLine } from "../../src/pci/mapping-line.ts";

/** The line as read, its addresses written out. */
function read(text: string) {
  const line = parseMappingLine(text);
  return line === null ? null : { ...line, addresses: line.addresses.map(formatAddress) };
}

describe("parseMappingLine", () => {
  test("reads all that a line may say, as it is written", () => {
    const text =
      "description=left%20slot%2C%20top,id=10DE:2204,iommugroup=14,node=pve1,path=01:00,subsystem-id=1462:ABCD";
    expect(read(text)).toEqual({
      node: "pve1",
      path: "01:00",
      addresses: ["0000:01:00"],
      id: "10DE:2204",
      subsystemId: "1462:ABCD",
      iommuGroup: 14,
      comment: "left slot, top",
    });
  });

  test("has null for what a line leaves out", () => {
    expect(read("path=10000:e1:00.0,node=pve1")).toEqual({
      node: "pve1",
      path: "10000:e1:00.0",
      addresses: ["10000:e1:00.0"],
      id: null,
      subsystemId: null,
      iommuGroup: null,
      comment: null,
    });
  });

  test("reads several addresses, and keeps those that are none in the path alone", () => {
    expect(read("node=pve1,path=0000:41:00.0;gone;0000:81:00")).toMatchObject({
      path: "0000:41:00.0;gone;0000:81:00",
      addresses: ["0000:41:00.0", "0000:81:00"],
    });
  });

  test.each([
    ["iommugroup=0", 0],
    ["iommugroup=-1", -1],
    ["iommugroup=", null],
    ["iommugroup=many", null],
  ])("takes %s for the group %j", (property, group) => {
    expect(read(`node=pve1,path=01:00,${property}`)?.iommuGroup).toBe(group);
  });

  test("keeps a description that is not encoded properly", () => {
    expect(read("node=pve1,path=01:00,description=100%")?.comment).toBe("100%");
  });

  test.each(["", "id=10de:2204,path=0000:01:00", "id=10de:2204,node=pve1", "pve1"])(
    "reads nothing in %j",
    (text) => {
      expect(read(text)).toBeNull();
    },
  );
});
