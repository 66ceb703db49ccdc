/** Turns credentials into the headers of a request. Signs in when that is needed. */

import { Problem, type Tried } from "../errors.ts";
import { isRecord } from "../json.ts";
import type { SecretRegistry } from "../secrets.ts";
import {
  type Credentials,
  formatIdentity,
  type PasswordCredentials,
  ticketSecrets,
  wrappingOf,
} from "../settings/credentials.ts";
import { SharedCalls } from "./shared-calls.ts";

/** The headers by which Proxmox accepts a request. */
export interface Grant {
  readonly headers: Readonly<Record<string, string>>;
}

/** The value of `data` in the answer to a sign-in, and the endpoint that answered. */
export interface SignInAnswer {
  readonly data: unknown;
  readonly tried: Tried;
}

/** Sends the form to `POST /access/ticket`. @throws Problem; the signal's reason */
export type SignIn = (form: string, signal: AbortSignal) => Promise<SignInAnswer>;

const TOKEN_ADVICE =
  "An API token needs neither a password nor a second factor: pveum user token add USER@REALM discovery --privsep 0.";

/** Holds the credentials of one client, and the ticket if there is one. */
export class Authenticator {
  readonly #credentials: Credentials;
  readonly #secrets: SecretRegistry;
  readonly #signIn: SignIn;
  readonly #calls = new SharedCalls<Grant>();
  #grant: Grant | null = null;
  /** Whether a request with the present ticket was accepted. */
  #proven = false;
  /** Whether the present ticket is not the first. */
  #renewed = false;
  /** Proxmox has refused. Asking again would only lock the account or waste the one-time password. */
  #final: Problem | null = null;

  constructor(credentials: Credentials, secrets: SecretRegistry, signIn: SignIn) {
    this.#credentials = credentials;
    this.#secrets = secrets;
    this.#signIn = signIn;
    if (credentials.kind === "token") this.#grant = tokenGrant(credentials.token);
    if (credentials.kind === "ticket") this.#grant = ticketGrant(credentials.ticket);
  }

  /** @throws Problem when signing in fails; the signal's reason */
  async grant(signal: AbortSignal): Promise<Grant> {
    if (this.#grant !== null) return this.#grant;
    if (this.#final !== null) throw this.#final;
    const credentials = this.#credentials;
    if (credentials.kind !== "password") throw new Error("a token or ticket is granted from the beginning");
    return this.#calls.get("ticket", false, signal, (shared) => this.#obtain(credentials, shared));
  }

  /** Notes that a request with this grant was accepted. */
  accept(grant: Grant): void {
    if (grant === this.#grant) this.#proven = true;
  }

  /**
   * After a 401: a new grant if signing in again may help, otherwise null. Tickets live two hours, so a ticket that worked before
   * may be renewed. A new ticket that is refused is renewed only once.
   */
  async renew(refused: Grant, signal: AbortSignal): Promise<Grant | null> {
    const credentials = this.#credentials;
    if (credentials.kind !== "password" || credentials.otp !== null) return null;
    if (refused === this.#grant) {
      if (this.#renewed && !this.#proven) return null;
      this.#grant = null;
      this.#proven = false;
      this.#renewed = true;
    }
    return this.grant(signal);
  }

  /** The problem of a 401, in the words of these credentials. */
  explain(problem: Problem): Problem {
    const said = `${problem.status ?? 401} ${problem.reason ?? ""}`.trim();
    switch (this.#credentials.kind) {
      case "token":
        return problem.with({
          text: `Proxmox does not accept the API token ${JSON.stringify(formatIdentity(this.#credentials.identity))} (${said}): it is refused or has expired.`,
          advice: `Check that it exists, that its secret is the right one, that neither it nor its user has expired or been disabled: pveum user token list ${this.#credentials.identity.user}`,
        });
      case "ticket":
        return problem.with({
          text: `Proxmox does not accept the ticket of ${JSON.stringify(this.#credentials.identity.user)} (${said}): it is refused or has expired.`,
          advice: `Tickets live two hours; get a new one. ${TOKEN_ADVICE}`,
        });
      case "password":
        return problem.with({
          text: `Proxmox does not accept the ticket that it gave to ${JSON.stringify(this.#credentials.identity.user)} (${said}): it is refused or has expired.`,
          advice:
            this.#credentials.otp === null
              ? "Check the clocks of the cluster's hosts: a ticket of one host must be good on the others."
              : `The one-time password cannot be used for a second sign-in. ${TOKEN_ADVICE}`,
        });
    }
  }

  async #obtain(credentials: PasswordCredentials, signal: AbortSignal): Promise<Grant> {
    try {
      const answer = await this.#signIn(formOf(credentials), signal);
      const grant = this.#grantFrom(answer, credentials);
      this.#grant = grant;
      return grant;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const problem = signInProblem(error, credentials);
      if (isLastWord(problem, credentials)) this.#final = problem;
      throw problem;
    }
  }

  #grantFrom({ data, tried }: SignInAnswer, credentials: PasswordCredentials): Grant {
    const fields = isRecord(data) ? data : {};
    const { ticket, CSRFPreventionToken: csrf } = fields;
    if (typeof ticket === "string") for (const secret of ticketSecrets(ticket)) this.#secrets.add(secret);
    if (typeof csrf === "string") this.#secrets.add(csrf);
    if (isTrue(fields["NeedTFA"])) {
      const text = `Proxmox wants a second factor for ${JSON.stringify(credentials.identity.user)}.`;
      throw new Problem({ code: "tfa-needed", text, advice: TOKEN_ADVICE, tried });
    }
    if (typeof ticket !== "string" || ticket === "") {
      throw new Problem({ code: "malformed", text: "The answer to the sign-in has no ticket.", tried });
    }
    return ticketGrant(ticket);
  }
}

/** A sign-in is not repeated when it was answered, or when its one-time password may have been used up. */
function isLastWord(problem: Problem, credentials: PasswordCredentials): boolean {
  return (
    problem.code === "unauthorized" ||
    problem.code === "forbidden" ||
    problem.code === "tfa-needed" ||
    (credentials.otp !== null && problem.unsent !== true)
  );
}

function signInProblem(problem: Problem, credentials: PasswordCredentials): Problem {
  if (problem.code !== "unauthorized") return problem;
  const said = `${problem.status ?? 401} ${problem.reason ?? ""}`.trim();
  const wrong =
    credentials.otp === null
      ? "The user name (with its realm) or the password"
      : "The user name (with its realm), the password or the one-time password (good for one sign-in)";
  const wrapping = wrappingOf(credentials.password);
  const perhaps = wrapping === null ? "" : `The password has ${wrapping.what}. ${wrapping.advice} `;
  return problem.with({
    text: `Proxmox refuses to sign in ${JSON.stringify(credentials.identity.user)} (${said}).`,
    advice: `${wrong} is wrong, or the user is disabled or has expired. ${perhaps}${TOKEN_ADVICE}`,
  });
}

function formOf(credentials: PasswordCredentials): string {
  const form = new URLSearchParams({
    username: credentials.identity.user,
    password: credentials.password,
  });
  if (credentials.otp !== null) form.set("otp", credentials.otp);
  return form.toString();
}

function tokenGrant(token: string): Grant {
  return { headers: { authorization: headerBytes(`PVEAPIToken=${token}`) } };
}

/**
 * Proxmox decodes percent escapes in the cookie's value. So everything that is no cookie-octet (RFC 6265, 4.1.1) is escaped, and `%`
 * too.
 */
function ticketGrant(ticket: string): Grant {
  const value = ticket.replaceAll(/[^\x21-\x7e]|["%,;\\]/gu, (character) => encodeURIComponent(character));
  return { headers: { cookie: `PVEAuthCookie=${value}` } };
}

/** Header values are sent as ISO 8859-1; this makes them UTF-8. */
function headerBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function isTrue(value: unknown): boolean {
  return value === 1 || value === true || value === "1";
}
