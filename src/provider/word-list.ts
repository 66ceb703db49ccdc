/** Arguments that take some of a few words. */
import { formatPath } from "../framework/path.ts";
import { checked, type ListType, list, type TextType, text } from "../framework/type.ts";
import { oneOf, type Validator } from "../framework/validator.ts";

/** A list of some of the words, in any order; another word is an error that names them all. */
export function wordList(words: readonly string[]): ListType<TextType> {
  return list(checked(text, oneOf(...words)));
}

/** Refuses the empty list of words. For all words, the user leaves the argument out. */
export const notNone: Validator<readonly string[]> = (value, at, diagnostics) => {
  if (value.length > 0) return;
  diagnostics.error(
    "Empty Value",
    `${formatPath(at)} is empty, and asks for nothing. Leave the argument out to get all of them.`,
    at,
  );
};

/** Whether the configuration silences the warnings of a word. */
export type Accepts<W extends string> = (word: W) => boolean;

/** The argument `accept` as a function. @param accept its words; null and `[]` silence nothing. */
export function accepting<W extends string>(accept: readonly string[] | null): Accepts<W> {
  const silenced = new Set<string>(accept ?? []);
  return (word) => silenced.has(word);
}
