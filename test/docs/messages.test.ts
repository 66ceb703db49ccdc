/**
 * The guide that lists every message, and the sources that say them. Summaries are held by their type; of the texts behind them
 * the sources are read, so that a text without an explanation, and an explanation of nothing, are seen.
 */
import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MESSAGES_GUIDE, messageTables, textTables, withMessages } from "../../scripts/docs/messages.ts";
import { projectRoot } from "../../scripts/project.ts";
import { ACCEPTABLE as DEVICE_WORDS } from "../../src/provider/data-sources/pci-devices/schema.ts";
import { ACCEPTABLE as MAPPING_WORDS } from "../../src/provider/data-sources/pci-mappings/schema.ts";
import { functionTexts } from "../../src/provider/messages/functions.ts";
import { documentedProvider, readProjectFile } from "../support/documentation.ts";
import { inventedSummaries } from "../support/invented-summaries.ts";
import { anchors, links } from "../support/markdown.ts";
import { spokenTexts, writtenTexts } from "../support/spoken-texts.ts";

const sources = globSync("src/**/*.ts", { cwd: projectRoot, exclude: ["**/gen/**", "src/cli/**"] })
  .filter((path) => !/messages?\.ts$|\/messages\//.test(path))
  .toSorted();
const withCommandLine = globSync("src/**/*.ts", { cwd: projectRoot, exclude: ["**/gen/**"] });
const guide = readProjectFile(`docs/${MESSAGES_GUIDE}`);
const summaries = Object.values(messageTables).flatMap(Object.keys);
const phrases = Object.values(textTables).flatMap((rows) => rows.flatMap(({ says }) => says));
/** All that is written there is said to users. */
const NOTES = "src/provider/mapping-notes.ts";
const said = sources.flatMap((path) => {
  const source = readProjectFile(path);
  return (path === NOTES ? sentences(source) : spokenTexts(source, path)).map((text) => ({ path, text }));
});

const written = sources.flatMap((path) => writtenTexts(readProjectFile(path)));

/** Texts around others that are explained. */
const FRAMES = [
  "nothing is suggested: …",
  "The endpoint … …; write it like ….",
  '… Set api_token = "USER@REALM!TOKENID=SECRET" or PROXMOX_VE_API_TOKEN (best), auth_ticket with csrf_prevention_token, or username with password.',
];

/** Whether the fixed words are in the text, in their order. */
function has(text: string, phrase: string): boolean {
  const pattern = phrase.split("…").map(escaped).join(".+");
  return new RegExp(pattern, "s").test(text);
}

/** Texts of more than a few words. */
function sentences(source: string): string[] {
  return writtenTexts(source).filter((text) => text.split(" ").length > 3);
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w\s]/g, "\\$&");
}

describe("summaries", () => {
  test("are of one table each", () => {
    expect(summaries.toSorted()).toStrictEqual([...new Set(summaries)].toSorted());
    expect(summaries.length).toBeGreaterThan(60);
  });

  test("are said somewhere, all of them", () => {
    const all = withCommandLine
      .filter((path) => !/messages?(-table)?\.ts$|\/messages\//.test(path))
      .map(readProjectFile)
      .join("\n");
    expect(summaries.filter((summary) => !all.includes(JSON.stringify(summary)))).toStrictEqual([]);
  });

  test("that tests invent are in no source", () => {
    const all = withCommandLine.map(readProjectFile).join("\n");
    const taken = Object.keys(inventedSummaries).filter((summary) =>
      new RegExp(`\\(\\s*${escaped(JSON.stringify(summary))},`).test(all),
    );
    expect(taken).toStrictEqual([]);
  });

  test("have a heading of their own, which a search finds", () => {
    const headings = [...guide.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.toSorted()).toStrictEqual(summaries.toSorted());
  });

  test("that stand for several lead to the one that is explained", () => {
    const likes = Object.values(messageTables).flatMap((messages) =>
      Object.values(messages).flatMap((message) => ("like" in message ? [message.like] : [])),
    );
    expect(likes.length).toBeGreaterThan(0);
    expect(summaries).toStrictEqual(expect.arrayContaining(likes));
    expect([...anchors(guide)]).toStrictEqual(
      expect.arrayContaining(
        links(guide)
          .filter((target) => target.startsWith("#"))
          .map((target) => target.slice(1)),
      ),
    );
  });
});

test("every word that silences a warning is said at its warnings, and no other", () => {
  const words = Object.values(messageTables).flatMap((messages) =>
    Object.values(messages).flatMap((message) =>
      "silencedBy" in message && message.silencedBy !== undefined ? [message.silencedBy] : [],
    ),
  );
  expect([...new Set(words)].toSorted()).toStrictEqual(
    [...new Set<string>([...DEVICE_WORDS, ...MAPPING_WORDS])].toSorted(),
  );
});

describe("the texts behind them", () => {
  test("are found in the sources", () => {
    expect(said.length).toBeGreaterThan(100);
    for (const place of [
      "src/proxmox/asking/refusal.ts",
      "src/pci/address.ts",
      "src/framework/function-server.ts",
    ]) {
      expect(said.map(({ path }) => path)).toContain(place);
    }
  });

  test("are explained, all of them", () => {
    const without = said.filter(({ text }) => !phrases.some((phrase) => has(text, phrase)));
    expect(without.map(({ text }) => text)).toStrictEqual(FRAMES);
  });

  test("are still said, all that are explained", () => {
    expect(phrases.filter((phrase) => !written.some((text) => has(text, phrase)))).toStrictEqual([]);
  });

  test("are there for every function that has its own", () => {
    expect(Object.keys(functionTexts)).toStrictEqual(
      documentedProvider.functions.map(({ name }) => name).toSorted(),
    );
  });
});

test("a guide without the line that the list takes the place of is an error", () => {
  expect(() => withMessages("# Nothing\n")).toThrow("has no line <!-- messages -->");
});
