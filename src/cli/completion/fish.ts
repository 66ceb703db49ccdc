/** The completion for fish. Source: complete(1) of fish. */
import type { OptionModel, ProgramModel } from "./model.ts";

export function fishScript({ name, options, commands }: ProgramModel): string {
  const names = commands.map((command) => command.name).join(" ");
  const none = quoted(`not __fish_seen_subcommand_from ${names}`);
  const lines = [
    `# fish completion for ${name}`,
    `complete -c ${name} -f`,
    ...options.map((option) => `complete -c ${name} -n ${none} ${described(option)}`),
    ...commands.flatMap((command) => {
      const seen = quoted(`__fish_seen_subcommand_from ${command.name}`);
      return [
        `complete -c ${name} -n ${none} -a ${command.name} -d ${quoted(command.summary)}`,
        ...(command.words.length === 0
          ? []
          : [`complete -c ${name} -n ${seen} -a ${quoted(command.words.join(" "))}`]),
        ...command.options.map((option) => `complete -c ${name} -n ${seen} ${described(option)}`),
      ];
    }),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function described({ long, short, description, value }: OptionModel): string {
  const names = `-l ${long.slice(2)}${short === null ? "" : ` -s ${short.slice(1)}`}`;
  return `${names}${value === null ? "" : expectation(value)} -d ${quoted(description)}`;
}

function expectation({ files, words, list }: NonNullable<OptionModel["value"]>): string {
  if (files) return " -r -F";
  if (words.length === 0) return " -x";
  const offered = words.join(" ");
  return ` -x -a ${quoted(list ? `(__fish_append , ${offered})` : offered)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
