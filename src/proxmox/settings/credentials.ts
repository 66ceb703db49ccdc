/**
 * The three ways to sign in, as in the bpg provider (its proxmox/api/credentials.go and ticket_auth.go), in its order of precedence:
 * token, ticket, password.
 */
import { percentDecoded } from "./percent-encoding.ts";
import { SettingError } from "./setting-sources.ts";

/** Who asks Proxmox: a user, or a token of a user. */
export interface Identity {
  /** `gpuhost@pve` */
  readonly user: string;
  /** The token's name, `discovery`; null for the user itself. */
  readonly token: string | null;
}

/** `gpuhost@pve` or `gpuhost@pve!discovery`, as Proxmox writes it. */
export function formatIdentity(identity: Identity): string {
  return identity.token === null ? identity.user : `${identity.user}!${identity.token}`;
}

export interface TokenCredentials {
  readonly kind: "token";
  /** `USER@REALM!TOKENID` */
  readonly identity: Identity;
  /** `USER@REALM!TOKENID=SECRET` */
  readonly token: string;
}

export interface TicketCredentials {
  readonly kind: "ticket";
  readonly identity: Identity;
  /** `PVE:USER@REALM:…` */
  readonly ticket: string;
  readonly csrfPreventionToken: string;
}

export interface PasswordCredentials {
  readonly kind: "password";
  readonly identity: Identity;
  readonly password: string;
  /** Works for one sign-in; null for none. */
  readonly otp: string | null;
}

export type Credentials = TokenCredentials | TicketCredentials | PasswordCredentials;

/** Something around a text that does not belong to it, such as `a line break at its end`, and how to leave it out. */
export interface Wrapping {
  readonly what: string;
  readonly advice: string;
}

/** What is around a text; null for nothing. */
export function wrappingOf(text: string): Wrapping | null {
  if (/^(["'`]).*\1$/s.test(text)) {
    return { what: "quotes around it", advice: "Leave them out: only a shell removes quotes." };
  }
  const inner = text.trim();
  const start = text.slice(0, text.indexOf(inner));
  const end = text.slice(start.length + inner.length);
  const places = [start === "" ? [] : ["start"], end === "" ? [] : ["end"]].flat().join(" and ");
  if (places === "") return null;
  const space = /[\r\n]/.test(start + end) ? "a line break at its" : "white space at its";
  const advice = "Leave it out: for a value in a file, trimspace(file(…)) does that.";
  return { what: `${space} ${places}`, advice };
}

/**
 * Refuses what is around a value that can have neither white space nor quotes. It is not removed, since bpg reads the same variables
 * and does not remove it either.
 * @param what begins the message: `The API token`
 * @throws SettingError
 */
export function bare(text: string, what: string): string {
  const wrapping = wrappingOf(text);
  if (wrapping !== null) throw new SettingError(`${what} has ${wrapping.what}. ${wrapping.advice}`);
  return text;
}

/**
 * A line of a script or of a file of variables. In Proxmox a user's name may have "=" (pve-access-control, `PVE::Auth::Plugin`:
 * `[^\s:/]+`), so only the name of such a variable counts.
 */
const ASSIGNMENT = /^[ \t]*(?:export |set |\$env:)?([A-Z0-9_]*TOKEN[A-Z0-9_]*)[ \t]*=.*@/m;

/** Parses `USER@REALM!TOKENID=SECRET`. @throws SettingError */
export function tokenCredentials(text: string): TokenCredentials {
  const variable = ASSIGNMENT.exec(text)?.[1];
  if (variable !== undefined) {
    throw new SettingError(
      `The API token has ${JSON.stringify(`${variable}=`)} before it, as a script has; leave that out: USER@REALM!TOKENID=SECRET.`,
    );
  }
  bare(text, "The API token");
  if (/^PVEAPIToken\b/i.test(text)) {
    throw new SettingError(
      'The API token begins with "PVEAPIToken"; leave that out: USER@REALM!TOKENID=SECRET.',
    );
  }
  const match = /^(\S+@\S+)!(\S+)=[a-zA-Z0-9-]+$/.exec(text);
  if (match === null || /\p{Cc}/u.test(text)) {
    throw new SettingError(
      "The API token must have the form USER@REALM!TOKENID=SECRET, like gpuhost@pve!discovery=00000000-0000-0000-0000-000000000000.",
    );
  }
  return { kind: "token", identity: { user: match[1] ?? "", token: match[2] ?? "" }, token: text };
}

/** Parses `PVE:USER@REALM:…`, also in the form of a cookie. @throws SettingError */
export function ticketCredentials(text: string, csrfPreventionToken: string): TicketCredentials {
  bare(text, "The ticket");
  // A ticket that was copied from a browser's cookie is percent-encoded.
  const ticket = text.includes(":") ? text : percentDecoded(text);
  const [, user, ...rest] = ticket.split(":");
  if (user === undefined || rest.length < 2 || !/^\S+@\S+$/.test(user)) {
    throw new SettingError(
      "The ticket must have the form PVE:USER@REALM:…, as POST /access/ticket returns it.",
    );
  }
  return { kind: "ticket", identity: { user, token: null }, ticket, csrfPreventionToken };
}

/** Accepts a user name with its realm, with what belongs to it. @throws SettingError */
export function passwordCredentials(
  username: string,
  password: string,
  otp: string | null,
): PasswordCredentials {
  bare(username, `The user name ${JSON.stringify(username)}`);
  if (!username.includes("@")) {
    throw new SettingError(
      `The user name ${JSON.stringify(username)} has no realm; write it like ${JSON.stringify(`${username}@pam`)} or ${JSON.stringify(`${username}@pve`)}.`,
    );
  }
  return { kind: "password", identity: { user: username, token: null }, password, otp };
}

/** Every text of the credentials that must not be shown, including the parts of composed ones. */
export function secretsOf(credentials: Credentials): string[] {
  switch (credentials.kind) {
    case "token":
      return [credentials.token, credentials.token.slice(credentials.token.lastIndexOf("=") + 1)];
    case "ticket":
      return [...ticketSecrets(credentials.ticket), credentials.csrfPreventionToken];
    case "password":
      return credentials.otp === null ? [credentials.password] : [credentials.password, credentials.otp];
  }
}

/** A ticket and its signature, which is the secret part. */
export function ticketSecrets(ticket: string): string[] {
  const signature = ticket.lastIndexOf("::");
  return signature < 0 ? [ticket] : [ticket, ticket.slice(signature + 2)];
}
