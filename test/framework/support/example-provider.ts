/** A provider for tests, and a host's view of it. */
import { decodeMsgpack } from "../../../src/cty/msgpack/decode.ts";
import { ctyList, ctyObject, ctyString } from "../../../src/cty/type.ts";
import type { CtyValue } from "../../../src/cty/value.ts";
import { type Attributes, computed, optional, required } from "../../../src/framework/attribute.ts";
import { known } from "../../../src/framework/configuration.ts";
import { dataSource, type ReadContext } from "../../../src/framework/data-source.ts";
import { errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import type { EncodedValue } from "../../../src/framework/encoded-value.ts";
import { path } from "../../../src/framework/path.ts";
import { type ConfigureContext, type Provider, provider } from "../../../src/framework/provider.ts";
import { ProviderServer } from "../../../src/framework/provider-server.ts";
import { checked, list, text } from "../../../src/framework/type.ts";
import { isUnknown } from "../../../src/framework/unknown.ts";
import { oneOf } from "../../../src/framework/validator.ts";
import { encodeMsgpack } from "../../support/cty/encode.ts";
import { recordingLogger } from "./recording-logger.ts";

const configurationType = ctyObject({ endpoint: ctyString, colour: ctyString });
export const stateType = ctyObject({ names: ctyList(ctyString), greeting: ctyString });

/** What a read of `example_greeting` is to do, and what it saw. */
interface Instance {
  readonly endpoint: string;
  readonly colour: string | null;
}
type Read = (names: readonly string[] | null, context: ReadContext<Instance>) => string | Promise<string>;

export interface Behaviour {
  readonly read?: Read;
  readonly configure?: (instance: Instance, context: ConfigureContext) => Instance | Promise<Instance>;
  readonly release?: (instance: Instance) => void | Promise<void>;
}

function exampleProvider({ read, configure, release }: Behaviour) {
  const greeting = dataSource({
    name: "greeting",
    description: "",
    attributes: {
      names: optional(list(checked(text, oneOf("anna", "bert"))), ""),
      greeting: computed(text, ""),
    },
    validate({ names }, diagnostics) {
      if (isUnknown(names)) return;
      if (names?.length === 2) diagnostics.warning("Crowd", "Two are a crowd.", path("names"));
      if (names?.length === 3) diagnostics.error("Too Many", "Three are too many.", path("names"));
    },
    async read({ names }, context: ReadContext<Instance>) {
      const said = read ?? ((_names, { instance }) => `hello from ${instance.endpoint}`);
      return { greeting: await said(names, context) };
    },
  });
  return provider({
    name: "example",
    description: "",
    bugReports: "https://example.org/issues",
    attributes: {
      endpoint: required(text, ""),
      colour: optional(checked(text, oneOf("red", "green")), ""),
    },
    validate({ endpoint, colour }, diagnostics) {
      if (endpoint === "nowhere" && !isUnknown(colour))
        diagnostics.error("Nowhere", "There is nothing there.");
      if (endpoint === "old") diagnostics.warning("Old", "This one is old.", path("endpoint"));
    },
    configure(configuration, context): Instance | Promise<Instance> {
      const instance = known(configuration);
      return configure === undefined ? instance : configure(instance, context);
    },
    ...(release === undefined ? {} : { release }),
    dataSources: [greeting],
    functions: [],
  });
}

export function serve(behaviour: Behaviour = {}) {
  const { logger, lines } = recordingLogger();
  const definition: Provider<Attributes, Instance> = exampleProvider(behaviour);
  const scrub = (message: string) => message.replaceAll("s3cret", "***");
  const server = new ProviderServer(definition, { logger, scrub });
  return { server, lines };
}

export function encoded(msgpack: Uint8Array): EncodedValue {
  return { msgpack, json: new Uint8Array() };
}

export function configuration(endpoint: CtyValue, colour: CtyValue = null): EncodedValue {
  return encoded(
    encodeMsgpack(
      new Map([
        ["endpoint", endpoint],
        ["colour", colour],
      ]),
      configurationType,
    ),
  );
}

export function greetingOf(names: CtyValue): EncodedValue {
  return encoded(
    encodeMsgpack(
      new Map([
        ["names", names],
        ["greeting", null],
      ]),
      stateType,
    ),
  );
}

export async function greet(server: ProviderServer<Instance>, names: CtyValue = null) {
  const { state, diagnostics } = await server.readDataSource("example_greeting", greetingOf(names));
  return { state: state === null ? null : decodeMsgpack(state, stateType), diagnostics };
}

export const greeted = (greeting: string, names: CtyValue = null) => ({
  state: new Map<string, CtyValue>([
    ["greeting", greeting],
    ["names", names],
  ]),
  diagnostics: [],
});
export const failed = (...diagnostics: unknown[]) => ({ state: null, diagnostics });
export const bug = (action: string, problem: string) =>
  errorDiagnostic(
    "Internal Error in the Provider",
    `${action} failed unexpectedly: ${problem}.\n\n` +
      "This is a bug in the provider. Please report it at https://example.org/issues",
  );
