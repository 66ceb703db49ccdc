/** Attributes as the section "Schema" of a page, in the form that registries are used to. */
import type { Attribute, Attributes, AttributeType, Mode } from "../../src/framework/attribute.ts";
import { fieldLines, fieldsIn, typeText } from "./type-text.ts";

const HEADINGS: readonly (readonly [Mode, string])[] = [
  ["required", "Required"],
  ["optional", "Optional"],
  ["computed", "Read-Only"],
];

/** Paragraphs for the attributes, and behind them for what is nested in them. */
export function schemaSection(attributes: Attributes): string[] {
  const groups = groupsOf(attributes, []).flatMap(({ heading, lines }) => [`### ${heading}`, lines]);
  return ["## Schema", ...groups, ...nestedSections(attributes, [])];
}

/** The attributes of one level, by who sets them. */
function groupsOf(attributes: Attributes, parents: readonly string[]): { heading: string; lines: string }[] {
  return HEADINGS.flatMap(([mode, heading]) => {
    const members = Object.entries(attributes).filter(([, attribute]) => attribute.mode === mode);
    const lines = members.map(([name, attribute]) => attributeLine([...parents, name], attribute));
    return members.length === 0 ? [] : [{ heading, lines: lines.join("\n") }];
  });
}

function attributeLine(path: readonly string[], { type, description, options }: Attribute): string {
  const traits = [typeText(type)];
  if (options.sensitive === true) traits.push("Sensitive");
  if (options.deprecated !== undefined) traits.push("Deprecated");
  const instead = options.deprecated === undefined ? "" : ` ${options.deprecated}`;
  const below =
    nestedParagraphs(type, path) === null ? "" : ` (see [below for nested schema](#${anchor(path)}))`;
  return `- \`${path.at(-1)}\` (${traits.join(", ")}) ${description}${instead}${below}`;
}

/** Of every attribute that has something nested in it, the section that it links to. */
function nestedSections(attributes: Attributes, parents: readonly string[]): string[] {
  return Object.entries(attributes).flatMap(([name, { type }]) => {
    const path = [...parents, name];
    const paragraphs = nestedParagraphs(type, path);
    if (paragraphs === null) return [];
    return [`<a id="${anchor(path)}"></a>\n\n### Nested Schema for \`${path.join(".")}\``, ...paragraphs];
  });
}

/** What an attribute's section says; null when it has none. */
function nestedParagraphs(type: AttributeType, path: readonly string[]): string[] | null {
  if (type.kind === "nullable") return nestedParagraphs(type.type, path);
  if (type.kind === "nested") {
    const groups = groupsOf(type.attributes, path).flatMap(({ heading, lines }) => [`${heading}:`, lines]);
    return [...groups, ...nestedSections(type.attributes, path)];
  }
  const fields = fieldsIn(type);
  return fields === null ? null : ["Read-Only:", fieldLines(fields)];
}

function anchor(path: readonly string[]): string {
  return `nestedatt--${path.join("--")}`;
}
