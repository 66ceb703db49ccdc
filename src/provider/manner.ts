/** How messages of a read speak of its arguments: as a configuration writes them, or as a command line does. */

export interface Manner {
  /** The name of an argument: `name_regex`, or `--name-regex`. */
  readonly argument: (name: string) => string;
  /** An argument with its value: `mapping_names = "model"`, or `--mapping-names model`. */
  readonly setting: (name: string, value: string | readonly string[]) => string;
  /**
   * Whether the reader has a configuration. A command line has fewer arguments, reads once, and nothing is planned by
   * what it finds.
   */
  readonly configures: boolean;
}

export const AS_CONFIGURATION: Manner = {
  argument: (name) => name,
  setting: (name, value) =>
    `${name} = ${typeof value === "string" ? `"${value}"` : `[${value.map((one) => `"${one}"`).join(", ")}]`}`,
  configures: true,
};
