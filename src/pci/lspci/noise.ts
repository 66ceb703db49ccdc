/** Other lines between those of lspci: from a copied terminal, or where a program removed lines. */

/**
 * Messages of lspci and its library on standard error, which get between the lines; and first lines of viewers of groups.
 */
const COMPLAINT = /^(?:lspci|pcilib|sudo): |^IOMMU$|^Please be patient\./;
/** A shell's prompt: `root@pve:~#`, `[root@pve ~]$`, `#`, with or without a command after it. */
const PROMPT =
  /^(?:(?:\([\w.-]{1,60}\) )?[\w.-]{1,60}@[\w.-]{1,60}[: ][^#$%]{0,200}|\[[\w.-]{1,60}@[^\]]{1,200}\])?[#$%❯➜λ](?: |$)/u;
/** A call of lspci, with anything before it. */
const COMMAND = /^(?:\S{1,100} {1,4}){0,2}(?:\/\S{0,60}\/)?lspci(?: |$)/;
/** The lines of a script that lists IOMMU groups. */
const SCRIPT =
  /^(?:#!|(?:shopt|for|if|while|printf|echo|cat|dmesg|find|bash|sh|sudo|readlink|ls|local) |do(?:ne)?\b|(?:then|else|fi|exit|logout)\b|[a-z]{1,8}=\$|\.\/[\w./-]{1,100}$)/;
const FENCE = /^(?:`{3,}|~{3,})\S{0,40}$/;
/** Programs that let only some lines through. */
const FILTER = /\| *(?:sudo )?(?:[efz]?grep|rg|awk|sed|cut) /;
const CONTEXT = / -(?:[a-zA-Z]{0,8}[ABC] ?\d|-(?:after-|before-)?context)/;

/**
 * The kind of a line that is no output of lspci: a `complaint` may be anywhere, an `edge` comes before or after an
 * output, and at a `cut` (the dashes of `grep -A`) lines are missing.
 * @param text the line, trimmed.
 */
export function noiseIn(text: string): "complaint" | "edge" | "cut" | null {
  if (COMPLAINT.test(text)) return "complaint";
  if (text === "--") return "cut";
  const edge = PROMPT.test(text) || COMMAND.test(text) || SCRIPT.test(text) || FENCE.test(text);
  return edge ? "edge" : null;
}

/** Whether a command removes lines from the middle, so that a missing line has no meaning. */
export function dropsLines(text: string): boolean {
  return FILTER.test(text) && !CONTEXT.test(text);
}
