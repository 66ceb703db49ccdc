import type { AccessControl } from "./access-control.ts";
import type { Cluster } from "./cluster.ts";
import type { HttpRequest } from "./http-connection.ts";
import { decode } from "./query.ts";
import type { Capabilities } from "./version.ts";

/** Who makes a request. */
export interface Caller {
  /** `user@realm` or `user@realm!token`; null when the call needs nobody. */
  readonly id: string | null;
  readonly byToken: boolean;
}

/** A request that is refused with 401, an empty body and, at a real Proxmox, three seconds later. */
export class AuthenticationError extends Error {}

const NEEDS_NOBODY = new Set(["GET /access/domains", "GET /access/ticket", "POST /access/ticket"]);
const TOKEN = /^(\S+@[^!\s]+)!([A-Za-z][A-Za-z0-9._-]+)$/;

/**
 * Finds out who makes a request, as `auth_handler` of pve-manager's `HTTPServer.pm` does: by cookie, by token, by
 * nothing where that is allowed.
 *
 * @throws AuthenticationError with the reason phrase of the 401.
 */
export function authenticate(
  request: HttpRequest,
  path: string,
  cluster: Cluster,
  release: Capabilities,
  now: Date,
): Caller {
  const authorization = request.headers.get("authorization") ?? "";
  const ticket =
    authValue(request.headers.get("cookie") ?? "", "PVEAuthCookie") ??
    authValue(authorization, "PVEAuthCookie");
  const token = ticket === null ? authValue(authorization, "PVEAPIToken") : null;
  if (NEEDS_NOBODY.has(`${request.method} ${path}`)) return { id: null, byToken: token !== null };
  if (token !== null) {
    return { id: refusing(release, () => verifyToken(cluster.access, token, now)), byToken: true };
  }
  if (ticket === null) throw new AuthenticationError("No ticket");
  const id = refusing(release, () => verifyTicket(cluster, ticket, now));
  if (request.method !== "GET") {
    const csrf = request.headers.get("csrfpreventiontoken") ?? "";
    if (!cluster.tickets.isCsrfToken(csrf, id, now)) {
      throw new AuthenticationError("Permission denied - invalid csrf token");
    }
  }
  return { id, byToken: false };
}

/** Newer releases say the same for every reason. */
function refusing(release: Capabilities, verify: () => string): string {
  try {
    return verify();
  } catch (error) {
    if (!(error instanceof AuthenticationError) || !release.uniformAuthFailure) throw error;
    throw new AuthenticationError("Authentication failed!", { cause: error });
  }
}

function verifyToken(access: AccessControl, credentials: string, now: Date): string {
  const equals = credentials.lastIndexOf("=");
  if (equals < 0) throw new AuthenticationError("no tokenid specified");
  const id = credentials.slice(0, equals);
  const [, userId, name] = TOKEN.exec(id) ?? [];
  if (userId === undefined || name === undefined) {
    throw new AuthenticationError(
      `'${id}' is not a valid token ID - not able to split into user and token parts`,
    );
  }
  assertUserEnabled(access, userId, now);
  const token = access.users.get(userId)?.tokens.get(name);
  if (token === undefined) throw new AuthenticationError(`no such token '${name}' for user '${userId}'`);
  if (token.expire !== 0 && token.expire < now.getTime() / 1000) {
    throw new AuthenticationError(`token '${name}' access expired`);
  }
  if (token.secret !== credentials.slice(equals + 1)) throw new AuthenticationError("invalid token value!");
  return id;
}

function verifyTicket(cluster: Cluster, ticket: string, now: Date): string {
  const user = cluster.tickets.userOf(ticket, now);
  if (user === null) throw new AuthenticationError("permission denied - invalid PVE ticket");
  assertUserEnabled(cluster.access, user, now);
  return user;
}

function assertUserEnabled(access: AccessControl, id: string, now: Date): void {
  const user = access.users.get(id);
  if (user === undefined) throw new AuthenticationError(`no such user ('${id}')`);
  if (!user.enabled) throw new AuthenticationError(`user '${id}' is disabled`);
  if (user.expire !== 0 && user.expire < now.getTime() / 1000) {
    throw new AuthenticationError(`user '${id}' access expired`);
  }
}

/** The value behind `NAME=` or `NAME ` in a cookie or Authorization header, decoded. */
function authValue(header: string, name: string): string | null {
  const value = new RegExp(`(?:^|\\s)${name}(?:=| )([^;]*)`).exec(header)?.[1];
  return value === undefined || value === "" ? null : decode(value.replaceAll("+", "%2B"));
}
