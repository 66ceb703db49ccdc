/**
 * What is looked at in the text of an answer before it is parsed. A value may take a hundred times the memory of its text.
 * An object with a member of a new name takes even more: it is a kind of its own to V8.
 */

/** Values in one answer, an empty list or object counted twice. Ten thousand guests have a quarter of a million, the PCI functions of the largest hosts a hundred thousand. */
export const MAX_JSON_VALUES = 1_000_000;

/** Objects among them: guests, PCI functions, paths with permissions. */
export const MAX_JSON_OBJECTS = 50_000;

/** An object that is not empty takes no less of a list: `{"a":1},`. Shorter texts need not be looked at. */
const BYTES_OF_OBJECT = 8;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** What a JSON text (UTF-8) has more of than an answer may have; null for nothing. What is no JSON gets some answer. */
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
