/** What stands between the lines of lspci when a terminal was copied, or when a program let only some lines through. */

/** What lspci and its library say on standard error, which ends up between the lines; what viewers of groups begin with. */
const COMPLAINT = /^(?:lspci|pcilib|sudo): |^IOMMU$|^Please be patient\./;
/** A shell's prompt: `root@pve:~#`, `[root@pve ~]$`, `#`, with or without a command behind it. */
const PROMPT =
  /^(?:(?:\([\w.-]{1,60}\) )?[\w.-]{1,60}@[\w.-]{1,60}[: ][^#$%]{0,200}|\[[\w.-]{1,60}@[^\]]{1,200}\])?[#$%❯➜λ](?: |$)/u;
/** lspci itself, whatever stands before it. */
const COMMAND = /^(?:\S{1,100} {1,4}){0,2}(?:\/\S{0,60}\/)?lspci(?: |$)/;
/** The lines of a script that lists IOMMU groups. */
const SCRIPT =
  /^(?:#!|(?:shopt|for|if|while|printf|echo|cat|dmesg|find|bash|sh|sudo|readlink|ls|local) |do(?:ne)?\b|(?:then|else|fi|exit|logout)\b|[a-z]{1,8}=\$|\.\/[\w./-]{1,100}$)/;
const FENCE = /^(?:`{3,}|~{3,})\S{0,40}$/;
/** Programs that let lines through one by one. */
const FILTER = /\| *(?:sudo )?(?:[efz]?grep|rg|awk|sed|cut) /;
const CONTEXT = / -(?:[a-zA-Z]{0,8}[ABC] ?\d|-(?:after-|before-)?context)/;

/**
 * What kind of a line it is, when it is none of lspci's output: a `complaint` may stand anywhere, an `edge` stands
 * before or behind an output, and at a `cut` (the dashes of `grep -A`) lines are missing.
 * @param text the line, trimmed.
 */
export function noiseIn(text: string): "complaint" | "edge" | "cut" | null {
  if (COMPLAINT.test(text)) return "complaint";
  if (text === "--") return "cut";
  const edge = PROMPT.test(text) || COMMAND.test(text) || SCRIPT.test(text) || FENCE.test(text);
  return edge ? "edge" : null;
}

/** Whether a command drops lines out of the middle, so that nothing can be told from one that is not there. */
export function dropsLines(text: string): boolean {
  return FILTER.test(text) && !CONTEXT.test(text);
}
