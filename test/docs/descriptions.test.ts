/** What attributes, functions and parameters say of themselves. */
import { describe, expect, test } from "vitest";
import type { Attribute, Attributes } from "../../src/framework/attribute.ts";
import type { Fields, ValueType } from "../../src/framework/type.ts";
import { documentedProvider } from "../support/documentation.ts";

interface Described {
  readonly name: string;
  readonly attribute: Attribute;
}

function described(attributes: Attributes, parent: string): Described[] {
  return Object.entries(attributes).flatMap(([key, attribute]) => {
    const name = `${parent}.${key}`;
    const inner = attribute.type.kind === "nullable" ? attribute.type.type : attribute.type;
    return [{ name, attribute }, ...(inner.kind === "nested" ? described(inner.attributes, name) : [])];
  });
}

const all = [
  ...described(documentedProvider.attributes, "provider"),
  ...documentedProvider.dataSources.flatMap(({ name, attributes }) => described(attributes, name)),
];

/** Names of arguments, results and variables, which are no examples of a value. */
const names = new Set(all.map(({ name }) => name.split(".").at(-1) ?? ""));

function hasExample({ description }: Attribute): boolean {
  const spans = [...description.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
  return spans.some((span) => !names.has(span) && !/^[A-Z]+_[A-Z_]+$/.test(span));
}

test("everything has a description that ends as a sentence does", () => {
  const texts = [
    documentedProvider.description,
    ...all.map(({ attribute }) => attribute.description),
    ...documentedProvider.dataSources.map(({ description }) => description),
    ...documentedProvider.functions.flatMap(({ description, parameters, rest }) => [
      description,
      ...[...parameters, ...(rest === undefined ? [] : [rest])].map((parameter) => parameter.description),
    ]),
  ];
  expect(texts.filter((text) => !/^\S.*\.$/.test(text))).toStrictEqual([]);
});

describe("an attribute", () => {
  test("shows a value that it may have, or how one in it is reached, unless it is a password", () => {
    const without = all.filter(({ attribute }) => !hasExample(attribute));
    expect(without.map(({ name }) => name)).toStrictEqual([
      "provider.password",
      // Its values are names of attributes.
      "pci_mappings.mappings.nodes.problems.property",
    ]);
  });

  test("says when it is null, and only then", () => {
    const results = all.filter(({ attribute }) => attribute.mode === "computed");
    const wrong = results.filter(
      ({ attribute }) => /\bnull\b/i.test(attribute.description) !== (attribute.type.kind === "nullable"),
    );
    expect(wrong.map(({ name }) => name)).toStrictEqual([]);
  });

  test("that is a table of plain objects says in its own text what each member is", () => {
    const tables = all.flatMap(({ name, attribute }) => {
      const fields = attribute.type.kind === "nested" ? null : fieldsIn(attribute.type);
      return fields === null ? [] : [{ name, fields, description: attribute.description }];
    });
    expect(tables.map(({ name }) => name)).toStrictEqual(["pci_devices.by_node"]);
    for (const { fields, description } of tables) {
      for (const [member, { kind }] of Object.entries(fields)) {
        const clause = new RegExp(`\`${member}\` ([^;.]*)`).exec(description)?.[1] ?? "";
        expect(clause).toMatch(/`[^`]+`/);
        expect(clause.includes("null when")).toBe(kind === "nullable");
      }
    }
  });
});

/** The members of the objects in a type; null where there are none. */
function fieldsIn(type: Attribute["type"]): Fields | null {
  switch (type.kind) {
    case "nullable":
      return fieldsIn(type.type);
    case "list":
    case "set":
    case "map":
      return fieldsIn(type.element satisfies ValueType);
    case "object":
      return type.fields;
    default:
      return null;
  }
}
