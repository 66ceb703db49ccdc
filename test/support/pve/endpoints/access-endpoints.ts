import type { AccessControl } from "../access-control.ts";
import type { ApiMethod, Call } from "../api.ts";
import type { JsonObject } from "../json.ts";
import { requiredParameter, textParameter } from "../parameters.ts";
import { ProxmoxError, permissionError } from "../proxmox-error.ts";

/** `/access/permissions` and `/access/ticket`. */
export const accessEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/access/permissions",
    parameters: { userid: { type: "string", optional: true }, path: { type: "string", optional: true } },
    permission: "all",
    run: effectivePermissions,
  },
  {
    method: "POST",
    path: "/access/ticket",
    parameters: {
      username: { type: "string", maxLength: 64 },
      realm: { type: "string", optional: true },
      password: { type: "string" },
      otp: { type: "string", optional: true },
      path: { type: "string", optional: true, requires: "privs", maxLength: 64 },
      privs: { type: "string", optional: true, requires: "path", maxLength: 64 },
      "new-format": { type: "boolean", optional: true },
      "tfa-challenge": { type: "string", optional: true },
    },
    permission: "world",
    protected: true,
    allowToken: false,
    run: createTicket,
  },
];

function effectivePermissions({ cluster, caller, parameters }: Call): JsonObject {
  const who = textParameter(parameters, "userid") ?? caller ?? "";
  const own = who === caller || who.startsWith(`${caller}!`);
  if (!own && caller !== null && !cluster.access.allows(caller, "/access", "Sys.Audit")) {
    throw permissionError("/access, Sys.Audit");
  }
  const path = textParameter(parameters, "path");
  const effective =
    path === undefined
      ? cluster.access.effectivePermissions(who)
      : new Map([[path, cluster.access.permissions(who, path)]]);
  return Object.fromEntries(
    [...effective].map(([at, privileges]) => [
      at,
      Object.fromEntries([...privileges].map(([name, propagate]) => [name, propagate ? 1 : 0])),
    ]),
  );
}

function createTicket({ cluster, parameters, now }: Call): JsonObject {
  const realm = textParameter(parameters, "realm");
  const username = `${requiredParameter(parameters, "username")}${realm === undefined ? "" : `@${realm}`}`;
  const user = cluster.access.users.get(username);
  const expired = user !== undefined && user.expire !== 0 && user.expire < now.getTime() / 1000;
  const password = textParameter(parameters, "password");
  const otp = textParameter(parameters, "otp");
  if (
    user?.enabled !== true ||
    expired ||
    user.password === undefined ||
    user.password !== password ||
    (otp !== undefined && otp !== user.otp)
  ) {
    throw new ProxmoxError(401, "authentication failure\n");
  }
  const clustername =
    cluster.name !== null && cluster.access.allows(username, "/", "Sys.Audit")
      ? { clustername: cluster.name }
      : {};
  const common = {
    username,
    CSRFPreventionToken: cluster.tickets.issueCsrfToken(username, now),
    ...clustername,
  };
  if (user.otp !== undefined && otp === undefined) {
    return { ...common, ticket: cluster.tickets.issueChallenge(now), NeedTFA: 1 };
  }
  return {
    ...common,
    ticket: cluster.tickets.issue(username, now),
    cap: apiCapabilities(cluster.access, username),
  };
}

/** Which privileges count for which part of the web interface: `compute_api_permission`. */
const CAPABILITIES: Readonly<Record<string, RegExp>> = {
  vms: /^(VM\.|Permissions\.Modify)/,
  access: /^((User|Group)\.|Permissions\.Modify)/,
  storage: /^(Datastore\.|Permissions\.Modify)/,
  nodes: /^(Sys\.|Permissions\.Modify)/,
  sdn: /^(SDN\.|Permissions\.Modify)/,
  dc: /^(Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(Mapping\.|Permissions\.Modify)/,
};

function apiCapabilities(access: AccessControl, who: string): JsonObject {
  const withMappings = access.roles.get("Administrator")?.has("Mapping.Audit") === true;
  const kinds = Object.keys(CAPABILITIES).filter((kind) => kind !== "mapping" || withMappings);
  const capabilities = Object.fromEntries(kinds.map((kind) => [kind, {} as Record<string, 1>]));
  const required = ["/", "/nodes", "/access/groups", "/vms", "/storage", "/sdn", "/mapping"];
  for (const path of new Set([...required, ...access.aclPaths()])) {
    const kind = /^\/(\w+)/.exec(path)?.[1] ?? "dc";
    const given = capabilities[kind];
    if (given === undefined) continue;
    for (const name of access.permissions(who, path).keys()) {
      if (CAPABILITIES[kind]?.test(name) === true) given[name] = 1;
    }
  }
  return capabilities;
}
