/** What a host hands to the plugin it launches, in its environment. */
import { MAGIC_COOKIE } from "../../../src/plugin/handshake.ts";

/** What decides a host's environment; each has a default as OpenTofu has it. */
export interface HostEnvironmentOptions {
  /** In the order that the host sends them. */
  readonly protocolVersions?: string;
  /** The client certificate in PEM, absent without TLS. */
  readonly clientCertificate?: string | undefined;
  /** Variables beside the protocol's own; undefined takes one away. */
  readonly variables?: { readonly [name: string]: string | undefined };
}

/** Variables of the surrounding process that a plugin would react to, and that no test wants to inherit. */
const NOT_INHERITED = /^(TF_|PLUGIN_|GRPC_|NODE_OPTIONS$|TMPDIR$|GPUHOST_|PROXMOX_)/;

/** The environment of a plugin that OpenTofu launches. */
export function hostEnvironment(options: HostEnvironmentOptions = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited),
    [MAGIC_COOKIE.name]: MAGIC_COOKIE.value,
    PLUGIN_PROTOCOL_VERSIONS: options.protocolVersions ?? "6,5",
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: "25000",
    ...(options.clientCertificate === undefined ? {} : { PLUGIN_CLIENT_CERT: options.clientCertificate }),
    ...options.variables,
  };
}
