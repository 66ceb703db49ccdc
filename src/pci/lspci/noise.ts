/** Other lines between those of lspci: from a copied terminal, or where a program removed lines. */

/**
 * Messages on standard error of lspci, its library and the shell, which get between the lines; and first lines of viewers
 * of groups.
 */
const COMPLAINT = /^(?:lspci|pcilib|sudo): |^IOMMU$|^Please be patient\.|: (?:command )?not found$/;
/** A shell's prompt: `root@pve:~#`, `[root@pve ~]$`, `#`, with or without a command after it; and `root@pve ~>` of fish. */
const PROMPT =
  /^(?:(?:(?:\([\w.-]{1,60}\) )?[\w.-]{1,60}@[\w.-]{1,60}[: ][^#$%]{0,200}|\[[\w.-]{1,60}@[^\]]{1,200}\])?[#$%❯➜λ]|[\w.-]{1,60}@[\w.-]{1,60} [^#$%>]{0,200}>)(?: |$)/u;
/** The host in it. */
const HOST = /^(?:\([\w.-]{1,60}\) )?\[?[\w.-]{1,60}@([\w-]{1,60})/;
/** A call of lspci, with anything before it; a prompt may have no space behind it. */
const COMMAND = /^(?:\S{1,100} {1,4}){0,2}(?:\S{0,100}[#$%❯➜λ])?(?:\/\S{0,60}\/)?lspci(?: |$)/u;
/** The lines of a script that lists IOMMU groups. */
const SCRIPT =
  /^(?:#!|(?:shopt|for|if|while|printf|echo|cat|dmesg|find|bash|sh|sudo|readlink|ls|local) |do(?:ne)?\b|(?:then|else|fi|exit|logout)\b|[a-z]{1,8}=\$|\.\/[\w./-]{1,100}$)/;
const FENCE = /^(?:`{3,}|~{3,})\S{0,40}$/;
/** Programs that let only some lines through, and pagers, which let all through. */
const FILTER = /^ *(?:sudo )?(?:[efz]?grep|rg|awk|sed|cut) /;
const CONTEXT = / -(?:[a-zA-Z]{0,8}[ABC] ?\d|-(?:after-|before-)?context)/;
const QUOTED = /"[^"]*"|'[^']*'/g;
const PAGER = /^ *(?:less|more|cat)\b[^;&<>]{0,40}$/;
/** lspci with a switch that makes it print subsystems. */
const TELLING = /\blspci (?:[^;&<>]{0,200} )?-[a-zA-Z]{0,8}[kv]/;

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

/** Whether an output has all lines of its devices, or only those that a program let through. */
export type Kept = "all" | "some";

/** What the lines above an output say of it. */
export interface Introduction {
  /** Whether another program removed lines from it; null where the text does not show it. */
  readonly kept: Kept | null;
  /** The host in the prompt; null where there is none. */
  readonly host: string | null;
}

export const NO_INTRODUCTION: Introduction = { kept: null, host: null };

/**
 * What a line that is an `edge` says of the output below it.
 * @param before what was known above the line, of an output that has not begun.
 */
export function introducedBy(text: string, before: Introduction): Introduction {
  return { kept: keptBelow(text, before.kept), host: HOST.exec(text)?.[1] ?? before.host };
}

/**
 * What a line that is an `edge` says of the output below it; null when nothing.
 * @param before what was known above the line, of an output that has not begun.
 */
export function keptBelow(text: string, before: Kept | null): Kept | null {
  if (FENCE.test(text)) return before;
  const [command = "", ...programs] = text.replace(QUOTED, "x").split("|");
  if (programs.some((program) => FILTER.test(program) && !CONTEXT.test(program))) return "some";
  const isWhole = programs.every((program) => PAGER.test(program) || FILTER.test(program));
  return isWhole && TELLING.test(command) && !/[;&<>]/.test(command) ? "all" : null;
}
