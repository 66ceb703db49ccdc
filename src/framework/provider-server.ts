/** A provider at work, in cty values and diagnostics. RPCs belong to the layer above. */
import type { CtyType } from "../cty/type.ts";
import { type Logger, loggerOf } from "../logger.ts";
import { type Attributes, type ConfigurationOf, objectTypeOf } from "./attribute.ts";
import { IncompleteConfigurationError, NotYetKnownError, readConfiguration } from "./configuration.ts";
import { ctyTypeOf } from "./cty-type.ts";
import { DataSourceServer } from "./data-source-server.ts";
import { type Diagnostic, DiagnosticError, Diagnostics, errorDiagnostic } from "./diagnostics.ts";
import { decodeValue, type EncodedValue } from "./encoded-value.ts";
import { bugText, type FailureContext, failureDiagnostics } from "./failure.ts";
import { FunctionError } from "./function.ts";
import { FunctionServer } from "./function-server.ts";
import { InstanceHolder } from "./instance.ts";
import { LOG_DATA_SOURCE } from "./log-keys.ts";
import { presentable } from "./presentable.ts";
import type { ConfigureContext, Provider } from "./provider.ts";
import { Stop } from "./stop.ts";

export interface ProviderServerOptions {
  readonly logger: Logger;
  /** Removes secrets from every text for the user or the log. Default: texts stay as they are. */
  readonly scrub?: (text: string) => string;
}

export interface ReadAnswer {
  /** In msgpack; null when the diagnostics have an error. */
  readonly state: Uint8Array | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Answers the host's requests in cty values and diagnostics; `tfplugin6` puts them on the wire. */
export class ProviderServer<I> {
  readonly definition: Provider<Attributes, I>;
  /** By the names that configurations use. */
  readonly dataSources: ReadonlyMap<string, DataSourceServer<I>>;
  readonly functions: ReadonlyMap<string, FunctionServer>;
  readonly #logger: Logger;
  readonly #scrub: (text: string) => string;
  readonly #instance = new InstanceHolder<I>((instance) => void this.#release(instance));
  readonly #stop = new Stop();

  get #configurationType(): CtyType {
    return ctyTypeOf(objectTypeOf(this.definition.attributes));
  }

  constructor(
    definition: Provider<Attributes, I>,
    { logger, scrub = (text) => text }: ProviderServerOptions,
  ) {
    this.definition = definition;
    this.dataSources = new Map(
      definition.dataSources.map((source) => {
        const typeName = `${definition.name}_${source.name}`;
        return [typeName, new DataSourceServer(source, typeName)];
      }),
    );
    this.functions = new Map(definition.functions.map((each) => [each.name, new FunctionServer(each)]));
    this.#logger = logger;
    this.#scrub = (text) => presentable(scrub(text));
  }

  validateConfiguration(encoded: EncodedValue | undefined): readonly Diagnostic[] {
    return this.#collect("Validating the configuration of the provider", (diagnostics) => {
      this.#readConfiguration(encoded, diagnostics);
    });
  }

  #readConfiguration(encoded: EncodedValue | undefined, diagnostics: Diagnostics) {
    const configuration = decodeValue(encoded, this.#configurationType);
    const values = readConfiguration(this.definition.attributes, configuration, diagnostics);
    if (!diagnostics.hasErrors) this.definition.validate?.(values, diagnostics);
    return values;
  }

  /** Replaces the instance for later reads. Reads in flight keep theirs. */
  async configure(
    encoded: EncodedValue | undefined,
    terraformVersion: string,
    call?: AbortSignal,
  ): Promise<readonly Diagnostic[]> {
    const store = this.#instance.begin();
    const diagnostics = new Diagnostics();
    const logger = this.#logger;
    try {
      const checks = new Diagnostics();
      const configuration = this.#readConfiguration(encoded, checks);
      // The host got the warnings when it validated.
      if (checks.hasErrors) throw new DiagnosticError(checks.errors);
      const context = { terraformVersion, logger, diagnostics };
      const instance = await this.#make(configuration, context, call);
      store(diagnostics.hasErrors ? { kind: "failed" } : { kind: "ready", instance });
    } catch (error) {
      if (error instanceof NotYetKnownError) {
        store({ kind: "waiting", attributes: error.attributes });
      } else if (error instanceof IncompleteConfigurationError) {
        store({ kind: "incomplete", diagnostics: error.diagnostics });
      } else {
        store({ kind: "failed" });
        diagnostics.addAll(failureDiagnostics(error, this.#failureContext("Configuring the provider")));
      }
    }
    return this.#finish(diagnostics);
  }

  /** Runs the provider's `configure`. An instance that comes with an error, or too late, is released. */
  async #make(
    configuration: ConfigurationOf<Attributes>,
    context: Omit<ConfigureContext, "signal">,
    call: AbortSignal | undefined,
  ): Promise<I> {
    let made: Promise<I> | undefined;
    try {
      const instance = await this.#stop.race((signal) => {
        made = (async () => this.definition.configure(configuration, { ...context, signal }))();
        return made;
      }, call);
      if (context.diagnostics.hasErrors) await this.#release(instance);
      return instance;
    } catch (error) {
      void made?.then(
        (instance) => this.#release(instance),
        () => {},
      );
      throw error;
    }
  }

  validateDataSource(typeName: string, encoded: EncodedValue | undefined): readonly Diagnostic[] {
    return this.#collect(`Validating ${typeName}`, (diagnostics) => {
      this.#dataSource(typeName).validate(encoded, diagnostics);
    });
  }

  /** @param call aborted when the host no longer wants the answer */
  async readDataSource(
    typeName: string,
    encoded: EncodedValue | undefined,
    call?: AbortSignal,
  ): Promise<ReadAnswer> {
    const action = `Reading ${typeName}`;
    const diagnostics = new Diagnostics();
    const logger = withField(this.#logger, LOG_DATA_SOURCE, typeName);
    let state: Uint8Array | null = null;
    try {
      const source = this.#dataSource(typeName);
      state = await this.#instance.use(action, (instance) =>
        this.#stop.race((signal) => source.read(encoded, { instance, signal, logger, diagnostics }), call),
      );
    } catch (error) {
      diagnostics.addAll(failureDiagnostics(error, this.#failureContext(action)));
    }
    return { state, diagnostics: this.#finish(diagnostics) };
  }

  #dataSource(typeName: string): DataSourceServer<I> {
    const source = this.dataSources.get(typeName);
    if (source !== undefined) return source;
    const problem = `The provider has no data source ${typeName}. It has ${listed(this.dataSources.keys())}.`;
    throw new DiagnosticError(errorDiagnostic("Unknown Data Source", problem));
  }

  /**
   * Calls a function, for which the provider need not be configured.
   * @returns the result in msgpack
   * @throws FunctionError and nothing else
   */
  async callFunction(name: string, encoded: readonly (EncodedValue | undefined)[]): Promise<Uint8Array> {
    try {
      const callee = this.functions.get(name);
      if (callee !== undefined) return await callee.call(encoded);
      throw new FunctionError(
        `The provider has no function ${name}. It has ${listed(this.functions.keys())}.`,
        { argument: null },
      );
    } catch (error) {
      const expected = error instanceof FunctionError;
      const action = `Calling the function ${name}`;
      const text = expected ? error.message : bugText(error, this.#failureContext(action));
      const argument = expected ? error.argument : null;
      // Hosts add a full stop after the text.
      throw new FunctionError(this.#scrub(text).replace(/\.$/, ""), { argument, cause: error });
    }
  }

  /** Ends every read in flight with an error. Later reads run normally. */
  stop(): void {
    this.#stop.stop();
  }

  #collect(action: string, work: (diagnostics: Diagnostics) => void): readonly Diagnostic[] {
    const diagnostics = new Diagnostics();
    try {
      work(diagnostics);
    } catch (error) {
      diagnostics.addAll(failureDiagnostics(error, this.#failureContext(action)));
    }
    return this.#finish(diagnostics);
  }

  /** No request waits for this, so errors go to the log. */
  async #release(instance: I): Promise<void> {
    try {
      await this.definition.release?.(instance);
    } catch (error) {
      bugText(error, this.#failureContext("Releasing the former configuration of the provider"));
    }
  }

  #failureContext(action: string): FailureContext {
    return { action, bugReports: this.definition.bugReports, logger: this.#logger, scrub: this.#scrub };
  }

  #finish(diagnostics: Diagnostics): readonly Diagnostic[] {
    return [...diagnostics].map((diagnostic) => ({
      ...diagnostic,
      summary: this.#scrub(diagnostic.summary),
      detail: this.#scrub(diagnostic.detail),
    }));
  }
}

function listed(names: Iterable<string>): string {
  return [...names].join(", ") || "none";
}

function withField(logger: Logger, key: string, value: string): Logger {
  return loggerOf((level) => (message, fields) => logger[level](message, { [key]: value, ...fields }));
}
