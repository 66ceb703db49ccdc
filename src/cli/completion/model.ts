/** The command line as the completion scripts need it: names, descriptions and possible values. */
import type { Command, Option } from "commander";
import { CompletedOption } from "../definition.ts";

export interface CommandModel {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionModel[];
  /** Words that are possible as its argument. */
  readonly words: readonly string[];
}

export interface OptionModel {
  /** `--json` */
  readonly long: string;
  /** `-h`; null when it has none. */
  readonly short: string | null;
  readonly description: string;
  /** Its value; null for an option without one. */
  readonly value: ValueModel | null;
  readonly repeatable: boolean;
}

export interface ValueModel {
  /** `seconds`, for `--timeout <seconds>` */
  readonly name: string;
  readonly files: boolean;
  readonly words: readonly string[];
  /** Whether several values may be given, with commas between them. */
  readonly list: boolean;
}

export interface ProgramModel {
  readonly name: string;
  readonly options: readonly OptionModel[];
  readonly commands: readonly CommandModel[];
}

export function modelOf(program: Command): ProgramModel {
  const help = program.createHelp();
  return {
    name: program.name(),
    options: help.visibleOptions(program).flatMap(optionModel),
    commands: help.visibleCommands(program).map((command) => ({
      name: command.name(),
      summary: command.summary() === "" ? command.description() : command.summary(),
      options: help.visibleOptions(command).flatMap(optionModel),
      words:
        command.name() === "help"
          ? program.commands.map((one) => one.name())
          : command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    })),
  };
}

function optionModel(option: Option): OptionModel[] {
  const { long, short, description, flags } = option;
  if (long === undefined) return [];
  const name = /<(.+)>/.exec(flags)?.[1];
  const completions = option instanceof CompletedOption ? option.completions : [];
  const isList = option instanceof CompletedOption && option.isList;
  const value =
    name === undefined
      ? null
      : {
          name,
          files: completions === "files",
          words: completions === "files" ? [] : completions,
          list: isList,
        };
  return [{ long, short: short ?? null, description, value, repeatable: option.parseArg?.length === 2 }];
}
