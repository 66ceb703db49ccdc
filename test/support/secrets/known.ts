/**
 * Every secret of the tests: tokens, passwords and whatever stand-ins hand out. Whoever makes one up tells it here, and whatever a
 * program under test prints or writes is searched for all of them, in every test.
 */
import { SecretFinder } from "./finder.ts";

/** Shorter ones are words of ordinary texts. */
const SHORTEST = 12;

const known = new Set<string>();
let finder: SecretFinder | null = null;

/** @returns the secret. */
export function learnSecret(secret: string): string {
  if (secret.length >= SHORTEST && !known.has(secret)) {
    known.add(secret);
    finder = null;
  }
  return secret;
}

/** Throws when a secret, or 12 characters of one in any form, is in what a program has said. @param where for the message */
export function assertNoSecret(text: string | Buffer, where: string): void {
  finder ??= new SecretFinder([...known]);
  const found = finder.find(typeof text === "string" ? Buffer.from(text, "utf8") : text);
  if (found === null) return;
  throw new Error(
    `A secret is in ${where}: ${JSON.stringify(found.around)}, of it ${JSON.stringify(found.piece)}`,
  );
}
