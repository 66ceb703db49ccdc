/** Files that a configuration names. */

/**
 * The text of a file that was written by a shell. Windows PowerShell redirects output as UTF-16, with a byte order mark.
 * @param usual the encoding of all others
 */
export function fileText(bytes: Buffer, usual: "utf8" | "latin1"): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return isUtf16 ? bytes.toString("utf16le", 2) : bytes.toString(usual);
}
