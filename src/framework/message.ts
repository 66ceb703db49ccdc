/**
 * The messages that users may get, each identified by its summary. The constructors of diagnostics accept no other summary, so
 * the documentation lists all of them. These tables are only for types and pages; nothing reads them at run time.
 */

/** What the documentation says of a summary. */
export interface Message {
  /** Whether it ends the request, comes beside a result, or can do either. */
  readonly as: "error" | "warning" | "either";
  /** Why it comes: one or more sentences, in Markdown. */
  readonly cause: string;
  /** What to do, in Markdown. */
  readonly mend: string;
  /** The word that silences it, if an argument takes such words. */
  readonly silencedBy?: string;
}

/** The plural of another summary. */
export interface PluralMessage {
  readonly as: Message["as"];
  /** The summary that the documentation explains. */
  readonly like: string;
}

export type Messages = Readonly<Record<string, Message | PluralMessage>>;

/** Messages of any provider that is made with this framework. */
export const frameworkMessages = {
  "Empty Value": {
    as: "error",
    cause: "A list or a map is empty, and nothing could ever match it.",
    mend: "Leave the argument out: that sets no limit.",
  },
  "Internal Error in the Provider": {
    as: "error",
    cause: "A bug in the provider.",
    mend: "Report it, with the text of the message and the log of `TF_LOG_PROVIDER=debug`, which has the place in the code.",
  },
  "Invalid Number": {
    as: "error",
    cause: "The argument accepts only whole numbers, or the number is too large.",
    mend: "Write a whole number.",
  },
  "Invalid Value": {
    as: "error",
    cause: "The argument does not accept this value. The text says which values it accepts.",
    mend: "Write it as the text says. [Texts in PCI notation](#texts-in-pci-notation) explains how to write addresses, ids and names.",
  },
  "Invalid Value from the Host": {
    as: "error",
    cause: "OpenTofu or Terraform sent something that is not a value of their protocol.",
    mend: "Use a released version of OpenTofu or Terraform. If it is one already, report it.",
  },
  "Missing Required Argument": {
    as: "error",
    cause: "A required argument has no value, or is null.",
    mend: "Give it a value.",
  },
  "Null Value": {
    as: "error",
    cause: "An element of a list or a map is null.",
    mend: "Remove the element, with `compact()` or `[for it in LIST : it if it != null]`.",
  },
  "Operation Cancelled": {
    as: "error",
    cause: "OpenTofu was told to stop while a read was under way, with Ctrl-C for instance.",
    mend: "Nothing; run it again.",
  },
  "Provider Configuration Not Yet Known": {
    as: "error",
    cause: "An argument of the provider comes from a resource that is not made yet.",
    mend: "Use a value that is known while planning, or apply what it comes from first, with `-target`.",
  },
  "Provider Not Configured": {
    as: "error",
    cause: "Another error kept the provider from being configured.",
    mend: "Correct that one; it is in the same output.",
  },
  "Read-Only Attribute": {
    as: "error",
    cause: "The configuration sets an attribute that is a result.",
    mend: "Remove the line.",
  },
  "Unknown Data Source": {
    as: "error",
    cause: "The installed version of the provider has no data source with that name.",
    mend: "Correct the name, or install the version that the configuration was written for: `tofu init -upgrade`.",
  },
  "Unknown Option": {
    as: "error",
    cause: "The object with options has a member that does not exist. The text names the right ones.",
    mend: "Correct the name.",
  },
  "Unknown Value": {
    as: "error",
    cause: "OpenTofu asked for a read although an argument is known only after apply.",
    mend: "Use a value that is known while planning.",
  },
  "Value Out of Range": {
    as: "error",
    cause: "The number is too low or too high. The text names the limits.",
    mend: "Write a number within them.",
  },
} as const satisfies Messages;

/** All summaries. A provider adds its own with `declare module`. */
export interface Summaries extends FrameworkMessages {}

type FrameworkMessages = typeof frameworkMessages;

type SummaryAs<Severity> = {
  [Summary in keyof Summaries]: Summaries[Summary]["as"] extends Severity | "either" ? Summary : never;
}[keyof Summaries];

/** One line in title case: "Unable to Read PCI Devices". */
export type ErrorSummary = SummaryAs<"error">;
export type WarningSummary = SummaryAs<"warning">;
