import { expect, test } from "vitest";
import { functionPage } from "../../scripts/docs/function-page.ts";
import {
  optionalParameter,
  parameter,
  providerFunction,
  variadicParameter,
} from "../../src/framework/function.ts";
import { bool, list, object, options, text } from "../../src/framework/type.ts";

/** The sections below the example, which is that of a function which there is. */
function signatureOf(text: string): string {
  return text.slice(text.indexOf("## Signature"));
}

test("a signature has the optional parameter last, and objects are listed by attribute", () => {
  const page = functionPage(
    "gpuhost",
    providerFunction({
      name: "hostpci",
      summary: "Blocks",
      description: "Makes blocks.",
      parameters: [parameter("names", list(text), "The names.")],
      rest: optionalParameter("options", options({ pcie: bool }), "The options."),
      returns: list(object({ device: text, pcie: bool })),
      run: () => [],
    }),
  );
  expect(page.path).toBe("docs/functions/hostpci.md");
  expect(page.text).toContain(
    '---\npage_title: "hostpci function - gpuhost"\nsubcategory: ""\ndescription: |-\n  Blocks\n---\n\n# function: hostpci\n\nMakes blocks.\n',
  );
  expect(signatureOf(page.text)).toBe(
    "## Signature\n\n```text\nhostpci(names list of string, options object...) list of object\n```\n\n" +
      "## Arguments\n\n1. `names` (List of String) The names.\n1. `options` (Variadic, at most one, Object) The options.\n\n" +
      "## Return Type\n\nList of Object, with these attributes:\n\n- `device` (String)\n- `pcie` (Boolean)\n",
  );
});

test("a variadic parameter takes any number", () => {
  const page = functionPage(
    "gpuhost",
    providerFunction({
      name: "path",
      summary: "Joined",
      description: "Joins.",
      parameters: [],
      rest: variadicParameter("parts", text, "The parts."),
      returns: text,
      run: (...parts) => parts.join(""),
    }),
  );
  expect(signatureOf(page.text)).toBe(
    "## Signature\n\n```text\npath(parts string...) string\n```\n\n" +
      "## Arguments\n\n1. `parts` (Variadic, String) The parts.\n\n## Return Type\n\nString.\n",
  );
});
