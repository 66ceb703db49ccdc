/**
 * How all scripts of this project read their arguments. An unknown option ends the script with 2, and the message names
 * the option that was perhaps meant. `--help` lists the options.
 */
import { parseArgs } from "node:util";
import { nearestNames } from "../src/framework/nearest-names.ts";

/** One option of a script. */
export interface ScriptOption {
  readonly type: "boolean" | "string";
  /** What `--help` says of it. */
  readonly description: string;
  /** What `--help` calls its value: `FILE`. */
  readonly value?: string;
  readonly multiple?: boolean;
}

export interface ScriptUsage {
  /** The command: `npm run docs`. */
  readonly command: string;
  /** One sentence without its full stop. */
  readonly summary: string;
  readonly options?: Readonly<Record<string, ScriptOption>>;
  /** Arguments after the options; without it none are allowed. */
  readonly operands?: { readonly name: string; readonly description: string; readonly most: number };
}

type Value<O extends ScriptOption> = O["type"] extends "boolean" ? boolean : string;
type Values<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends ScriptOption
    ? Options[Name]["multiple"] extends true
      ? readonly Value<Options[Name]>[] | undefined
      : Value<Options[Name]> | undefined
    : never;
};

export interface Arguments<Options> {
  readonly values: Values<Options>;
  readonly operands: readonly string[];
}

/** Arguments that the script does not accept. `message` says which, and what was perhaps meant. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `--help` was given; `message` is the answer. */
export class HelpRequest extends Error {
  override readonly name = "HelpRequest";
}

/**
 * Reads arguments.
 * @throws UsageError for what the script does not accept, HelpRequest for `--help`.
 */
export function parseArguments<const Usage extends ScriptUsage>(
  usage: Usage,
  args: readonly string[],
): Arguments<Usage["options"]> {
  const options = { ...usage.options, help: { type: "boolean" as const, short: "h" } };
  const parsed = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  if (parsed.values["help"] === true) throw new HelpRequest(helpOf(usage));
  const given = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    checkOption(usage, token.name, token.rawName, token.value);
    if (given.has(token.name) && usage.options?.[token.name]?.multiple !== true) {
      throw new UsageError(`${token.rawName} is there twice.`);
    }
    given.add(token.name);
  }
  const operands = parsed.positionals;
  const most = usage.operands?.most ?? 0;
  if (operands.length > most) throw new UsageError(tooMuch(usage, operands, most));
  return { values: parsed.values as Values<Usage["options"]>, operands };
}

/**
 * Reads the arguments of this process. For invalid arguments, ends with 2 and a message on standard error; for
 * `--help`, with 0 and the answer on standard output.
 */
export function readArguments<const Usage extends ScriptUsage>(usage: Usage): Arguments<Usage["options"]> {
  try {
    return parseArguments(usage, process.argv.slice(2));
  } catch (error) {
    if (error instanceof HelpRequest) {
      console.log(error.message);
      process.exit(0);
    }
    if (error instanceof UsageError) return refuse(usage, error.message);
    throw error;
  }
}

/** Ends this process with 2, because the arguments cannot be used. */
export function refuse(usage: ScriptUsage, message: string): never {
  console.error(`Error: ${message}\nTry: ${withDashes(usage.command)} --help`);
  process.exit(2);
}

function checkOption(usage: ScriptUsage, name: string, raw: string, value: string | undefined): void {
  const known: Readonly<Record<string, ScriptOption>> = usage.options ?? {};
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (option === undefined) {
    const [near] = nearestNames(name, ["help", ...Object.keys(known)]);
    throw new UsageError(
      `There is no option ${raw}${near === undefined ? "." : `; did you mean --${near}?`}`,
    );
  }
  if (option.type === "boolean" && value !== undefined) {
    throw new UsageError(`${raw} takes no value, and ${JSON.stringify(value)} is given.`);
  }
  if (option.type === "string" && (value === undefined || value === "")) {
    throw new UsageError(`${raw} needs ${option.value ?? "a value"} behind it.`);
  }
}

function tooMuch({ operands }: ScriptUsage, given: readonly string[], most: number): string {
  const first = JSON.stringify(given[most]);
  if (operands === undefined) return `${first} is not an option, and nothing else is taken.`;
  return `${first} is too much: at most ${most} ${operands.name} may be named.`;
}

/** npm takes options before `--` for itself. */
function withDashes(command: string): string {
  return command.startsWith("npm ") ? `${command} --` : command;
}

function helpOf(usage: ScriptUsage): string {
  const { command, summary, options = {}, operands } = usage;
  const rows = [
    ...(operands === undefined ? [] : [[operands.name, operands.description]]),
    ...Object.entries<ScriptOption>(options).map(([name, { value, description }]) => [
      `--${name}${value === undefined ? "" : ` ${value}`}`,
      description,
    ]),
    ["--help", "Says this"],
  ];
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  const forms = [
    Object.keys(options).length > 0 ? " [OPTIONS]" : "",
    operands === undefined ? "" : ` [${operands.name}${operands.most > 1 ? "…" : ""}]`,
  ].join("");
  const table = rows.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}.`);
  return `${summary}.\n\nUsage: ${forms === "" ? command : `${withDashes(command)}${forms}`}\n\n${table.join("\n")}`;
}
