/**
 * The proxy for a request, by the rules of Go's net/http (golang.org/x/net/http/httpproxy). So hosts that the bpg provider reaches
 * directly are reached directly here too.
 */
import { BlockList, isIP } from "node:net";
import { Problem } from "../errors.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import { type Environment, firstSet } from "../settings/environment.ts";
import { percentDecoded } from "../settings/percent-encoding.ts";

export interface HttpProxy {
  /** `http://proxy.example.com:3128`, without credentials. */
  readonly url: string;
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`; null when the address contains no user. */
  readonly authorization: string | null;
}

/**
 * The proxy for an endpoint; null for a direct connection.
 * @param onSecret gets the credentials in the proxy's address
 * @throws Problem when HTTPS_PROXY is no address of an HTTP proxy
 */
export function proxyFor(
  endpoint: Endpoint,
  environment: Environment,
  onSecret: (secret: string) => void,
): HttpProxy | null {
  const address = firstSet(environment, "HTTPS_PROXY", "https_proxy");
  if (address === null) return null;
  if (isExempt(endpoint, firstSet(environment, "NO_PROXY", "no_proxy") ?? "")) return null;
  const url = parseProxyUrl(address);
  const user = percentDecoded(url.username);
  const password = percentDecoded(url.password);
  // A token is often alone, in place of the user name.
  onSecret(password === "" ? user : password);
  const authorization =
    user === "" && password === "" ? null : Buffer.from(`${user}:${password}`, "utf8").toString("base64");
  if (authorization !== null) onSecret(authorization);
  const secure = url.protocol === "https:";
  return {
    url: `${url.protocol}//${url.host}`,
    secure,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (secure ? 443 : 80)),
    authorization: authorization === null ? null : `Basic ${authorization}`,
  };
}

function parseProxyUrl(address: string): URL {
  const url = URL.parse(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(address) ? address : `http://${address}`);
  if (url === null || url.hostname === "") {
    throw unusable(
      "HTTPS_PROXY is no address of a proxy; it should look like http://proxy.example.com:3128.",
    );
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw unusable(
      `HTTPS_PROXY names a ${url.protocol.slice(0, -1)} proxy, which is not supported; use an HTTP proxy, or add the Proxmox host to NO_PROXY.`,
    );
  }
  return url;
}

/** The text does not repeat the address, because it may contain a password. */
function unusable(text: string): Problem {
  return new Problem({ code: "proxy", text });
}

/** Whether NO_PROXY names the endpoint. Loopback addresses and `localhost` never go through a proxy. */
function isExempt(endpoint: Endpoint, noProxy: string): boolean {
  const host = endpoint.host.toLowerCase();
  const family = isIP(host);
  if (host === "localhost" || (family !== 0 && isLoopback(host))) return true;
  return noProxy
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== "" && names(entry, host, endpoint.port, family));
}

function names(entry: string, host: string, port: number, family: number): boolean {
  if (entry === "*") return true;
  const network = /^([^/]+)\/(\d{1,3})$/.exec(entry);
  if (network !== null) return family !== 0 && isInNetwork(host, network[1] ?? "", Number(network[2]));
  const [entryHost, entryPort] = splitPort(entry);
  if (entryHost === "" || (entryPort !== null && entryPort !== String(port))) return false;
  const entryFamily = isIP(entryHost);
  if (entryFamily !== 0) return family !== 0 && isInNetwork(host, entryHost, entryFamily === 4 ? 32 : 128);
  if (family !== 0) return false;
  if (entryHost.startsWith("*.")) return host.endsWith(entryHost.slice(1));
  return entryHost.startsWith(".")
    ? host.endsWith(entryHost)
    : host === entryHost || host.endsWith(`.${entryHost}`);
}

/** `host:port`, `[ipv6]:port`; an IPv6 address without brackets has no port. */
function splitPort(entry: string): [host: string, port: string | null] {
  if (isIP(entry) !== 0) return [entry, null];
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(entry);
  if (match === null) return ["", null];
  return [(match[1] ?? "").replace(/^\[|\]$/g, ""), match[2] ?? null];
}

function isLoopback(address: string): boolean {
  return isInNetwork(address, "127.0.0.0", 8) || isInNetwork(address, "::1", 128);
}

function isInNetwork(address: string, network: string, prefix: number): boolean {
  const family = isIP(network) === 4 ? "ipv4" : "ipv6";
  if (isIP(network) === 0 || prefix > (family === "ipv4" ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family);
  return list.check(address, isIP(address) === 4 ? "ipv4" : "ipv6");
}
