/** Percent-encoding, as in URLs and cookies (RFC 3986, section 2.1). */

/** The decoded text. One that is not encoded properly stays as it is. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
