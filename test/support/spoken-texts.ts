/** The texts that are written in a source: all of them, and those that a user gets when something is wrong. */

/** A call that refuses something, whose arguments have such a text. */
const CALLS = /\bnew (?:FunctionError|PciFormatError|SettingError)\(|\brefuse\(|\.(?:invalid|missing)\(/g;

/** What the text of a problem is, or a variable for one. */
const PROBLEMS = /\btext: |\bconst (?:text|message) = /g;

/** Texts of two words or more, with `…` for every value that is put into them. @param path of the source, from the root */
export function spokenTexts(source: string, path: string): string[] {
  const beginnings = [
    ...source.matchAll(CALLS),
    ...(path.startsWith("src/proxmox/") ? source.matchAll(PROBLEMS) : []),
  ];
  return beginnings
    .flatMap(({ index, 0: beginning }) =>
      textsIn(source, index + beginning.length, beginning.endsWith("(") ? ")" : ",;"),
    )
    .filter((text) => /\p{L}{2,} \p{L}{2,}/u.test(text));
}

/** Every text of a source. */
export function writtenTexts(source: string): string[] {
  return textsIn(source, 0, "");
}

/**
 * The literals from a place on, those that `+` joins as one, and those inside the values of templates.
 * @param ends the characters that end what is looked at, outside of brackets
 */
function textsIn(source: string, start: number, ends: string): string[] {
  const texts: string[] = [];
  const inner: string[] = [];
  let joined = false;
  let depth = 0;
  let at = start;
  while (at < source.length) {
    const character = source[at] ?? "";
    const comment = /^(?:\/\/.*|\/\*[\s\S]*?\*\/)/.exec(source.slice(at, at + 5_000))?.[0];
    if (comment !== undefined) {
      at += comment.length;
    } else if (/["'`]/.test(character)) {
      const literal = literalAt(source, at);
      texts.push(joined ? `${texts.pop() ?? ""}${literal.text}` : literal.text);
      inner.push(...literal.inner);
      joined = false;
      at = literal.end;
    } else {
      if (depth <= 0 && ends.includes(character)) break;
      if (/[([{]/.test(character)) depth += 1;
      if (/[)\]}]/.test(character)) depth -= 1;
      if (ends !== "" && depth < 0) break;
      if (!/\s/.test(character)) joined = character === "+" && texts.length > 0;
      at += 1;
    }
  }
  return [...texts, ...inner];
}

interface Literal {
  readonly text: string;
  /** The literals in the values of a template. */
  readonly inner: readonly string[];
  readonly end: number;
}

function literalAt(source: string, start: number): Literal {
  const quote = source[start];
  const inner: string[] = [];
  let text = "";
  let at = start + 1;
  while (at < source.length && source[at] !== quote) {
    // A quote in a regular expression is taken for a text's: it ends with the line.
    if (quote !== "`" && source[at] === "\n") return { text: "", inner, end: at };
    if (source[at] === "\\") {
      text += source[at + 1] === "n" ? "\n" : (source[at + 1] ?? "");
      at += 2;
    } else if (quote === "`" && source.startsWith("${", at)) {
      const end = endOfExpression(source, at + 2);
      inner.push(...textsIn(source.slice(at + 2, end - 1), 0, ""));
      text += "…";
      at = end;
    } else {
      text += source[at];
      at += 1;
    }
  }
  return { text, inner, end: at + 1 };
}

function endOfExpression(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < source.length && depth > 0) {
    const character = source[at] ?? "";
    if (/["'`]/.test(character)) {
      at = literalAt(source, at).end;
      continue;
    }
    if (character === "{") depth += 1;
    if (character === "}") depth -= 1;
    at += 1;
  }
  return at;
}
