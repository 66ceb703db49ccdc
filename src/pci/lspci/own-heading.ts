/**
 * `IOMMU group: 15` above devices. Some scripts print it as a heading, and lspci prints the same below a device. Where
 * grep has removed the first device, what is left looks like headings, and every device would be in the group of another.
 */
import { type Line, LSPCI, unexpectedLine } from "./line.ts";

const OWN = /^\s*IOMMU group: \d{1,9}$/;

export class OwnHeadings {
  /** The last one, while no device has followed it. */
  #empty: Line | null = null;

  /** @throws PciFormatError when the last heading has no device. */
  addHeading(line: Line): void {
    this.end();
    if (OWN.test(line.text)) this.#empty = line;
  }

  /** @throws PciFormatError when the heading is indented more than its device. */
  addDevice(line: Line): void {
    if (this.#empty !== null && indentation(this.#empty) > indentation(line)) this.end();
    this.#empty = null;
  }

  /** @throws PciFormatError when the last heading has no device. */
  end(): void {
    if (this.#empty === null) return;
    throw unexpectedLine(
      this.#empty,
      "the device that it belongs to, above it as lspci prints it, or below it in a list by IOMMU group; grep and other filters remove lines",
      LSPCI,
    );
  }
}

function indentation({ text }: Line): number {
  return text.length - text.trimStart().length;
}
