/** One card in the words of lspci, and what is read of texts with it. */
import { readFileSync } from "node:fs";
import { PciFormatError } from "../../../src/pci/format-error.ts";
import { parseLspci } from "../../../src/pci/lspci/lspci.ts";

export const CARD =
  "09:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU116 [GeForce GTX 1660 SUPER] [10de:21c4] (rev a1)";
export const AUDIO =
  "09:00.1 Audio device [0403]: NVIDIA Corporation TU116 High Definition Audio Controller [10de:1aeb] (rev a1)";
export const BRIDGE = "00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:1901]";
export const SUBSYSTEM = "Subsystem: ASUSTeK Computer Inc. Device [1043:877f]";

/** A recorded or pasted text, by the name of its file. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/lspci/${name}.txt`, import.meta.url), "utf8");
}

/** Address without its domain, and group, of every device. */
export const groups = (text: string) =>
  parseLspci(text).map(({ path, iommuGroup }) => [path.slice(5), iommuGroup]);

/** Why a text is refused. */
export function refusal(text: string): string {
  try {
    parseLspci(text);
  } catch (error) {
    if (error instanceof PciFormatError) return error.message;
    throw error;
  }
  throw new Error("the text was not refused");
}
