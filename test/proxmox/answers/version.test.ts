import { describe, expect, it } from "vitest";
import { root } from "../../../src/proxmox/answers/decode.ts";
import { compareVersions, decodeVersion } from "../../../src/proxmox/answers/version.ts";
import { Problem } from "../../../src/proxmox/errors.ts";

/** From old to new. */
const VERSIONS = [
  "6.4-15",
  "7.0",
  "7.4",
  "7.4-3",
  "7.4-20",
  "8.0~beta",
  "8.0.2",
  "8.4.1",
  "8.4.14",
  "9.0~beta",
  "9.0.0",
  "9.1.4",
  "9.1.12",
  "9.2.11",
  "10.0",
];

describe("versions of Proxmox VE", () => {
  it("are ordered from old to new", () => {
    expect(VERSIONS.toReversed().toSorted(compareVersions)).toEqual(VERSIONS);
  });

  it.each([
    ["9.0", "9.0.0"],
    ["7.4-20", "7.4.20"],
    ["9.0~beta", "9.0.0~11"],
  ])("%s counts as much as %s", (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  it.each(["7.4-20", "9.2.11", "9.0~beta", "8.4.1-1-pve", "9"])("%s is one", (version) => {
    expect(decodeVersion(root({ version }))).toBe(version);
  });

  it.each([
    [{}, "data.version should be a text but is missing"],
    [{ version: "unstable" }, 'data.version should be a version like 9.1.2 but is "unstable"'],
    [{ version: ["9"] }, "data.version should be a text but is a list"],
    [[], "data should be an object but is an empty list"],
    [null, "data should be an object but is missing"],
  ])("%j has none", (data, message) => {
    const decode = () => decodeVersion(root(data));
    expect(decode).toThrow(Problem);
    expect(decode).toThrow(message);
  });
});
