/** Types as documentation names them. */
import type { AttributeType } from "../../src/framework/attribute.ts";
import type { Fields, ValueType } from "../../src/framework/type.ts";

/** `String`, `List of Number`, `Attributes Map`. */
export function typeText(type: AttributeType): string {
  switch (type.kind) {
    case "nullable":
      return typeText(type.type);
    case "nested":
      return type.nesting === "single" ? "Attributes" : `Attributes ${capitalised(type.nesting)}`;
    case "text":
      return "String";
    case "number":
    case "integer":
      return "Number";
    case "bool":
      return "Boolean";
    case "list":
    case "set":
    case "map":
      return `${capitalised(type.kind)} of ${typeText(type.element)}`;
    case "object":
      return "Object";
    case "options":
      return "Object";
  }
}

/** The members of the objects in a type, however deep in lists and maps; null where there are none. */
export function fieldsIn(type: ValueType): Fields | null {
  switch (type.kind) {
    case "nullable":
      return fieldsIn(type.type);
    case "list":
    case "set":
    case "map":
      return fieldsIn(type.element);
    case "object":
    case "options":
      return type.fields;
    default:
      return null;
  }
}

/** One line for each member of an object. */
export function fieldLines(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, type]) => `- \`${name}\` (${typeText(type)})`)
    .join("\n");
}

/** As a signature has it: `list of string`. */
export function signatureText(type: ValueType): string {
  return typeText(type).toLowerCase();
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
