/** What the pages of functions say beyond what terraform-plugin-docs makes of signatures: optional arguments and results. */
import { describe, expect, test } from "vitest";
import type { Fields, ValueType } from "../../src/framework/type.ts";
import { documentedProvider, readProjectFile } from "../support/documentation.ts";

/** The name and the type of each member, as the list of a page has them. */
function membersOf(fields: Fields): string[][] {
  return Object.entries(fields).map(([name, type]) => [name, typeName(type)]);
}

/** A type as terraform-plugin-docs names it. */
function typeName(type: ValueType): string {
  switch (type.kind) {
    case "nullable":
      return typeName(type.type);
    case "text":
      return "String";
    case "bool":
      return "Boolean";
    case "number":
    case "integer":
      return "Number";
    case "list":
      return `List of ${typeName(type.element)}`;
    case "set":
      return `Set of ${typeName(type.element)}`;
    case "map":
      return `Map of ${typeName(type.element)}`;
    case "object":
    case "options":
      return "Object";
  }
}

function fieldsIn(type: ValueType): Fields {
  if (type.kind === "object") return type.fields;
  return type.kind === "list" || type.kind === "map" ? fieldsIn(type.element) : {};
}

describe.each(documentedProvider.functions.map((definition) => [definition.name, definition] as const))(
  "the page of %s",
  (name, { returns, rest }) => {
    const page = readProjectFile(`docs/functions/${name}.md`);
    const [aboutArguments = "", aboutResult = ""] =
      page.split("## Arguments")[1]?.split("## Return Type") ?? [];

    test("says what comes out, member by member, and when each is null", () => {
      const lines = [...aboutResult.matchAll(/^- `(\w+)` \(([^)]+)\) (.+)$/gm)];
      const fields = fieldsIn(returns);
      expect(aboutResult.trim()).toMatch(new RegExp(`^${typeName(returns)}[:,] `));
      expect(lines.map(([, member = "", type = ""]) => [member, type])).toStrictEqual(membersOf(fields));
      expect(
        lines.filter(([, , , text = ""]) => /\bnull\b/i.test(text)).map(([, member]) => member),
      ).toStrictEqual(Object.keys(fields).filter((member) => fields[member]?.kind === "nullable"));
    });

    test("says that its last argument may be left out, where it may", () => {
      const sentence = /^`(\w+)` may be left out\. A second one is an error\.(.*)$/m;
      const [, argument, more = ""] = sentence.exec(aboutArguments) ?? [];
      expect(argument).toBe(rest?.name);
      expect(rest?.count).not.toBe("any");
      const type = rest?.type.kind === "nullable" ? rest.type.type : undefined;
      const members = type?.kind === "options" ? Object.keys(type.fields) : [];
      expect([...more.matchAll(/`(\w+)`/g)].map(([, member]) => member)).toStrictEqual(members);
    });
  },
);
