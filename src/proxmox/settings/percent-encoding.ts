/** Percent-encoding, as URLs and cookies have it (RFC 3986, section 2.1). */

/** The text that was encoded; one that is not encoded properly is taken as it stands. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
