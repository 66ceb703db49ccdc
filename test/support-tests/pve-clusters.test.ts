import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exchange } from "../support/pve/exchange.ts";
import { type Hardware, readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const FOLDER = new URL("../fixtures/clusters/", import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));

const ADDRESS = /^[0-9a-f]{4,}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/;

/** What may stand in an element of `hardware/pci`, and how it looks. */
const FIELDS: Readonly<Record<string, RegExp>> = {
  id: ADDRESS,
  class: /^0x[0-9a-f]{6}$/,
  vendor: /^0x[0-9a-f]{4}$/,
  device: /^0x[0-9a-f]{4}$/,
  iommugroup: /^(-1|\d+)$/,
  mdev: /^1$/,
  nvidia: /^1$/,
  vendor_name: /./,
  device_name: /./,
  subsystem_vendor: /^0x[0-9a-f]{4}$/,
  subsystem_device: /^0x[0-9a-f]{4}$/,
  subsystem_vendor_name: /./,
  subsystem_device_name: /./,
  physfn: ADDRESS,
};

describe.each(files)("the constructed cluster %s", (file) => {
  let hardware: Hardware;
  let pve: PveStandIn;
  beforeAll(async () => {
    hardware = readHardwareFile(new URL(file, FOLDER));
    pve = await startPve({ source: hardware });
  });
  afterAll(() => pve.close());

  it("has only fields that Proxmox sends, as Proxmox writes them", () => {
    for (const { virtfns: _, ...device } of Object.values(hardware.pci).flat()) {
      for (const [name, value] of Object.entries(device)) expect(String(value)).toMatch(FIELDS[name] ?? /^$/);
    }
  });

  it("links physical and virtual functions both ways", () => {
    const links = (devices: Hardware["pci"][string], field: "physfn" | "virtfns"): string[] =>
      devices
        .flatMap((device) => {
          const link = device[field];
          if (typeof link === "string") return [`${link} ${device.id}`];
          return Object.values(link ?? {}).map((virtual) => `${device.id} ${String(virtual)}`);
        })
        .toSorted();
    for (const devices of Object.values(hardware.pci)) {
      expect(links(devices, "physfn")).toEqual(links(devices, "virtfns"));
    }
  });

  it("is served as it is written", async () => {
    for (const [node, devices] of Object.entries(hardware.pci)) {
      const path = `/api2/json/nodes/${node}/hardware/pci?pci-class-blacklist=`;
      const answer = await exchange(pve, { path, token: pve.tokens.discovery });
      expect(JSON.parse(answer.body.toString())).toEqual({ data: devices });
    }
    const nodes = await exchange(pve, { path: "/api2/json/nodes", token: pve.tokens.discovery });
    const { data } = JSON.parse(nodes.body.toString()) as { data: Hardware["nodes"] };
    expect(data).toHaveLength(hardware.nodes.length);
    expect(data).toEqual(expect.arrayContaining([...hardware.nodes]));
  });
});
