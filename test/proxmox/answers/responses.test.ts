import { describe, expect, it } from "vitest";
import { type Found, root } from "../../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../../src/proxmox/answers/pci-record.ts";
import {
  decodeClusterStatus,
  decodeGuestConfig,
  decodeGuests,
  decodeMdevTypes,
  decodeNodes,
  decodePciMappings,
  decodePending,
  decodePermissions,
} from "../../../src/proxmox/answers/responses.ts";
import { loadRecordings } from "../../support/pve/recordings.ts";

const DEVICE = { id: "0000:03:00.0", class: "0x030000", vendor: "0x10de", device: "0x2204" };

describe("what a PCI function may look like", () => {
  it("is the least that Proxmox says", () => {
    expect(decodePciRecords(root([DEVICE]))).toEqual([
      { id: "0000:03:00.0", class: "030000", vendor: "10de", device: "2204" },
    ]);
  });

  it("has well-formed texts, whatever its escapes say", () => {
    const [record] = decodePciRecords(root([{ ...DEVICE, device_name: "half \ud83d" }]));
    expect(record?.device_name).toBe("half \ufffd");
  });

  it("is all that Proxmox says, with numbers as texts and fields that nobody knows", () => {
    const [record] = decodePciRecords(
      root([
        {
          ...DEVICE,
          id: "10000:E1:00.0",
          vendor: "0x10DE",
          iommugroup: "12",
          mdev: "1",
          nvidia: 1,
          vendor_name: "NVIDIA Corporation",
          device_name: 3000,
          subsystem_vendor: "0x0000",
          subsystem_device: "0x0",
          subsystem_vendor_name: null,
          physfn: "0000:C1:00.0",
          virtfns: { virtfn0: "0000:c1:00.4", virtfn1: "0000:C1:00.5" },
          something: { new: [1, 2, 3] },
        },
      ]),
    );
    expect(record).toEqual({
      id: "10000:e1:00.0",
      class: "030000",
      vendor: "10de",
      device: "2204",
      iommugroup: 12,
      mdev: true,
      nvidia: true,
      vendor_name: "NVIDIA Corporation",
      device_name: "3000",
      subsystem_vendor: "0000",
      subsystem_device: "0000",
      physfn: "0000:c1:00.0",
      virtfns: { virtfn0: "0000:c1:00.4", virtfn1: "0000:c1:00.5" },
    });
  });

  it.each([
    ["0000:03:00.0", "0000:03:00.0"],
    ["0001:03:00.0", "0001:03:00.0"],
    ["00000001:03:00.0", "0001:03:00.0"],
    ["00010000:E1:00.0", "10000:e1:00.0"],
    ["00000000:e1:1f.7", "0000:e1:1f.7"],
  ])("has the address %s written as %s", (id, expected) => {
    expect(decodePciRecords(root([{ ...DEVICE, id }]))[0]?.id).toBe(expected);
  });

  it("keeps what names are like", () => {
    const [record] = decodePciRecords(root([{ ...DEVICE, device_name: "IceQ XÂ² [RTX 3090]" }]));
    expect(record?.device_name).toBe("IceQ XÂ² [RTX 3090]");
  });
});

describe("a terse list of PCI functions", () => {
  it.each(["pve9", "pve7"] as const)("of %s is read too", (cluster) => {
    const recording = loadRecordings(cluster).find(({ name }) => name === "pci_pve2_terse");
    const body: unknown = JSON.parse(recording?.answer.body.toString("utf8") ?? "");
    const data = typeof body === "object" && body !== null && "data" in body ? body.data : undefined;
    const records = decodePciRecords(root(data));
    expect(records.at(-1)?.id).toBe("10000:e1:00.0");
    expect(records.some(({ iommugroup }) => iommugroup !== undefined)).toBe(cluster === "pve9");
    expect(records.every(({ vendor_name }) => vendor_name === undefined)).toBe(true);
  });
});

describe("what nodes may look like", () => {
  it("knows three states", () => {
    expect(
      decodeNodes(
        root([
          { node: "a", status: "online" },
          { node: "b", status: "offline" },
          { node: "c", status: "unknown" },
          { node: "d" },
        ]),
      ),
    ).toEqual([
      { name: "a", status: "online" },
      { name: "b", status: "offline" },
      { name: "c", status: "unknown" },
      { name: "d", status: "unknown" },
    ]);
  });

  it("may be one host by itself", () => {
    expect(decodeClusterStatus(root([{ type: "node", name: "a", online: 1, local: 1 }]))).toEqual({
      cluster: null,
      nodes: [{ name: "a", online: true, local: true }],
    });
  });
});

describe("what guests may look like", () => {
  it("are machines and containers, templates among them, and nothing else", () => {
    expect(
      decodeGuests(
        root([
          { type: "qemu", vmid: 100, node: "a", name: "x", template: 1, status: "stopped" },
          { type: "qemu", vmid: 102, node: "a", status: "running" },
          { type: "lxc", vmid: "101", node: "a", template: 0 },
          { type: "storage" },
        ]),
      ),
    ).toEqual([
      { vmid: 100, type: "qemu", node: "a", name: "x", template: true, running: false },
      { vmid: 102, type: "qemu", node: "a", name: null, template: false, running: true },
      { vmid: 101, type: "lxc", node: "a", name: null, template: false, running: false },
    ]);
  });

  it("have entries of all kinds in their configuration, running and pending", () => {
    expect(
      decodePending(
        root([
          { key: "hostpci0", value: "01:00.0", pending: "02:00.0" },
          { key: "hostpci1", pending: "03:00.0" },
          { key: "hostpci2", value: "04:00.0", delete: 1 },
          { key: "memory", value: 2048, delete: "2" },
          { key: "onboot", value: true },
        ]),
      ),
    ).toEqual([
      { key: "hostpci0", value: "01:00.0", pending: "02:00.0", deleted: false },
      { key: "hostpci1", value: null, pending: "03:00.0", deleted: false },
      { key: "hostpci2", value: "04:00.0", pending: null, deleted: true },
      { key: "memory", value: "2048", pending: null, deleted: true },
      { key: "onboot", value: "1", pending: null, deleted: false },
    ]);
  });

  it("have plain values and others in their configuration", () => {
    expect([...decodeGuestConfig(root({ memory: 2048, name: "x", __proto__: "y", nested: {} }))]).toEqual([
      ["memory", "2048"],
      ["name", "x"],
    ]);
  });
});

describe("what permissions may look like", () => {
  it("tells those that are handed down from the others, which hold all the same", () => {
    const permissions = decodePermissions(root({ "/": { "Sys.Audit": 1, "VM.Audit": 0 }, "/vms/100": {} }));
    expect([...permissions].map(([path, privileges]) => [path, [...privileges]])).toEqual([
      [
        "/",
        [
          ["Sys.Audit", true],
          ["VM.Audit", false],
        ],
      ],
      ["/vms/100", []],
    ]);
  });
});

const MALFORMED: readonly (readonly [string, (data: Found) => unknown, unknown, string])[] = [
  [
    "more functions of one IOMMU group than any has",
    decodePciRecords,
    Array.from({ length: 1_025 }, (_, index) => ({
      ...DEVICE,
      id: `${index.toString(16).padStart(4, "0")}:01:00.0`,
      iommugroup: 7,
    })),
    "data should be a list of 1024 PCI functions of one IOMMU group at most but is a list",
  ],
  [
    "more PCI functions than any host has",
    decodePciRecords,
    Array(8_193).fill(DEVICE),
    "data should be a list of 8192 PCI functions at most but is a list",
  ],
  ["no list", decodePciRecords, {}, "data should be a list but is an object"],
  ["nothing", decodePciRecords, null, "data should be a list but is missing"],
  ["a text for a function", decodePciRecords, ["x"], 'data[0] should be an object but is "x"'],
  [
    "a function without an address",
    decodePciRecords,
    [DEVICE, { ...DEVICE, id: undefined }],
    "data[1].id should be a text but is missing",
  ],
  [
    "an address without a domain",
    decodePciRecords,
    [{ ...DEVICE, id: "03:00.0" }],
    'data[0].id should be a PCI address like 0000:03:00.0 but is "03:00.0"',
  ],
  [
    "a vendor in words",
    decodePciRecords,
    [{ ...DEVICE, vendor: "NVIDIA" }],
    'data[0].vendor should be a number of 4 hexadecimal digits but is "NVIDIA"',
  ],
  [
    "a device of five digits",
    decodePciRecords,
    [{ ...DEVICE, device: "0x12345" }],
    'data[0].device should be a number of 4 hexadecimal digits but is "0x12345"',
  ],
  [
    "a group that is no number",
    decodePciRecords,
    [{ ...DEVICE, iommugroup: "none" }],
    'data[0].iommugroup should be a whole number but is "none"',
  ],
  [
    "half a group",
    decodePciRecords,
    [{ ...DEVICE, iommugroup: 1.5 }],
    "data[0].iommugroup should be a whole number but is 1.5",
  ],
  [
    "a group in a list",
    decodePciRecords,
    [{ ...DEVICE, iommugroup: [1] }],
    "data[0].iommugroup should be a whole number but is a list",
  ],
  ...["0000:03:00", "03:00.0", "0000:03:20.0", "0000:03:00.8", "000000000:03:00.0"].map(
    (id) =>
      [
        `the address ${id}`,
        decodePciRecords,
        [{ ...DEVICE, id }],
        `data[0].id should be a PCI address like 0000:03:00.0 but is "${id}"`,
      ] as const,
  ),
  ["mdev of two", decodePciRecords, [{ ...DEVICE, mdev: 2 }], "data[0].mdev should be 0 or 1 but is 2"],
  [
    "a name that is an object",
    decodePciRecords,
    [{ ...DEVICE, device_name: {} }],
    "data[0].device_name should be a text but is an object",
  ],
  [
    "virtual functions in a list",
    decodePciRecords,
    [{ ...DEVICE, virtfns: ["0000:c1:00.4"] }],
    "data[0].virtfns should be an object but is a list",
  ],
  [
    "a virtual function that is no address",
    decodePciRecords,
    [{ ...DEVICE, virtfns: { virtfn0: "x" } }],
    'data[0].virtfns.virtfn0 should be a PCI address like 0000:03:00.0 but is "x"',
  ],
  [
    "a node without a name",
    decodeNodes,
    [{ status: "online" }],
    "data[0].node should be a text but is missing",
  ],
  [
    "a node with an empty name",
    decodeNodes,
    [{ node: "" }],
    'data[0].node should be a text that is not empty but is ""',
  ],
  ["a status without a type", decodeClusterStatus, [{}], "data[0].type should be a text but is missing"],
  [
    "a guest without a number",
    decodeGuests,
    [{ type: "qemu" }],
    "data[0].vmid should be a whole number but is missing",
  ],
  ["no nodes", decodeNodes, [], "data should be a list of at least one node but is an empty list"],
  [
    "an entry for PCI devices that is longer than all of a host's",
    decodePending,
    [{ key: "hostpci15", value: "0000:01:00.0;".repeat(158) }],
    "data[0].value should be a text of 2048 characters at most but is a string of 2056 characters",
  ],
  [
    "arguments that are longer than any",
    decodePending,
    [{ key: "args", pending: "x".repeat(16_385) }],
    "data[0].pending should be a text of 16384 characters at most but is a string of 16387 characters",
  ],
  [
    "a line of a mapping that is longer than any",
    decodePciMappings,
    [{ id: "gpu", map: ["x".repeat(16_385)] }],
    "data[0].map[0] should be a text of 16384 characters at most but is a string of 16387 characters",
  ],
  ["an entry without a key", decodePending, [{}], "data[0].key should be a text but is missing"],
  [
    "an entry of a list",
    decodePending,
    [{ key: "x", value: [] }],
    "data[0].value should be a text but is an empty list",
  ],
  [
    "a mapping without lines",
    decodePciMappings,
    [{ id: "x" }],
    "data[0].map should be a list but is missing",
  ],
  [
    "a mapping with an object for a line",
    decodePciMappings,
    [{ id: "x", map: [{}] }],
    "data[0].map[0] should be a text but is an object",
  ],
  [
    "a type of which nobody knows how many are left",
    decodeMdevTypes,
    [{ type: "x", available: "many" }],
    'data[0].available should be a whole number but is "many"',
  ],
  [
    "permissions in a list",
    decodePermissions,
    { "/": ["Sys.Audit"] },
    'data["/"] should be an object but is a list',
  ],
  [
    "a very long text for a number",
    decodePciRecords,
    [{ ...DEVICE, iommugroup: "9".repeat(100) }],
    "data[0].iommugroup should be a whole number but is a string of 102 characters",
  ],
];

describe("what is listed twice is there once:", () => {
  it("PCI functions", () => {
    const twice = [DEVICE, { ...DEVICE, device_name: "other" }, { ...DEVICE, id: "0000:c2:00.0" }];
    expect(decodePciRecords(root(twice)).map(({ id, device_name }) => [id, device_name])).toEqual([
      [DEVICE.id, undefined],
      ["0000:c2:00.0", undefined],
    ]);
  });

  it("guests and mappings", () => {
    const guest = { vmid: 100, type: "qemu", node: "pve1" };
    expect(decodeGuests(root([guest, { ...guest, node: "pve2" }]))).toHaveLength(1);
    const mapping = { id: "gpu", map: [] };
    expect(decodePciMappings(root([mapping, mapping]))).toHaveLength(1);
  });

  it("entries of a guest's configuration, which would clash with themselves, and types of mediated devices", () => {
    const entry = { key: "hostpci0", value: "01:00.0" };
    expect(decodePending(root([entry, entry]))).toHaveLength(1);
    const type = { type: "nvidia-63", available: 4 };
    expect(decodeMdevTypes(root([type, type]))).toHaveLength(1);
  });
});

describe("the name of a device", () => {
  it("has no control characters and an end", () => {
    const names = ["a\u001b[31mb\n", "x".repeat(5_000), "half \ud800"];
    const records = names.map((device_name, index) => ({
      ...DEVICE,
      id: `0000:0${index}:00.0`,
      device_name,
    }));
    expect(decodePciRecords(root(records)).map(({ device_name }) => device_name)).toEqual([
      "a\ufffd[31mb\ufffd",
      `${"x".repeat(400)}…`,
      "half \ufffd",
    ]);
  });
});

describe("an answer is malformed with", () => {
  it.each(MALFORMED)("%s", (_, decode, data, message) => {
    expect(() => decode(root(data))).toThrow(message);
  });
});

it("reads notes and keys of a guest, which nobody takes apart, whatever their length", () => {
  const long = "x".repeat(100_000);
  const entries = ["description", "sshkeys"].map((key) => ({ key, value: long }));
  expect(decodePending(root(entries)).map(({ value }) => value)).toEqual([long, long]);
});
