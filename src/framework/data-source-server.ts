/** One data source at work: from an encoded configuration to an encoded state. */
import type { CtyType } from "../cty/type.ts";
import type { CtyValue } from "../cty/value.ts";
import { type ArgumentsOf, type Attributes, type ConfigurationOf, objectTypeOf } from "./attribute.ts";
import { readConfiguration, unknownNames } from "./configuration.ts";
import { ctyTypeOf } from "./cty-type.ts";
import type { DataSource, ReadContext } from "./data-source.ts";
import { DiagnosticError, Diagnostics } from "./diagnostics.ts";
import { decodeValue, type EncodedValue, encodedMembers } from "./encoded-value.ts";
import { StateEncoder } from "./state.ts";

export class DataSourceServer<I> {
  readonly definition: DataSource<Attributes, I>;
  /** The name in configurations and for hosts: `gpuhost_pci_devices`. */
  readonly typeName: string;
  #ctyType: CtyType | undefined;
  #stateEncoder: StateEncoder | undefined;

  constructor(definition: DataSource<Attributes, I>, typeName: string) {
    this.definition = definition;
    this.typeName = typeName;
  }

  /** The type of its configurations and states. */
  get ctyType(): CtyType {
    this.#ctyType ??= ctyTypeOf(objectTypeOf(this.definition.attributes));
    return this.#ctyType;
  }

  /**
   * Checks everything that is known of a configuration.
   * @throws CtyError when it cannot be decoded
   */
  validate(encoded: EncodedValue | undefined, diagnostics: Diagnostics): void {
    this.#readConfiguration(decodeValue(encoded, this.ctyType), diagnostics);
  }

  #readConfiguration(configuration: CtyValue, diagnostics: Diagnostics): ConfigurationOf<Attributes> {
    const { attributes } = this.definition;
    const values = readConfiguration(attributes, configuration, diagnostics);
    // When one argument is wrong, checks across arguments would only repeat it.
    if (!diagnostics.hasErrors) this.definition.validate?.(values, diagnostics);
    return values;
  }

  /**
   * Reads. The state is the configuration as it came, together with the results.
   * @returns the state in msgpack
   * @throws CtyError, DiagnosticError, ResultError, or any bug of the data source
   */
  async read(encoded: EncodedValue | undefined, context: ReadContext<I>): Promise<Uint8Array> {
    const configuration = decodeValue(encoded, this.ctyType);
    const results = await this.definition.read(this.#arguments(configuration), context);
    context.diagnostics.throwErrors();
    this.#stateEncoder ??= new StateEncoder(this.definition.attributes);
    return this.#stateEncoder.encode(encodedMembers(encoded), results);
  }

  /** The arguments for a read: known and valid. Warnings are dropped, since the host has them from `validate`. */
  #arguments(configuration: CtyValue): ArgumentsOf<Attributes> {
    const diagnostics = new Diagnostics();
    const values = this.#readConfiguration(configuration, diagnostics);
    if (diagnostics.hasErrors) throw new DiagnosticError(diagnostics.errors);
    for (const name of unknownNames(values)) {
      const problem = `${name} is not known yet, so ${this.typeName} cannot be read.`;
      diagnostics.error("Unknown Value", problem, [{ kind: "attribute", name }]);
    }
    if (diagnostics.hasErrors) throw new DiagnosticError(diagnostics.errors);
    return values;
  }
}
