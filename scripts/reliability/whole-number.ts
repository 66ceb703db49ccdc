/** Options that are whole numbers. */
import { refuse, type ScriptUsage } from "../arguments.ts";

/** Reads an option that has to be a whole number from 1 on. Ends this process with 2 when it is none. */
export function wholeNumber(
  usage: ScriptUsage,
  name: string,
  text: string | undefined,
  otherwise: number,
): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text))
    refuse(usage, `--${name} is a whole number from 1 on, and not ${JSON.stringify(text)}.`);
  return Number(text);
}
