import { describe, expect, it } from "vitest";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import { SettingError } from "../../../src/proxmox/settings/setting-sources.ts";

describe("an endpoint", () => {
  it.each([
    ["https://pve1.example.com:8006", "https://pve1.example.com:8006", "pve1.example.com", 8006],
    ["https://pve1.example.com:8006/", "https://pve1.example.com:8006", "pve1.example.com", 8006],
    ["https://pve1.example.com:8006/api2/json", "https://pve1.example.com:8006", "pve1.example.com", 8006],
    ["https://pve1:8006/#v1:0:18:4:::::::", "https://pve1:8006", "pve1", 8006],
    ["https://pve1:8006/?console=shell#x", "https://pve1:8006", "pve1", 8006],
    ["HTTPS://PVE1.Example.COM:8006", "https://pve1.example.com:8006", "pve1.example.com", 8006],
    ["  https://pve1:8006\n", "https://pve1:8006", "pve1", 8006],
    ["https://10.0.0.1:8006", "https://10.0.0.1:8006", "10.0.0.1", 8006],
    ["https://[2001:db8::1]:8006", "https://[2001:db8::1]:8006", "2001:db8::1", 8006],
    ["https://[2001:DB8:0:0::1]:8006/", "https://[2001:db8::1]:8006", "2001:db8::1", 8006],
    ["https://[::1]", "https://[::1]", "::1", 443],
    ["https://pve1", "https://pve1", "pve1", 443],
    ["https://pve1:443", "https://pve1:443", "pve1", 443],
    ["https://pve1:08006", "https://pve1:8006", "pve1", 8006],
    ["https://münchen.example:8006", "https://xn--mnchen-3ya.example:8006", "xn--mnchen-3ya.example", 8006],
  ])("%j is %s", (text, url, host, port) => {
    const endpoint = parseEndpoint(text);
    expect(endpoint).toEqual({ url, host, port, explicitPort: /:\d+$/.test(url) });
  });

  const LIKE = 'write it like "https://pve1.example.com:8006".';
  it.each([
    ["", `The endpoint is empty; ${LIKE}`],
    ["  ", `The endpoint is empty; ${LIKE}`],
    ["pve1:8006", 'The endpoint "pve1:8006" has no scheme; write "https://pve1:8006".'],
    [
      "pve1.example.com",
      'The endpoint "pve1.example.com" has no scheme; write "https://pve1.example.com:8006".',
    ],
    [
      "[2001:db8::1]:8006/",
      'The endpoint "[2001:db8::1]:8006/" has no scheme; write "https://[2001:db8::1]:8006/".',
    ],
    ["https:pve1:8006", `The endpoint "https:pve1:8006" is no address; ${LIKE}`],
    ["https:/pve1:8006", `The endpoint "https:/pve1:8006" is no address; ${LIKE}`],
    ["not an address", `The endpoint "not an address" is no address; ${LIKE}`],
    [
      "http://pve1:8006/api2",
      'The endpoint "http://pve1:8006/api2" is not secure; Proxmox answers over HTTPS only: write "https://pve1:8006".',
    ],
    ["ftp://pve1:8006", `The endpoint "ftp://pve1:8006" does not begin with https://; ${LIKE}`],
    ["https://", `The endpoint "https://" has no host; ${LIKE}`],
    ["https:///pve1:8006", `The endpoint "https:///pve1:8006" has no host; ${LIKE}`],
    ["https://:8006", `The endpoint "https://:8006" has no host; ${LIKE}`],
    ["https://pve 1:8006", `The endpoint "https://pve 1:8006" has no valid host; ${LIKE}`],
    ["https://pve%31:8006", `The endpoint "https://pve%31:8006" has no valid host; ${LIKE}`],
    ["https://pve|1:8006", `The endpoint "https://pve|1:8006" has no valid host; ${LIKE}`],
    ["https://[xyz]:8006", `The endpoint "https://[xyz]:8006" has no valid host; ${LIKE}`],
    ["https://[::1:8006", `The endpoint "https://[::1:8006" has no valid host; ${LIKE}`],
    ["https://pve1:0", `The endpoint "https://pve1:0" has no valid port (1 to 65535); ${LIKE}`],
    ["https://pve1:65536", `The endpoint "https://pve1:65536" has no valid port (1 to 65535); ${LIKE}`],
    ["https://pve1:", `The endpoint "https://pve1:" has no valid port (1 to 65535); ${LIKE}`],
    ["https://pve1:80x6", `The endpoint "https://pve1:80x6" has no valid port (1 to 65535); ${LIKE}`],
    [
      "https://2001:db8::1",
      `The endpoint "https://2001:db8::1" has an IPv6 address without brackets, like https://[2001:db8::1]:8006; ${LIKE}`,
    ],
    [
      "https://[fe80::1%25eth0]:8006",
      `The endpoint "https://[fe80::1%25eth0]:8006" has an IPv6 address with a zone, which is not supported; ${LIKE}`,
    ],
  ])("%j is refused", (text, message) => {
    expect(() => parseEndpoint(text)).toThrow(new SettingError(message));
  });

  it.each([
    "https://root@pam:hunter2@pve1:8006",
    "https://hunter2@pve1",
    "root:hunter2@pve1:8006",
    "https://root:x/hunter2@pve1:8006",
    "https://root:hunter2#x@pve1:8006",
    "http://root:hunter2?x%40pve1:8006",
    "ssh://root:hunter2/x@pve1",
  ])("with credentials in it is refused without a word of them (%#)", (text) => {
    const error = (() => {
      try {
        return String(parseEndpoint(text));
      } catch (thrown) {
        return String(thrown);
      }
    })();
    expect(error).toContain("user name");
    expect(error).not.toContain("hunter2");
  });
});
