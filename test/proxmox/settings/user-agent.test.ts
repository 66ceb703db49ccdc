import { describe, expect, it } from "vitest";
import { userAgent } from "../../../src/proxmox/settings/user-agent.ts";

describe("the User-Agent", () => {
  it.each([
    [undefined, "terraform-provider-gpuhost/1.2.3"],
    ["", "terraform-provider-gpuhost/1.2.3"],
    ["  ", "terraform-provider-gpuhost/1.2.3"],
    ["CI/7 (nightly)", "terraform-provider-gpuhost/1.2.3 CI/7 (nightly)"],
    ["a\r\nX-Evil: 1\u00e9", "terraform-provider-gpuhost/1.2.3 a X-Evil: 1"],
  ])("with TF_APPEND_USER_AGENT=%j is %s", (appended, expected) => {
    expect(userAgent("1.2.3", { TF_APPEND_USER_AGENT: appended })).toBe(expected);
  });
});
