/** The summaries that only the command line has, as the documentation explains them. */
import type { Messages } from "../framework/message.ts";

export const commandLineMessages = {
  "Unable to Ask Proxmox": {
    as: "error",
    cause: "A command could not read what it needs.",
    mend: "[What Proxmox or the way to it may say](#what-proxmox-or-the-way-to-it-may-say) explains the texts. `gpuhost doctor` shows at which step it fails.",
  },
  "Unable to Read the Cluster": {
    as: "error",
    cause: "The members of the cluster could not be read.",
    mend: "As above.",
  },
  "No API Token": {
    as: "error",
    cause: "The file of `--api-token-file` is empty.",
    mend: "Write `USER@REALM!TOKENID=SECRET` into it, and nothing else.",
  },
  "API Token Cannot Be Read": {
    as: "error",
    cause: "The file of `--api-token-file` does not exist or cannot be read.",
    mend: "Correct the path or the owner of the file. Only its owner should be able to read it: `chmod 600 FILE`.",
  },
  "Page Cannot Be Written": {
    as: "error",
    cause: "The file of `--html` cannot be written.",
    mend: "Name a file in a folder that exists and where you may write.",
  },
} as const satisfies Messages;

type CommandLine = typeof commandLineMessages;

declare module "../framework/message.ts" {
  interface Summaries extends CommandLine {}
}
