/** The list of messages in the guide "When something goes wrong": every summary of a diagnostic, with cause and remedy. */
import { commandLineMessages } from "../../src/cli/message-table.ts";
import { frameworkMessages, type Message, type Messages } from "../../src/framework/message.ts";
import { configurationTexts } from "../../src/provider/messages/configuration.ts";
import { connectionTexts } from "../../src/provider/messages/connection.ts";
import { anyFunctionTexts, functionTexts, notationTexts } from "../../src/provider/messages/functions.ts";
import { mappingNoteTexts } from "../../src/provider/messages/mapping-notes.ts";
import type { TextRow } from "../../src/provider/messages/text-row.ts";
import { providerMessages } from "../../src/provider/messages.ts";

/** The path of the guide in docs. */
export const MESSAGES_GUIDE = "guides/when-something-goes-wrong.md";

/** The line in the guide's template that the list replaces. */
const PLACE = "<!-- messages -->";

/** Messages for users, by the headings of the guide. */
export const messageTables: Readonly<Record<string, Messages>> = {
  "Provider configuration": providerMessages.configuration,
  "Any data source": providerMessages.several,
  gpuhost_pci_devices: providerMessages.devices,
  gpuhost_pci_mappings: providerMessages.mappings,
  gpuhost_mdev_types: providerMessages.mdevTypes,
  "Arguments and values": frameworkMessages,
  "The command line": commandLineMessages,
};

/** Texts of summaries, by the headings of the guide. */
export const textTables: Readonly<Record<string, readonly TextRow[]>> = {
  "The provider's arguments and variables": configurationTexts,
  "What Proxmox or the way to it may say": Object.values(connectionTexts).flat(),
  "What is added to Proxmox's words about a mapping": mappingNoteTexts,
  "Texts in PCI notation": notationTexts,
  ...Object.fromEntries(
    Object.entries<readonly TextRow[]>(functionTexts)
      .filter(([, rows]) => rows.length > 0)
      .map(([name, rows]) => [`The function ${name}`, rows]),
  ),
  "Any function": anyFunctionTexts,
};

/** The guide with the list inserted. @throws {Error} when it has no place for it */
export function withMessages(guide: string): string {
  if (!guide.includes(`\n${PLACE}\n`)) throw new Error(`${MESSAGES_GUIDE} has no line ${PLACE}.`);
  const summaries = Object.entries(messageTables).map(([heading, messages]) =>
    [
      `## ${heading}`,
      ...Object.keys(messages)
        .toSorted()
        .map((summary) => section(summary, messages)),
    ].join("\n\n"),
  );
  const texts = Object.entries(textTables).map(([heading, rows]) => `## ${heading}\n\n${table(rows)}`);
  return guide.replace(PLACE, () => [...summaries, ...texts].join("\n\n"));
}

function section(summary: string, messages: Messages): string {
  const message = messages[summary];
  if (message === undefined) throw new Error(`there is no message ${summary}`);
  const text =
    "like" in message
      ? `As [${message.like}](#${anchor(message.like)}), of several.`
      : `${message.cause}\n\n**What to do.** ${message.mend}${silence(message)}`;
  return `### ${summary}\n\n${KINDS[message.as]} ${text}`;
}

function silence({ silencedBy }: Message): string {
  return silencedBy === undefined ? "" : ` \`accept = ["${silencedBy}"]\` silences it.`;
}

const KINDS: Readonly<Record<Message["as"], string>> = {
  error: "*Error.*",
  warning: "*Warning.*",
  either: "*Error or warning.*",
};

function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(" ", "-");
}

function table(rows: readonly TextRow[]): string {
  const lines = rows.map(
    ({ says, cause, mend }) => `| ${says.map((text) => `\`${text}\``).join(", ")} | ${cause} | ${mend} |`,
  );
  return ["| the text has | why | what to do |", "|---|---|---|", ...lines].join("\n");
}
