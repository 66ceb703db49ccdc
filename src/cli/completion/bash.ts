/** The completion for bash, from version 4 on; it needs no other script. Source: bash(1), "Programmable Completion". */
import type { CommandModel, OptionModel, ProgramModel } from "./model.ts";

export function bashScript({ name, options, commands }: ProgramModel): string {
  const names = commands.map((command) => command.name);
  return `# bash completion for ${name}
_${name}() {
  local cur prev command="" before="" i
  cur=\${COMP_WORDS[COMP_CWORD]}
  prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # bash takes "--option=value" for three words.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" && COMP_CWORD -ge 2 ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    ${names.join(" | ")})
      command=\${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  # Of a list the part behind the last comma is completed.
  if [[ $cur == *,* ]]; then before=\${cur%,*},; fi
  COMPREPLY=()
  case $command in
  "")
    COMPREPLY=($(compgen -W "${[...names, ...namesOf(options)].join(" ")}" -- "$cur"))
    ;;
${commands.map(commandCase).join("")}  esac
}
complete -F _${name} ${name}
`;
}

function commandCase({ name, options, words }: CommandModel): string {
  const values = options.flatMap(valueCase).join("");
  const offered = [...words, ...namesOf(options)].join(" ");
  return `  ${name})
    case $prev in
${values}    *)
      COMPREPLY=($(compgen -W "${offered}" -- "$cur"))
      ;;
    esac
    ;;
`;
}

function valueCase({ long, value }: OptionModel): string[] {
  if (value === null) return [];
  return [
    `    ${long})
${valueReply(value)}      ;;
`,
  ];
}

function valueReply({ files, words, list }: NonNullable<OptionModel["value"]>): string {
  if (files) {
    return `      compopt -o filenames
      COMPREPLY=($(compgen -f -- "$cur"))
`;
  }
  if (words.length === 0) return "      :\n";
  return list
    ? `      compopt -o nospace
      COMPREPLY=($(compgen -P "$before" -W "${words.join(" ")}" -- "\${cur##*,}"))
`
    : `      COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$cur"))
`;
}

function namesOf(options: readonly OptionModel[]): readonly string[] {
  return options.map(({ long }) => long);
}
