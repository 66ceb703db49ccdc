import { type Cluster, capabilitiesOfNode } from "./cluster.ts";
import type { Json } from "./json.ts";
import { checkParameters, type ParameterSchemas, type Parameters, textParameter } from "./parameters.ts";
import { ProxmoxError, parameterError, permissionError } from "./proxmox-error.ts";
import type { Random } from "./random.ts";
import type { Capabilities } from "./version.ts";

export type HttpMethod = "GET" | "POST" | "PUT" | "DELETE";

/** A call that has passed authentication, permissions and parameter checks. */
export interface Call {
  readonly cluster: Cluster;
  readonly release: Capabilities;
  readonly random: Random;
  /** The user or token that calls; null for what anybody may call. */
  readonly caller: string | null;
  /** Parameters of path, query and body together. */
  readonly parameters: Parameters;
  /** The member whose daemon does the work. */
  readonly node: string;
  readonly now: Date;
}

/** `all`: whoever is signed in. `world`: anybody. Otherwise a test that throws a ProxmoxError 403. */
export type Permission = "all" | "world" | ((check: PermissionCheck) => void);

export interface PermissionCheck {
  readonly cluster: Cluster;
  readonly release: Capabilities;
  readonly caller: string;
  readonly parameters: Parameters;
}

/** One method of Proxmox's API, described as its sources describe it. */
export interface ApiMethod {
  readonly method: HttpMethod;
  /** With parameters in braces, `/nodes/{node}/hardware/pci`; one that ends with `*` takes the rest of the path. */
  readonly path: string;
  readonly parameters: ParameterSchemas | ((release: Capabilities) => ParameterSchemas);
  readonly permission: Permission;
  /** Done by the daemon with root's rights, to which pveproxy passes the request on. */
  readonly protected?: boolean;
  /** The member that has to answer; undefined for whichever was asked. */
  readonly proxyTo?: (parameters: Parameters) => string | undefined;
  /** Whether API tokens may call it. Default: yes. */
  readonly allowToken?: boolean;
  /** Whether the release has it. Default: every release. */
  readonly available?: (release: Capabilities) => boolean;
  readonly run: (call: Call) => Json;
}

/** The usual case of proxyTo: the member that the path names. */
export const toPathNode = (parameters: Parameters): string | undefined => textParameter(parameters, "node");

/** A permission test: any one of the privileges at the path. */
export function requireAny(path: string, privileges: readonly string[]): Permission {
  return ({ cluster, caller, parameters }) => {
    const here = path.replace(/\{([^}]+)\}/g, (_, name: string) => textParameter(parameters, name) ?? "");
    const have = cluster.access.permissions(caller, here);
    if (!privileges.some((privilege) => have.has(privilege))) {
      throw permissionError(`${here}, ${privileges.join("|")}`);
    }
  };
}

/** How a call was answered. */
export interface Outcome {
  readonly status: number;
  readonly reason: string;
  /** Null: an empty body. */
  readonly body: Json;
  /** The `Connection` lines of another daemon that the answer came through. */
  readonly forwardedConnection?: string;
}

export interface Request {
  readonly method: string;
  /** Path below `/api2/json`, decoded. */
  readonly path: string;
  readonly parameters: Parameters;
  readonly caller: string | null;
  readonly byToken: boolean;
}

export type Context = Omit<Call, "parameters" | "caller" | "node"> & {
  /** The member that was asked. */
  readonly local: string;
};

/**
 * Answers a request in the order in which pve-manager's `HTTPServer.pm` does: does the method exist, may tokens call
 * it, is it permitted, is it another member's or the daemon's business, are the parameters right, and only then run.
 *
 * @throws ProxmoxError for every refusal that has a JSON body.
 */
export function dispatch(methods: readonly ApiMethod[], request: Request, context: Context): Outcome {
  const found = findMethod(methods, request, context.release);
  if (found === null) {
    throw new ProxmoxError(501, `Method '${request.method} ${request.path}' not implemented`);
  }
  const { method, parameters } = found;
  if (request.byToken && method.allowToken === false) {
    throw permissionError(`URI '${request.path}' not available with API token, need proper ticket.\n`);
  }
  checkPermission(method.permission, request.caller, parameters, context);

  const target = method.proxyTo?.(parameters) ?? context.local;
  const node = target === "localhost" ? context.local : target;
  const remote = node !== context.local;
  if (remote) {
    const member = context.cluster.nodes.get(node);
    if (member === undefined) {
      const lookup = `failed to get address info for: ${node}: Name or service not known`;
      throw new ProxmoxError(500, `hostname lookup '${node}' failed - ${lookup}\n`);
    }
    if (member.entry.status === "offline") return { status: 595, reason: "Connection refused", body: null };
  }
  checkParameters(parameters, schemasOf(method, context.release));
  const release = capabilitiesOfNode(context.cluster, node);
  const data = method.run({ ...context, release, caller: request.caller, parameters, node });
  const forwardedConnection = connectionBehind(method, remote, context.release);
  return {
    status: 200,
    reason: "OK",
    body: { data },
    ...(forwardedConnection === undefined ? {} : { forwardedConnection }),
  };
}

/** What the daemons behind pveproxy answered as `Connection`; undefined when pveproxy did the work itself. */
function connectionBehind(method: ApiMethod, remote: boolean, release: Capabilities): string | undefined {
  const kept = method.method === "GET" || (!release.closesLocalProxy && method.method !== "POST");
  const daemon = kept && !release.closesLocalProxy ? "Keep-Alive" : "close";
  if (!remote) return method.protected === true ? daemon : undefined;
  if (!kept) return "close";
  return method.protected === true ? `${daemon},Keep-Alive` : "Keep-Alive";
}

function findMethod(
  methods: readonly ApiMethod[],
  request: Request,
  release: Capabilities,
): { method: ApiMethod; parameters: Parameters } | null {
  const parts = request.path.split("/").filter((part) => part !== "");
  for (const method of methods) {
    if (method.method !== request.method || method.available?.(release) === false) continue;
    const fromPath = matchPath(method.path, parts);
    if (fromPath !== null) return { method, parameters: joinParameters(fromPath, request.parameters) };
  }
  return null;
}

function joinParameters(fromPath: ReadonlyMap<string, string>, given: Parameters): Parameters {
  for (const [name, value] of given) {
    if (fromPath.has(name) && fromPath.get(name) !== value) {
      throw parameterError({
        [name]: "duplicate parameter (already defined in URI) with conflicting values!",
      });
    }
  }
  return new Map([...fromPath, ...given]);
}

/** `{name}` takes one part of the path, `{name*}` at the end all that is left. */
function matchPath(template: string, parts: readonly string[]): Map<string, string> | null {
  const wanted = template.split("/").filter((part) => part !== "");
  const rest = /^\{(.+)\*\}$/.exec(wanted.at(-1) ?? "")?.[1];
  if (rest !== undefined && parts.length > wanted.length) {
    const joined = parts.slice(wanted.length - 1).join("/");
    return matchPath(template, [...parts.slice(0, wanted.length - 1), joined]);
  }
  if (wanted.length !== parts.length) return null;
  const parameters = new Map<string, string>();
  for (const [index, part] of parts.entries()) {
    const name = /^\{(.+?)\*?\}$/.exec(wanted[index] ?? "")?.[1];
    if (name !== undefined) parameters.set(name, part);
    else if (wanted[index] !== part) return null;
  }
  return parameters;
}

function schemasOf(method: ApiMethod, release: Capabilities): ParameterSchemas {
  return typeof method.parameters === "function" ? method.parameters(release) : method.parameters;
}

function checkPermission(
  permission: Permission,
  caller: string | null,
  parameters: Parameters,
  context: Context,
): void {
  if (caller === null) {
    if (permission !== "world") throw permissionError("user != null");
    return;
  }
  if (caller === "root@pam" || permission === "all" || permission === "world") return;
  permission({ cluster: context.cluster, release: context.release, caller, parameters });
}
