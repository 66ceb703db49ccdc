/** The page of a function. */
import type { Parameter, ProviderFunction } from "../../src/framework/function.ts";
import { exampleBlock, type Page, page } from "./page.ts";
import { fieldLines, fieldsIn, signatureText, typeText } from "./type-text.ts";

/** The page of one function: description, example, signature, arguments, result. */
export function functionPage(provider: string, definition: ProviderFunction): Page {
  const { name, summary, description, parameters, rest, returns } = definition;
  const last = rest === undefined ? [] : [restLine(rest)];
  const fields = fieldsIn(returns);
  return page({
    path: `docs/functions/${name}.md`,
    title: `${name} function - ${provider}`,
    summary,
    paragraphs: [
      `# function: ${name}`,
      description,
      "Provider functions need OpenTofu 1.7 or Terraform 1.8. This one works offline.",
      "## Example Usage",
      exampleBlock(`functions/${name}/function.tf`),
      "## Signature",
      `\`\`\`text\n${signature(definition)}\n\`\`\``,
      "## Arguments",
      [...parameters.map(parameterLine), ...last].join("\n"),
      "## Return Type",
      fields === null
        ? `${typeText(returns)}.`
        : `${typeText(returns)}, with these attributes:\n\n${fieldLines(fields)}`,
    ],
  });
}

function signature({ name, parameters, rest, returns }: ProviderFunction): string {
  const declared = parameters.map((parameter) => `${parameter.name} ${signatureText(parameter.type)}`);
  if (rest !== undefined) declared.push(`${rest.name} ${signatureText(rest.type)}...`);
  return `${name}(${declared.join(", ")}) ${signatureText(returns)}`;
}

function parameterLine({ name, type, description }: Parameter): string {
  return `1. \`${name}\` (${typeText(type)}) ${description}`;
}

function restLine(rest: NonNullable<ProviderFunction["rest"]>): string {
  const count = rest.count === "any" ? "Variadic" : "Variadic, at most one";
  return `1. \`${rest.name}\` (${count}, ${typeText(rest.type)}) ${rest.description}`;
}
