/** Takes secrets out of text before anybody can read it. */

/** What stands in a text where a secret was. */
export const SCRUBBED = "[secret]";

/** Knows the secrets of this process. */
export class Scrubber {
  #secrets: readonly string[] = [];

  /**
   * From now on the value is taken out of every text, also where it is written as in a URL, a form or JSON.
   * An empty value is no secret.
   */
  register(secret: string): void {
    if (secret === "") return;
    const forms = [secret, encodeForUrl(secret), encodeForForm(secret), JSON.stringify(secret).slice(1, -1)];
    // Long ones first, so that a secret which contains another is taken out whole.
    this.#secrets = [...new Set([...this.#secrets, ...forms])].sort((a, b) => b.length - a.length);
  }

  /** The text without the secrets. */
  scrub(text: string): string {
    return this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, SCRUBBED), text);
  }
}

function encodeForUrl(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function encodeForForm(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}
