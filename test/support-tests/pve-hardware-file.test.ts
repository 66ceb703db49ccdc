import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hardwareCluster, readHardwareFile } from "../support/pve/hardware-file.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hardware-file-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const version = { version: "9.2.11" };
const nodes = [{ node: "pve1" }];
const pci = { pve1: [] };
const guest = { vmid: 100, node: "pve1" };

describe("a hardware file", () => {
  it.each([
    [[], "must be a JSON object"],
    [{ nodes, pci: {} }, '"version" must be the data of /version'],
    [{ version: "9.2.11", nodes, pci: {} }, '"version" must be the data of /version'],
    [{ version, nodes: {}, pci: {} }, '"nodes" must be a list of entries of /nodes'],
    [{ version, nodes: [{}], pci: {} }, '"nodes" must be a list of entries of /nodes'],
    [{ version, nodes }, '"pci" must give every node its list of devices'],
    [{ version, nodes, pci: { pve1: {} } }, '"pci" must give every node its list of devices'],
    [{ version, nodes, pci: { pve9: [] } }, '"pci" names "pve9", which is not among "nodes"'],
    [{ version, nodes, pci, mdev: { pve9: {} } }, '"mdev" names "pve9", which is not among "nodes"'],
    [{ version, nodes, pci, versions: [] }, '"versions" must be a JSON object with nodes for keys'],
    [
      { version, nodes, pci, versions: { pve1: "8.4.1" } },
      '"versions" must give "pve1" the data of its /version',
    ],
    [{ version, nodes, pci, host: { pve1: "01:00.0" } }, '"host" must give "pve1" a list of addresses'],
    [
      { version, nodes, pci, host: { pve1: ["0000:01:00.0"] } },
      '"host" says that "pve1" uses "0000:01:00.0", which its list of devices has not',
    ],
    [{ version, nodes, pci, mappings: [{}] }, '"mappings" must be a list of entries of /cluster/mapping/pci'],
    [{ version, nodes, pci, quorate: 0 }, '"quorate" must be true or false'],
    [{ version, nodes, pci, guests: {} }, '"guests" must be a list of guests'],
    [{ version, nodes, pci, guests: [1] }, '"guests"[0] must be a JSON object'],
    [{ version, nodes, pci, guests: [{ node: "pve1" }] }, '"guests"[0] must have a "vmid" from 100 on'],
    [{ version, nodes, pci, guests: [{ vmid: 100 }] }, '"guests"[0] must have the "node" that it is on'],
    [
      { version, nodes, pci, guests: [{ vmid: 100, node: "pve2" }] },
      '"guests"[0] is on "node" "pve2", which is not among "nodes"',
    ],
    [
      { version, nodes, pci, guests: [{ ...guest, type: "vm" }] },
      '"guests"[0] "type" must be "qemu" or "lxc"',
    ],
    [
      { version, nodes, pci, guests: [{ ...guest, running: 1 }] },
      '"guests"[0] "running" must be true or false',
    ],
    [
      { version, nodes, pci, guests: [{ ...guest, pending: { hostpci0: true } }] },
      '"guests"[0] "pending" must give options their values, as text or number',
    ],
    [
      { version, nodes, pci, guests: [{ ...guest, delete: "a" }] },
      '"guests"[0] "delete" must be a list of options',
    ],
    [
      { version, nodes, pci, guests: [{ ...guest, args: [] }] },
      '"guests"[0] "args" must be text or a number',
    ],
    [{ version, nodes, pci, guests: [guest, guest] }, '"guests"[1] has the "vmid" 100 of another guest'],
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

  it("brings guests along, with what they hold and what is pending", () => {
    const { cluster } = hardwareCluster(
      readHardwareFile(new URL("../fixtures/clusters/host-uses-a-twin.json", import.meta.url)),
    );
    expect(cluster.guests.get(100)).toMatchObject({
      running: true,
      devices: ["0000:02:00.0", "0000:02:00.1"],
      config: new Map([
        ["name", "games"],
        ["machine", "q35"],
        ["hostpci0", "mapping=games,pcie=1"],
      ]),
    });
    expect(cluster.guests.get(101)).toMatchObject({ running: false, devices: [] });
    expect([...(cluster.nodes.get("desk")?.usedByHost ?? [])]).toContain("0000:03:00.0");
  });

  it("gives running guests of one mapping a device each, and none where it would not do any more", () => {
    const card = (id: string, iommugroup: number) =>
      ({ id, class: "0x030000", vendor: "0x10de", device: "0x2204", iommugroup }) as const;
    const line = (path: string, group: number) => `id=10de:2204,iommugroup=${group},node=pve1,path=${path}`;
    const { cluster } = hardwareCluster({
      version,
      nodes: [{ node: "pve1", status: "online" }],
      pci: { pve1: [card("0000:01:00.0", 1), card("0000:02:00.0", 2)] },
      mappings: [
        { id: "any", map: [line("0000:01:00.0", 1), line("0000:02:00.0", 2)] },
        { id: "gone", map: [line("0000:03:00.0", 3)] },
      ],
      guests: [
        { vmid: 100, node: "pve1", running: true, hostpci0: "mapping=any" },
        {
          vmid: 101,
          node: "pve1",
          running: true,
          hostpci0: "mapping=any",
          pending: { cores: 2 },
          delete: ["name"],
        },
        { vmid: 102, node: "pve1", running: true, hostpci0: "mapping=gone" },
      ],
    });
    const held = [...cluster.guests.values()].map(({ devices }) => devices);
    expect(held).toEqual([["0000:01:00.0"], ["0000:02:00.0"], []]);
    const second = cluster.guests.get(101);
    expect([second?.pending, second?.deleting]).toEqual([new Map([["cores", 2]]), new Map([["name", 1]])]);
  });
});
