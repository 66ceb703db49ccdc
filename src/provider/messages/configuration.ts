/** Messages about the provider's own configuration. */
import type { Messages } from "../../framework/message.ts";
import type { TextRow } from "./text-row.ts";

export const configurationMessages = {
  "Missing Provider Configuration": {
    as: "error",
    cause: "No argument and no environment variable says where Proxmox is, or how to sign in.",
    mend: "Set what the text names. [The environment](../index.md#environment) has all variables.",
  },
  "Invalid Provider Configuration": {
    as: "error",
    cause: "An argument or an environment variable has a value that cannot be right. The text names it.",
    mend: "Write it as the text says.",
  },
} as const satisfies Messages;

/** The texts of these two summaries. */
export const configurationTexts: readonly TextRow[] = [
  {
    says: ["There is no endpoint."],
    cause: "Nothing says where Proxmox is",
    mend: "`export PROXMOX_VE_ENDPOINT='https://pve1.example.com:8006'`",
  },
  {
    says: ["There are no credentials."],
    cause: "Nothing says how to sign in",
    mend: "`export PROXMOX_VE_API_TOKEN='USER@REALM!TOKENID=SECRET'`",
  },
  {
    says: [
      "There is an auth_ticket without csrf_prevention_token",
      "There is a csrf_prevention_token without auth_ticket",
      "There is a username without password",
      "There is a password without username",
    ],
    cause: "One half of a pair is set",
    mend: "Set the other half, or use a token",
  },
  {
    says: ["endpoint and endpoints exclude each other"],
    cause: "Both are arguments of the provider",
    mend: "Remove one of them",
  },
  {
    says: ['begins with "PVEAPIToken"', "The API token must have the form USER@REALM!TOKENID=SECRET"],
    cause: "The token is not what `pveum user token add` printed: its full id, an equals sign, its secret",
    mend: "Write both parts with `=` between them, in single quotes in a shell, since `!` is special there",
  },
  {
    says: ["a line break at its", "white space at its", "quotes around it"],
    cause: "The value has more around it than was meant, as `file()` and `--env-file` leave it",
    mend: "`trimspace(file(…))` for a file; quotes only where a shell reads them",
  },
  {
    says: ["before it, as a script has"],
    cause: "The token comes from a file for a shell, with the name of its variable",
    mend: "Keep only the token in the file, or read the file with the shell",
  },
  {
    says: ["The ticket must have the form PVE:USER@REALM:…"],
    cause: "The ticket was cut or copied in part",
    mend: "Use the whole value of `ticket`, or a token",
  },
  {
    says: ["has no realm; write it like"],
    cause: "A user's name ends with its realm: `@pam`, `@pve`, or the name of an LDAP or OpenID realm",
    mend: "Add the realm that the sign-in dialogue shows",
  },
  {
    says: [
      "The endpoint is empty",
      "has no scheme; write",
      "is no address; write it like",
      "does not begin with https://",
    ],
    cause: "The endpoint is no URL",
    mend: "Write `https://`, the host, and `:8006`",
  },
  {
    says: ["is not secure; Proxmox answers over HTTPS only"],
    cause: "The endpoint begins with `http://`",
    mend: "Write `https://`",
  },
  {
    says: ["has a user name or a password in it", "seems to have a user name in it"],
    cause: "A URL is shown and logged, so it must not contain secrets",
    mend: "Remove them, and use a token",
  },
  {
    says: [
      "has no valid host",
      "has no host",
      "has an IPv6 address without brackets",
      "has an IPv6 address with a zone",
      "has no valid port (1 to 65535)",
    ],
    cause: "The part after `https://` is not a host with a port",
    mend: "Write IPv6 addresses in brackets: `https://[2001:db8::1]:8006`",
  },
  {
    says: ["is no version of TLS"],
    cause: "`min_tls` takes `1.0`, `1.1`, `1.2` and `1.3`",
    mend: "Leave it out; only hosts that are limited to TLS 1.2 need `1.2`",
  },
  {
    says: ["is no SHA-256 fingerprint", "is a SHA-1 fingerprint"],
    cause: "A fingerprint is 32 bytes in hexadecimal",
    mend: "Copy it from `pvenode cert info` on the host",
  },
  {
    says: ["is an empty list; leave the argument out instead"],
    cause: "`endpoints` or `fingerprints` is `[]`",
    mend: "Leave the argument out",
  },
  {
    says: ["is empty; leave the argument out"],
    cause:
      '`ca_file` or `ca_pem` is `""`, often a variable without a value. Without it, other authorities would be trusted than were meant',
    mend: "Leave the argument out, or give the variable the default `null`",
  },
  {
    says: ["This is the text of a file, not its name"],
    cause: "`ca_file` takes the name of a file",
    mend: "Write the name without `file()`, or use `ca_pem`",
  },
  {
    says: ["is not … from … to …"],
    cause: "`timeout` or `max_retries` is not a whole number, or too low or too high",
    mend: "Write a number within the limits that the text names",
  },
  {
    says: ["holds a private key"],
    cause: "`ca_file` or `ca_pem` has the key of the authority, which must not leave the host",
    mend: "Use `/etc/pve/pve-root-ca.pem`, which has only the certificate; delete the copy of the key",
  },
  {
    says: ["holds no certificate in PEM form", "is damaged: its certificate number", "cannot be read: …"],
    cause: "The file does not exist, cannot be read, or is not a certificate",
    mend: "Copy `/etc/pve/pve-root-ca.pem` from a node again",
  },
];
