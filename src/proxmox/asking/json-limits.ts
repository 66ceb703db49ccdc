/**
 * Checks of the text of an answer before it is parsed. A value may need a hundred times the memory of its text. An object
 * whose member has a new name needs even more, because V8 makes a new hidden class for it.
 */

/**
 * Values in one answer; an empty list or object counts twice. Ten thousand guests have a quarter of a million, the PCI functions of the
 * largest hosts a hundred thousand.
 */
export const MAX_JSON_VALUES = 1_000_000;

/** Objects among them: guests, PCI functions, paths with permissions. */
export const MAX_JSON_OBJECTS = 50_000;

/** The shortest object in a list that is not empty: `{"a":1},`. Shorter texts need no check. */
const BYTES_OF_OBJECT = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** What a JSON text (UTF-8) has too many of; null for nothing. For other texts the result has no meaning. */
export function excessOf(bytes: Buffer): string | null {
  if (bytes.length <= BYTES_OF_OBJECT * MAX_JSON_OBJECTS) return null;
  let values = 1;
  let objects = 0;
  let inText = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === QUOTE) inText = !inText;
    else if (inText) {
      if (byte === BACKSLASH) index += 1;
    } else if (byte === COMMA || byte === OPEN_BRACKET || byte === OPEN_BRACE) {
      values += 1;
      if (values > MAX_JSON_VALUES) return `${MAX_JSON_VALUES} values`;
      if (byte === OPEN_BRACE) objects += 1;
      if (objects > MAX_JSON_OBJECTS) return `${MAX_JSON_OBJECTS} objects`;
    }
  }
  return null;
}
