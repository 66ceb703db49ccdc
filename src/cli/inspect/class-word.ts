/** The kind of a function in one word. */
import { CLASS_NAMES, parseClass } from "../../pci/class.ts";
import type { PciDevice } from "../../pci/device.ts";

/** The narrowest name that `classes` takes, such as `gpu` before `display`; the class code where no name fits. */
export function classWord(device: PciDevice): string {
  const name = CLASS_NAMES.find((candidate) => parseClass(candidate)(device));
  return name ?? device.class.slice(0, 4);
}
