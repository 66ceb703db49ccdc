/** What becomes of the signature of a Node that something was put into. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Platform } from "../project.ts";
import { signForMacos } from "./macos-signature.ts";
import { withoutSignature } from "./windows-signature.ts";

/** Changes an executable for the platform in place; nothing where executables have no signatures. */
export function signatureFor(
  { os }: Platform,
  say: (line: string) => void,
): ((executable: string) => Promise<void>) | undefined {
  if (os === "darwin") return (executable) => signForMacos(executable, say);
  if (os !== "windows") return undefined;
  return async (executable) => writeFileSync(executable, withoutSignature(readFileSync(executable)));
}
