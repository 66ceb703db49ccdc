/** Handles the signature of a Node after something was injected into it. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Platform } from "../project.ts";
import { signForMacos } from "./macos-signature.ts";
import { withoutSignature } from "./windows-signature.ts";

/**
 * Signs an executable for macOS in place. Removes the signature of one for Windows, which is no longer valid. Those for Linux have
 * none.
 *
 * @param say Gets messages about long steps.
 */
export async function settleSignature(
  executable: string,
  { os }: Platform,
  say: (line: string) => void,
): Promise<void> {
  if (os === "darwin") await signForMacos(executable, say);
  if (os === "windows") writeFileSync(executable, withoutSignature(readFileSync(executable)));
}
