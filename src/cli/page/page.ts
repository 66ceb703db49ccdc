/** `inspect --html`: the cluster as one page that needs no other file. */
import { createHash } from "node:crypto";
import { jsx as h } from "hono/jsx";
import { pageScript } from "./browser/script.ts";
import { buildModel } from "./build.ts";
import { pageData } from "./data.ts";
import { harmless } from "./harmless.ts";
import type { PageInput } from "./model.ts";
import { STYLE } from "./style.ts";
import { body } from "./view/body.ts";
import { iconSheet } from "./view/icons.ts";

/** The page as HTML. The same input gives the same text. */
export function renderPage(input: PageInput): string {
  const model = harmless(buildModel(input));

  const script = pageScript();
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const html = String(
    h(
      "html",
      { lang: "en" },
      h(
        "head",
        null,
        h("meta", { charset: "utf-8" }),
        h("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
        h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
        h("meta", { name: "color-scheme", content: "light dark" }),
        h("meta", { name: "referrer", content: "no-referrer" }),
        h("title", null, `PCI devices · ${model.endpoint}`),
        h("style", { dangerouslySetInnerHTML: { __html: STYLE } }),
      ),
      h(
        "body",
        null,
        iconSheet(),
        ...body(model),
        h("script", {
          type: "application/json",
          id: "data",
          dangerouslySetInnerHTML: { __html: inScript(pageData(model)) },
        }),
        h("script", { dangerouslySetInnerHTML: { __html: script } }),
      ),
    ),
  );
  return `<!doctype html>\n${html}\n`;
}

/** The hash by which a policy names a script or a style. Source: Content Security Policy Level 3, hash-source. */
function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** JSON in which no text can end the script element. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
