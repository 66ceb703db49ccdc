/**
 * The three ways of signing in, as the bpg provider takes them (its proxmox/api/credentials.go and ticket_auth.go), and in its order
 * of precedence: token, ticket, password.
 */
import { percentDecoded } from "./percent-encoding.ts";
import { SettingError } from "./setting-sources.ts";

/** Whom Proxmox sees: a user, or a token of a user. */
export interface Identity {
  /** `gpuhost@pve` */
  readonly user: string;
  /** The token's name, `discovery`; null when the user signed in. */
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
  /** Good for one sign-in; null for none. */
  readonly otp: string | null;
}

export type Credentials = TokenCredentials | TicketCredentials | PasswordCredentials;

/** Reads `USER@REALM!TOKENID=SECRET`. @throws SettingError */
export function tokenCredentials(text: string): TokenCredentials {
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

/** Reads `PVE:USER@REALM:…`, also as a cookie has it. @throws SettingError */
export function ticketCredentials(text: string, csrfPreventionToken: string): TicketCredentials {
  // Copied out of a browser's cookie, a ticket is percent-encoded.
  const ticket = text.includes(":") ? text : percentDecoded(text);
  const [, user, ...rest] = ticket.split(":");
  if (user === undefined || rest.length < 2 || !/^\S+@\S+$/.test(user)) {
    throw new SettingError(
      "The ticket must have the form PVE:USER@REALM:…, as POST /access/ticket returns it.",
    );
  }
  return { kind: "ticket", identity: { user, token: null }, ticket, csrfPreventionToken };
}

/** Takes a user name with its realm, and what belongs to it. @throws SettingError */
export function passwordCredentials(
  username: string,
  password: string,
  otp: string | null,
): PasswordCredentials {
  if (!username.includes("@")) {
    throw new SettingError(
      `The user name ${JSON.stringify(username)} has no realm; write it like ${JSON.stringify(`${username}@pam`)} or ${JSON.stringify(`${username}@pve`)}.`,
    );
  }
  return { kind: "password", identity: { user: username, token: null }, password, otp };
}

/** Every text in the credentials that must not be shown: also the halves of those that are composed. */
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

/** A ticket and its signature, which is what makes it one. */
export function ticketSecrets(ticket: string): string[] {
  const signature = ticket.lastIndexOf("::");
  return signature < 0 ? [ticket] : [ticket, ticket.slice(signature + 2)];
}
