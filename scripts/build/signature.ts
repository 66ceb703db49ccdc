/** What becomes of the signature of a Node that something was put into. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Platform } from "../project.ts";
import { signForMacos } from "./macos-signature.ts";
import { withoutSignature } from "./windows-signature.ts";

/**
 * Signs an executable for macOS in place, and takes a signature that does not hold any more off one for Windows. Those for Linux have
 * none.
 *
 * @param say Hears what takes long.
 */
export async function settleSignature(
  executable: string,
  { os }: Platform,
  say: (line: string) => void,
): Promise<void> {
  if (os === "darwin") await signForMacos(executable, say);
  if (os === "windows") writeFileSync(executable, withoutSignature(readFileSync(executable)));
}
