import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHardwareFile } from "../support/pve/hardware-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hardware-file-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const version = { version: "9.2.11" };
const nodes = [{ node: "pve1" }];

describe("a hardware file", () => {
  it.each([
    [[], "must be a JSON object"],
    [{ nodes, pci: {} }, '"version" must be the data of /version'],
    [{ version: "9.2.11", nodes, pci: {} }, '"version" must be the data of /version'],
    [{ version, nodes: {}, pci: {} }, '"nodes" must be a list of entries of /nodes'],
    [{ version, nodes: [{}], pci: {} }, '"nodes" must be a list of entries of /nodes'],
    [{ version, nodes }, '"pci" must give every node its list of devices'],
    [{ version, nodes, pci: { pve1: {} } }, '"pci" must give every node its list of devices'],
  ])("of the wrong shape is refused: %o", (content, problem) => {
    const path = join(folder, "wrong.json");
    writeFileSync(path, JSON.stringify(content));
    expect(() => readHardwareFile(path)).toThrow(new Error(`${path}: ${problem}`));
  });

  it("of the right shape is read", () => {
    const path = join(folder, "right.json");
    writeFileSync(path, JSON.stringify({ version, nodes, pci: { pve1: [] } }));
    expect(readHardwareFile(path)).toEqual({ version, nodes, pci: { pve1: [] } });
  });
});
