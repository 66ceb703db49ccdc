import { describe, expect, it } from "vitest";
import { Problem } from "../../../src/proxmox/errors.ts";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import { proxyFor } from "../../../src/proxmox/tls/proxy.ts";

const PROXY = "http://proxy.example.com:3128";
const ENDPOINT = "https://pve1.example.com:8006";

const through = (environment: Record<string, string>, endpoint = ENDPOINT) =>
  proxyFor(parseEndpoint(endpoint), environment, () => {});

describe("the proxy", () => {
  it.each([
    ["http://proxy.example.com:3128", "http://proxy.example.com:3128", "proxy.example.com", 3128, false],
    ["proxy.example.com:3128", "http://proxy.example.com:3128", "proxy.example.com", 3128, false],
    ["http://proxy.example.com", "http://proxy.example.com", "proxy.example.com", 80, false],
    ["https://proxy.example.com", "https://proxy.example.com", "proxy.example.com", 443, true],
    ["http://[2001:db8::5]:3128/", "http://[2001:db8::5]:3128", "2001:db8::5", 3128, false],
  ])("of HTTPS_PROXY=%s", (address, url, host, port, secure) => {
    expect(through({ HTTPS_PROXY: address })).toEqual({ url, host, port, secure, authorization: null });
  });

  it("is the one in lower case when there is none in upper case", () => {
    expect(through({ https_proxy: PROXY })?.url).toBe(PROXY);
    expect(through({ HTTPS_PROXY: "", https_proxy: PROXY })?.url).toBe(PROXY);
    expect(through({ HTTPS_PROXY: "http://a:1", https_proxy: PROXY })?.url).toBe("http://a:1");
  });

  it("of plain HTTP is none for HTTPS", () => {
    expect(through({ HTTP_PROXY: PROXY, http_proxy: PROXY })).toBeNull();
  });

  it("gets its credentials, and they are secrets", () => {
    const secrets: string[] = [];
    const environment = { HTTPS_PROXY: "http://me:p%40ss@proxy.example.com:3128" };
    const proxy = proxyFor(parseEndpoint(ENDPOINT), environment, (secret) => secrets.push(secret));
    const encoded = Buffer.from("me:p@ss").toString("base64");
    expect(proxy?.authorization).toBe(`Basic ${encoded}`);
    expect(proxy?.url).toBe(PROXY);
    expect(secrets).toEqual(["p@ss", encoded]);
  });

  it.each([
    [
      "socks5://proxy.example.com:1080",
      "HTTPS_PROXY names a socks5 proxy, which is not supported; use an HTTP proxy, or add the Proxmox host to NO_PROXY.",
    ],
    ["http://", "HTTPS_PROXY is no address of a proxy; it should look like http://proxy.example.com:3128."],
    [
      "http://me:hunter2@pro xy",
      "HTTPS_PROXY is no address of a proxy; it should look like http://proxy.example.com:3128.",
    ],
  ])("%s is refused without being repeated", (address, message) => {
    expect(() => through({ HTTPS_PROXY: address })).toThrow(new Problem({ code: "proxy", text: message }));
  });

  it("that makes no sense does not matter where none is used", () => {
    expect(through({ HTTPS_PROXY: "socks5://x", NO_PROXY: "*" })).toBeNull();
  });
});

/** As Go's golang.org/x/net/http/httpproxy decides. */
describe("NO_PROXY", () => {
  it.each([
    ["pve1.example.com", ENDPOINT],
    ["PVE1.example.COM", ENDPOINT],
    ["example.com", ENDPOINT],
    [".example.com", ENDPOINT],
    ["*.example.com", ENDPOINT],
    ["other, example.com ,x", ENDPOINT],
    ["*", ENDPOINT],
    ["example.com:8006", ENDPOINT],
    ["pve1", "https://pve1"],
    ["pve1:443", "https://pve1"],
    ["10.0.0.1", "https://10.0.0.1:8006"],
    ["10.0.0.1:8006", "https://10.0.0.1:8006"],
    ["10.0.0.0/8", "https://10.1.2.3:8006"],
    ["2001:db8::1", "https://[2001:db8::1]:8006"],
    ["[2001:db8::1]:8006", "https://[2001:db8::1]:8006"],
    ["2001:db8::/32", "https://[2001:db8:1::1]:8006"],
  ])("%s exempts %s", (noProxy, endpoint) => {
    expect(through({ HTTPS_PROXY: PROXY, NO_PROXY: noProxy }, endpoint)).toBeNull();
    expect(through({ https_proxy: PROXY, no_proxy: noProxy }, endpoint)).toBeNull();
  });

  it.each([
    ["", ENDPOINT],
    ["ample.com", ENDPOINT],
    [".pve1.example.com", ENDPOINT],
    ["example.com:443", ENDPOINT],
    ["pve2.example.com", ENDPOINT],
    [":8006", ENDPOINT],
    ["10.0.0.1:443", "https://10.0.0.1:8006"],
    ["10.0.0", "https://10.0.0.1:8006"],
    ["10.0.0.0/33", "https://10.0.0.1:8006"],
    ["11.0.0.0/8", "https://10.0.0.1:8006"],
    ["2001:db8::2", "https://[2001:db8::1]:8006"],
    ["*.0.0.1", "https://10.0.0.1:8006"],
    ["a:b:c", ENDPOINT],
  ])("%j does not exempt %s", (noProxy, endpoint) => {
    expect(through({ HTTPS_PROXY: PROXY, NO_PROXY: noProxy }, endpoint)?.url).toBe(PROXY);
  });

  it.each(["https://localhost:8006", "https://127.0.0.1:8006", "https://127.9.9.9", "https://[::1]:8006"])(
    "need not name %s",
    (endpoint) => {
      expect(through({ HTTPS_PROXY: PROXY }, endpoint)).toBeNull();
    },
  );
});
