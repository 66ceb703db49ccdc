/** The completion for zsh. Source: zshcompsys(1), `_arguments`, `_describe` and `_values`. */
import type { CommandModel, OptionModel, ProgramModel, ValueModel } from "./model.ts";

export function zshScript({ name, options, commands }: ProgramModel): string {
  const described = commands.map((command) => quoted(`${command.name}:${command.summary}`));
  return `#compdef ${name}
# zsh completion for ${name}
_${name}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands=(
${described.map((line) => `    ${line}\n`).join("")}  )
  _arguments -C \\
${options.map((option) => `    ${argument(option)} \\\n`).join("")}    '1: :->command' \\
    '*:: :->rest'
  case $state in
  command)
    _describe -t commands command commands
    ;;
  rest)
    case $line[1] in
${commands.map(commandCase).join("")}    esac
    ;;
  esac
}
# Sourced it registers itself; out of fpath it is called at once.
if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function commandCase({ name, options, words }: CommandModel): string {
  const lines = [
    ...options.map(argument),
    ...(words.length === 0 ? [] : [quoted(`1:${name}:(${words.join(" ")})`)]),
  ];
  return `    ${name})
      _arguments \\
${lines.map((line) => `        ${line}`).join(" \\\n")}
      ;;
`;
}

function argument({ long, short, description, value, repeatable }: OptionModel): string {
  const words = `[${escaped(description)}]${value === null ? "" : action(value)}`;
  if (short !== null) return `'(${short} ${long})'{${short},${long}}${quoted(words)}`;
  return quoted(`${repeatable ? "*" : ""}${long}${words}`);
}

function action({ name, files, words, list }: ValueModel): string {
  const what = escaped(name);
  if (files) return `:${what}:_files`;
  if (words.length === 0) return `:${what}: `;
  return list ? `:${what}:_values -s , ${what} ${words.join(" ")}` : `:${what}:(${words.join(" ")})`;
}

/** Puts a backslash before marks that would end a description or a part of an argument. */
function escaped(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, (mark) => `\\${mark}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
