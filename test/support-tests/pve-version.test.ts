import { describe, expect, it } from "vitest";
import { parseVersion } from "../support/pve/version.ts";

describe("the version", () => {
  it.each([
    ["9.2.11", [9, 2, 11]],
    ["7.4-20", [7, 4, 20]],
    ["9.0.0~11", [9, 0, 0]],
    ["8.4", [8, 4, 0]],
  ])("%s is read as %o", (text, numbers) => {
    expect(parseVersion(text)).toEqual(numbers);
  });

  it("that is none is refused", () => {
    expect(() => parseVersion("nine")).toThrow('not a version of Proxmox VE: "nine"');
  });
});
