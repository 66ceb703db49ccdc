import { createHmac, randomBytes } from "node:crypto";
import { learnSecret } from "../secrets/known.ts";

/** Tickets live two hours. */
const TICKET_LIFETIME_S = 7200;

const TICKET = /^PVE:([^:\s]+@[^:\s]+):([0-9A-F]{8})::(\S+)$/;
const CSRF = /^([0-9A-F]{8}):(\S+)$/;

/** Issues and verifies the tickets of one cluster. */
export class Tickets {
  #key = randomBytes(32);

  /** Makes every ticket issued so far worthless, as if it were two hours old. */
  expireAll(): void {
    this.#key = randomBytes(32);
  }

  /** `PVE:user@realm:HEXTIME::SIGNATURE` */
  issue(user: string, now: Date): string {
    const text = `PVE:${user}:${hexTime(now)}`;
    return `${text}::${this.#sign(text)}`;
  }

  /** What a user with a second factor gets first: good for nothing but answering the challenge. */
  issueChallenge(now: Date): string {
    const text = `PVE:!tfa!{"totp"%3Atrue,"recovery"%3A[]}:${hexTime(now)}`;
    return `${text}::${this.#sign(text)}`;
  }

  /** `HEXTIME:SIGNATURE`, to be sent as CSRFPreventionToken with every write. */
  issueCsrfToken(user: string, now: Date): string {
    const time = hexTime(now);
    return `${time}:${this.#sign(`${time}:${user}`)}`;
  }

  /** The user that a ticket belongs to; null when it is not genuine or older than two hours. */
  userOf(ticket: string, now: Date): string | null {
    const [, user, time, signed] = TICKET.exec(ticket) ?? [];
    if (user === undefined || time === undefined || signed !== this.#sign(`PVE:${user}:${time}`)) return null;
    return isFresh(time, now) ? user : null;
  }

  /** Whether a CSRF prevention token was issued to the user not too long ago. */
  isCsrfToken(token: string, user: string, now: Date): boolean {
    const [, time, signed] = CSRF.exec(token) ?? [];
    return time !== undefined && signed === this.#sign(`${time}:${user}`) && isFresh(time, now);
  }

  #sign(text: string): string {
    return learnSecret(createHmac("sha256", this.#key).update(text).digest("base64").replace(/=+$/, ""));
  }
}

const hexTime = (now: Date): string =>
  Math.floor(now.getTime() / 1000)
    .toString(16)
    .toUpperCase()
    .padStart(8, "0");

function isFresh(time: string, now: Date): boolean {
  const age = now.getTime() / 1000 - Number.parseInt(time, 16);
  return age > -300 && age < TICKET_LIFETIME_S;
}
