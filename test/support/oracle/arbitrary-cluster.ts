import fc from "fast-check";
import { hardwareArbitrary, KNOWN_IDS, pathArbitrary, slotArbitrary } from "./arbitrary-hardware.ts";
import type { Arguments, Cluster, RawGuest, RawMapping } from "./cluster.ts";

const NODES = ["pve1", "pve2", "a", "a-0001", "B-node"];
const MAPPINGS = ["gpu-one", "gpu-two", "nowhere"];

/** An address as a person may write it: with or without a domain of 0000, in any case. */
const written = (path: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(path, fc.boolean(), fc.boolean()).map(([text, short, upper]) => {
    const shortened = short && text.startsWith("0000:") ? text.slice("0000:".length) : text;
    return upper ? shortened.toUpperCase() : shortened;
  });

const place = fc.oneof(pathArbitrary, slotArbitrary);

const mappingLine = fc
  .tuple(fc.constantFrom(...NODES), fc.array(place, { minLength: 1, maxLength: 2 }))
  .map(([node, paths]) => `id=10de:2204,iommugroup=1,node=${node},path=${paths.join(";")}`);

const mappings: fc.Arbitrary<RawMapping[]> = fc
  .tuple(
    fc.array(mappingLine, { minLength: 1, maxLength: 4 }),
    fc.array(mappingLine, { minLength: 1, maxLength: 4 }),
  )
  .map(([one, two]) => [
    { id: "gpu-one", map: one },
    { id: "gpu-two", map: two },
  ]);

const hostpci = fc.oneof(
  fc.array(written(place), { minLength: 1, maxLength: 2 }).map((paths) => paths.join(";")),
  written(place).map((path) => `host=${path},pcie=1,x-vga=1`),
  written(place).map((path) => `${path},pcie=1,rombar=0,mdev=nvidia-256`),
  fc.constantFrom(...MAPPINGS).map((name) => `mapping=${name},pcie=1`),
);

const pending = fc
  .uniqueArray(
    fc.record(
      {
        key: fc.constantFrom("hostpci0", "hostpci1", "hostpci2", "hostpci10", "memory", "xhostpci0"),
        value: hostpci,
        pending: hostpci,
        delete: fc.constantFrom(1, 2),
      },
      { requiredKeys: ["key"] },
    ),
    { selector: ({ key }) => key, maxLength: 5 },
  )
  // Proxmox does not both change an entry and remove it.
  .map((entries) =>
    entries.map(({ delete: removed, pending: next, ...entry }) => {
      if (removed !== undefined) {
        return { ...entry, delete: removed };
      }
      return next === undefined ? entry : { ...entry, pending: next };
    }),
  );

const guests: fc.Arbitrary<RawGuest[]> = fc.uniqueArray(
  fc.record(
    {
      vmid: fc.integer({ min: 100, max: 130 }),
      type: fc.constant<"qemu">("qemu"),
      node: fc.constantFrom(...NODES),
      name: fc.constantFrom("worker", "hostpci0"),
      pending,
    },
    { requiredKeys: ["vmid", "type", "node", "pending"] },
  ),
  { selector: ({ vmid }) => vmid, maxLength: 4 },
);

const version = fc.constantFrom("9.2.11", "9.1.12", "10.0.1", "9.1.11", "9.1.2", "9.0.3", "8.4.14", "7.4-20");

/** A cluster of a few nodes, some of them away. */
export const clusterArbitrary: fc.Arbitrary<Cluster> = fc
  .record({
    version,
    nodes: fc.uniqueArray(
      fc.record({
        node: fc.constantFrom(...NODES),
        status: fc.oneof(
          { weight: 12, arbitrary: fc.constant("online") },
          fc.constantFrom("unknown", "offline", "dead daemon"),
        ),
        hardware: hardwareArbitrary,
      }),
      { selector: ({ node }) => node, minLength: 1, maxLength: 3 },
    ),
    guests,
    mappings,
  })
  .map(({ version: number, nodes, ...rest }) => ({
    version: { version: number },
    nodes: nodes.map(({ node, status }) => ({ node, status: status === "dead daemon" ? "online" : status })),
    pci: Object.fromEntries(
      nodes
        .filter(({ status }) => status === "online" || status === "unknown")
        .map(({ node, hardware }) => [node, hardware]),
    ),
    ...rest,
  }));

const classes = ["gpu", "display", "accelerator", "audio", "network", "storage", "usb", "bridge"];
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: 3 });

/** An id in any of the ways in which it may be written. */
const id = (ids: string[]): fc.Arbitrary<string> =>
  fc.tuple(fc.constantFrom(...ids), fc.constantFrom("plain", "upper", "0x")).map(([text, way]) => {
    const prefixed = way === "0x" ? text.replaceAll(/[0-9a-f]{4}/g, "0x$&") : text;
    return way === "upper" ? prefixed.toUpperCase() : prefixed;
  });

const everyArgument = {
  nodes: some(fc.oneof({ weight: 12, arbitrary: fc.constantFrom("pve1", "pve2", "a") }, fc.constant("pve9"))),
  classes: some(fc.constantFrom(...classes, "03", "0302", "030", "120000", "0X06", "FF")),
  vendor_ids: some(id(["10de", "1002", "8086", "102b"])),
  ids: some(id(KNOWN_IDS)),
  subsystem_ids: some(id(["1462:3884", "0000:0000"])),
  paths: some(
    fc
      .tuple(fc.option(fc.constantFrom("pve1", "a", "pve9"), { freq: 3 }), written(place))
      .map(([node, path]) => (node === null ? path : `${node}/${path}`)),
  ),
  name_regex: fc.constantFrom("RTX 3090\\]", "(?i)nvidia", "^NVIDIA.*Device", "²$", "für", "€", "."),
  mdev: fc.boolean(),
  virtual_functions: fc.boolean(),
  physical_function: written(pathArbitrary),
  at_least: fc.integer({ min: 0, max: 3 }),
  at_most: fc.integer({ min: 0, max: 12 }),
};

const behaviour = {
  unreachable_nodes: fc.constantFrom<("error" | "warn")[]>("error", "warn", "warn", "warn"),
  include_usage: fc.boolean(),
  mapping_prefix: fc.constantFrom("gpu", "x", "GPU_a"),
  mapping_names: fc.constantFrom<("address" | "model")[]>("address", "model"),
};

/** Valid arguments: most reads set few of the filters, some set all. */
export const argumentsArbitrary: fc.Arbitrary<Arguments> = fc
  .tuple(
    fc.record(everyArgument),
    fc.oneof(
      { weight: 6, arbitrary: fc.subarray(Object.keys(everyArgument), { maxLength: 2 }) },
      fc.subarray(Object.keys(everyArgument)),
    ),
    fc.record(behaviour, { requiredKeys: [] }),
  )
  .map(([all, set, rest]) => ({
    ...Object.fromEntries(Object.entries(all).filter(([name]) => set.includes(name))),
    ...rest,
  }));
