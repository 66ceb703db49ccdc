import { expect, test } from "vitest";
import { schemaSection } from "../../scripts/docs/schema-section.ts";
import { computed, nestedList, nestedMap, optional, required } from "../../src/framework/attribute.ts";
import { bool, integer, list, map, nullable, object, text } from "../../src/framework/type.ts";

test("attributes are grouped by who sets them, with their traits", () => {
  const paragraphs = schemaSection({
    result: computed(nullable(integer), "What comes out."),
    token: optional(text, "How to sign in.", { sensitive: true }),
    old: optional(list(bool), "What was.", { deprecated: "Use `token`." }),
    endpoint: required(text, "Where it is."),
  });
  expect(paragraphs).toStrictEqual([
    "## Schema",
    "### Required",
    "- `endpoint` (String) Where it is.",
    "### Optional",
    "- `token` (String, Sensitive) How to sign in.\n- `old` (List of Boolean, Deprecated) What was. Use `token`.",
    "### Read-Only",
    "- `result` (Number) What comes out.",
  ]);
});

test("nested attributes and objects have sections of their own, linked from where they stand", () => {
  const paragraphs = schemaSection({
    cards: computed(
      nestedMap({
        node: computed(text, "Where."),
        users: computed(nullable(nestedList({ name: computed(text, "Who.") })), "By whom."),
      }),
      "The cards.",
    ),
    table: computed(map(map(object({ id: text, group: nullable(integer) }))), "The table."),
  });
  expect(paragraphs).toStrictEqual([
    "## Schema",
    "### Read-Only",
    "- `cards` (Attributes Map) The cards. (see [below for nested schema](#nestedatt--cards))\n" +
      "- `table` (Map of Map of Object) The table. (see [below for nested schema](#nestedatt--table))",
    '<a id="nestedatt--cards"></a>\n\n### Nested Schema for `cards`',
    "Read-Only:",
    "- `node` (String) Where.\n" +
      "- `users` (Attributes List) By whom. (see [below for nested schema](#nestedatt--cards--users))",
    '<a id="nestedatt--cards--users"></a>\n\n### Nested Schema for `cards.users`',
    "Read-Only:",
    "- `name` (String) Who.",
    '<a id="nestedatt--table"></a>\n\n### Nested Schema for `table`',
    "Read-Only:",
    "- `id` (String)\n- `group` (Number)",
  ]);
});
