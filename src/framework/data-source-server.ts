/** One data source at work: from an encoded configuration to an encoded state. */
import { encodeMsgpack } from "../cty/msgpack.ts";
import type { CtyType } from "../cty/type.ts";
import type { CtyValue } from "../cty/value.ts";
import {
  type ArgumentsOf,
  type Attributes,
  type ConfigurationOf,
  isArgument,
  objectTypeOf,
} from "./attribute.ts";
import { readConfiguration, unknownNames } from "./configuration.ts";
import { ctyTypeOf } from "./cty-type.ts";
import type { DataSource, ReadContext } from "./data-source.ts";
import { DiagnosticError, Diagnostics } from "./diagnostics.ts";
import { decodeValue, type EncodedValue } from "./encoded-value.ts";
import { type ResultConverter, resultConverter } from "./result.ts";

export class DataSourceServer<I> {
  readonly definition: DataSource<Attributes, I>;
  /** The name that configurations use, and hosts: `gpuhost_pci_devices`. */
  readonly typeName: string;
  #ctyType: CtyType | undefined;
  #convertResults: ResultConverter | undefined;

  constructor(definition: DataSource<Attributes, I>, typeName: string) {
    this.definition = definition;
    this.typeName = typeName;
  }

  /** The type of its configurations and of its states. */
  get ctyType(): CtyType {
    this.#ctyType ??= ctyTypeOf(objectTypeOf(this.definition.attributes));
    return this.#ctyType;
  }

  /**
   * Checks whatever is known of a configuration.
   * @throws CtyError when it cannot be decoded
   */
  validate(encoded: EncodedValue | undefined, diagnostics: Diagnostics): void {
    this.#readConfiguration(decodeValue(encoded, this.ctyType), diagnostics);
  }

  #readConfiguration(configuration: CtyValue, diagnostics: Diagnostics): ConfigurationOf<Attributes> {
    const { attributes } = this.definition;
    const values = readConfiguration(attributes, configuration, diagnostics);
    // Checks of several arguments would only repeat what is wrong with one of them.
    if (!diagnostics.hasErrors) this.definition.validate?.(values, diagnostics);
    return values;
  }

  /**
   * Reads. The state is the configuration as it came, with the results.
   * @returns the state in msgpack
   * @throws CtyError, DiagnosticError, ResultError, or whatever is wrong with the data source
   */
  async read(encoded: EncodedValue | undefined, context: ReadContext<I>): Promise<Uint8Array> {
    const configuration = decodeValue(encoded, this.ctyType);
    const results = await this.definition.read(this.#arguments(configuration), context);
    context.diagnostics.throwErrors();
    return encodeMsgpack(this.#state(configuration, results), this.ctyType);
  }

  /** The arguments for a read: known and right. Warnings are left out, the host has had them from `validate`. */
  #arguments(configuration: CtyValue): ArgumentsOf<Attributes> {
    const diagnostics = new Diagnostics();
    const values = this.#readConfiguration(configuration, diagnostics);
    for (const name of unknownNames(values)) {
      if (diagnostics.hasErrors) break;
      const problem = `${name} is not known yet, so ${this.typeName} cannot be read.`;
      diagnostics.error("Unknown Value", problem, [{ kind: "attribute", name }]);
    }
    if (diagnostics.hasErrors) throw new DiagnosticError(diagnostics.errors);
    return values;
  }

  #state(configuration: CtyValue, results: object): CtyValue {
    const entries = Object.entries(this.definition.attributes);
    this.#convertResults ??= resultConverter(
      objectTypeOf(Object.fromEntries(entries.filter(([, attribute]) => !isArgument(attribute)))),
    );
    const computed = this.#convertResults(results) as ReadonlyMap<string, CtyValue>;
    const configured: ReadonlyMap<string, CtyValue> =
      configuration instanceof Map ? configuration : new Map();
    return new Map(
      entries.map(([name, attribute]) => {
        const value = (isArgument(attribute) ? configured : computed).get(name);
        return [name, value ?? null];
      }),
    );
  }
}
