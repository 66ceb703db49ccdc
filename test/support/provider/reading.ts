/** Reads data sources of the real provider as a host would, against a Proxmox stand-in, without gRPC between. */

import { decodeMsgpack } from "../../../src/cty/msgpack/decode.ts";
import { CtyDecimal } from "../../../src/cty/number.ts";
import type { CtyValue } from "../../../src/cty/value.ts";
import { type Attributes, objectTypeOf } from "../../../src/framework/attribute.ts";
import { ctyTypeOf } from "../../../src/framework/cty-type.ts";
import type { Diagnostic } from "../../../src/framework/diagnostics.ts";
import { formatPath } from "../../../src/framework/path.ts";
import { ProviderServer } from "../../../src/framework/provider-server.ts";
import { silentLogger } from "../../../src/logger.ts";
import { createProvider } from "../../../src/provider/provider.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import { encodeMsgpack } from "../cty/encode.ts";
import type { PveStandIn } from "../pve/stand-in.ts";

/** What may stand in a configuration. */
export type Plain = null | string | boolean | number | readonly Plain[] | { readonly [name: string]: Plain };

/** What a user would see of one diagnostic. */
export interface Told {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** `paths[1]`; empty for the whole. */
  readonly attribute: string;
}

export interface Reading {
  /** The state, null after an error. */
  readonly state: { readonly [name: string]: Plain } | null;
  readonly told: readonly Told[];
}

/** One configured provider. Its data source is `gpuhost_pci_devices` where none is named. */
export interface ConfiguredProvider {
  read(arguments_: { readonly [name: string]: Plain }, dataSource?: string): Promise<Reading>;
  /** What `tofu validate` says of a data source's configuration. */
  validate(arguments_: { readonly [name: string]: Plain }, dataSource?: string): readonly Told[];
  stop(): void;
  /** What configuring it said. */
  readonly told: readonly Told[];
}

const DATA_SOURCE = "gpuhost_pci_devices";

/**
 * Configures a provider.
 * @param configuration what stands in the provider block.
 * @param environment what the process has; nothing by default.
 */
export async function configured(
  configuration: { readonly [name: string]: Plain },
  environment: { readonly [name: string]: string } = {},
): Promise<ConfiguredProvider> {
  const secrets = new Secrets();
  const definition = createProvider({ version: "0.0.0", environment, secrets });
  const server = new ProviderServer(definition, {
    logger: silentLogger,
    scrub: (text) => secrets.scrub(text),
  });
  const told = await server.configure(encoded(definition.attributes, configuration), "1.13.0");
  const attributesOf = (dataSource: string) => {
    const source = definition.dataSources.find(({ name }) => `gpuhost_${name}` === dataSource);
    if (source === undefined) throw new Error(`there is no ${dataSource}`);
    return source.attributes;
  };
  return {
    told: told.map(toldOf),
    validate: (arguments_, dataSource = DATA_SOURCE) =>
      server.validateDataSource(dataSource, encoded(attributesOf(dataSource), arguments_)).map(toldOf),
    async read(arguments_, dataSource = DATA_SOURCE) {
      const attributes = attributesOf(dataSource);
      const answer = await server.readDataSource(dataSource, encoded(attributes, arguments_));
      const type = ctyTypeOf(objectTypeOf(attributes));
      const state = answer.state === null ? null : plain(decodeMsgpack(answer.state, type));
      return { state: state as Reading["state"], told: answer.diagnostics.map(toldOf) };
    },
    stop: () => server.stop(),
  };
}

/** A provider for a stand-in, signed in with one of its tokens: the one for discovery, by default. */
export function configuredFor(pve: PveStandIn, token = pve.tokens.discovery): Promise<ConfiguredProvider> {
  return configured({ endpoint: pve.endpoint, api_token: token, ca_pem: pve.caPem });
}

/** A configuration as the host sends it: every attribute is there, null where it is not set. */
function encoded(attributes: Attributes, configuration: { readonly [name: string]: Plain }) {
  const names = Object.keys(attributes);
  const stray = Object.keys(configuration).filter((name) => !names.includes(name));
  if (stray.length > 0) throw new Error(`there is no attribute ${stray.join(", ")}`);
  const value = new Map(names.map((name) => [name, cty(configuration[name] ?? null)] as const));
  return {
    msgpack: encodeMsgpack(value, ctyTypeOf(objectTypeOf(attributes))),
    json: new Uint8Array(),
  };
}

function cty(value: Plain): CtyValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(cty);
  return new Map(Object.entries(value).map(([name, member]) => [name, cty(member)] as const));
}

function plain(value: CtyValue): Plain {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (value instanceof CtyDecimal) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]));
  throw new Error("a state has only what JSON has");
}

function toldOf({ severity, summary, detail, path }: Diagnostic): Told {
  return { severity, summary, detail, attribute: formatPath(path) };
}
