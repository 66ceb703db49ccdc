/** The address of a Proxmox API: `https://HOST:PORT`, as in the bpg provider (its proxmox/api/client.go, NewConnection). */
import { isIPv6 } from "node:net";
import { SettingError, USER_MARK } from "./setting-sources.ts";

export interface Endpoint {
  /** `https://pve1.example.com:8006`, without a path; without a port if none was written. */
  readonly url: string;
  /** A name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether a port was written. The default is HTTPS's 443, as in bpg, although Proxmox itself listens on 8006. */
  readonly explicitPort: boolean;
}

const EXAMPLE = '"https://pve1.example.com:8006"';

/**
 * Parses an endpoint. Path, query and fragment are dropped, so an address copied from the browser works.
 * @throws SettingError
 */
export function parseEndpoint(text: string): Endpoint {
  const trimmed = text.trim();
  if (trimmed === "") throw new SettingError(`The endpoint is empty; write it like ${EXAMPLE}.`);
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) throw new SettingError(withoutScheme(trimmed));
  const authority = /^[^/?#\\]*/.exec(trimmed.slice(scheme.length + 3))?.[0] ?? "";
  if (USER_MARK.test(authority)) {
    throw new SettingError(
      `The endpoint has a user name or a password in it; give those as arguments of their own and write the endpoint like ${EXAMPLE}.`,
    );
  }
  if (scheme === "http") {
    throw concealing(
      trimmed,
      new SettingError(
        `The endpoint ${JSON.stringify(trimmed)} is not secure; Proxmox answers over HTTPS only: write "https://${authority}".`,
      ),
    );
  }
  if (scheme !== "https") {
    throw concealing(
      trimmed,
      new SettingError(
        `The endpoint ${JSON.stringify(trimmed)} does not begin with https://; write it like ${EXAMPLE}.`,
      ),
    );
  }
  return parseAuthority(trimmed, authority);
}

/**
 * The error for a text, or another one where the text has a user name: the error repeats it. A slash in the password ends
 * the authority before the mark.
 */
function concealing(text: string, error: SettingError): SettingError {
  return USER_MARK.test(text)
    ? new SettingError(
        `The endpoint is no address and seems to have a user name in it; write it like ${EXAMPLE}.`,
      )
    : error;
}

function parseAuthority(whole: string, authority: string): Endpoint {
  const invalid = (why: string) =>
    concealing(
      whole,
      new SettingError(`The endpoint ${JSON.stringify(whole)} ${why}; write it like ${EXAMPLE}.`),
    );
  // Every IPv6 address has two colons. The check avoids setting up Node's for nothing.
  const maybeIPv6 = authority.indexOf(":") !== authority.lastIndexOf(":");
  if (maybeIPv6 && (isIPv6(authority) || isIPv6(authority.replace(/:\d+$/, "")))) {
    throw invalid("has an IPv6 address without brackets, like https://[2001:db8::1]:8006");
  }
  const parts = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/s.exec(authority);
  const host = parts?.[1];
  const port = parts?.[2];
  if (host === undefined) throw invalid("has no valid host");
  if (host === "") throw invalid("has no host");
  if (/^\[.*%/.test(host)) throw invalid("has an IPv6 address with a zone, which is not supported");
  if (/[\s\p{Cc}%]/u.test(host)) throw invalid("has no valid host");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw invalid("has no valid port (1 to 65535)");
  }
  const url = URL.parse(`https://${host}`);
  if (url === null) throw invalid("has no valid host");
  const number = port === undefined ? 443 : Number(port);
  return {
    url: port === undefined ? `https://${url.hostname}` : `https://${url.hostname}:${number}`,
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: number,
    explicitPort: port !== undefined,
  };
}

function withoutScheme(text: string): string {
  if (USER_MARK.test(text)) {
    return `The endpoint does not begin with https:// and seems to have a user name in it; write it like ${EXAMPLE}.`;
  }
  // A name or address without a scheme has no port either, and Proxmox listens on 8006.
  const port = /^[A-Za-z0-9.-]+$/.test(text) ? ":8006" : "";
  return /^[A-Za-z0-9.:[\]-]+(\/|$)/.test(text) && !/^https?:/i.test(text)
    ? `The endpoint ${JSON.stringify(text)} has no scheme; write "https://${text}${port}".`
    : `The endpoint ${JSON.stringify(text)} is no address; write it like ${EXAMPLE}.`;
}
