/** The clusters of the fixtures that can be read, for tests that hold of every hardware. */
import { readdirSync } from "node:fs";
import { type Hardware, readHardwareFile } from "../pve/hardware-file.ts";

const FOLDER = new URL("../../fixtures/clusters/", import.meta.url);

/** One member that answers knows nothing of the others: nothing is shown of it. */
const UNREADABLE = ["no-quorum.json"];

export function fixtureClusters(): readonly (readonly [name: string, hardware: Hardware])[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json") && !UNREADABLE.includes(name))
    .map((name) => [name, fixtureCluster(name)]);
}

/** The cluster of one fixture. */
export function fixtureCluster(name: string): Hardware {
  return readHardwareFile(new URL(name, FOLDER));
}
