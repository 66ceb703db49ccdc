import fc from "fast-check";
import {
  hardwareArbitrary,
  named,
  pathArbitrary,
  pciIdsArbitrary,
  slotArbitrary,
} from "./arbitrary-hardware.ts";
import type { Arguments, Cluster, RawGuest, RawMapping, RawPci } from "./cluster.ts";
import { RESULTS } from "./cluster.ts";
import { KNOWN_IDS } from "./models.ts";
import { tellsVirtualFunctions } from "./sriov.ts";

const NODES = ["pve1", "pve2", "a", "a-0001", "B-node"];
const VERSIONS = ["9.2.11", "9.1.12", "10.0.1", "9.1.11", "9.1.2", "9.0.3", "8.4.14"];

/** An address as a person may write it: with or without a domain of 0000, in any case. */
const written = (path: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(path, fc.boolean(), fc.boolean()).map(([text, short, upper]) => {
    const shortened = short && text.startsWith("0000:") ? text.slice("0000:".length) : text;
    return upper ? shortened.toUpperCase() : shortened;
  });

const place = fc.oneof(pathArbitrary, slotArbitrary);

interface Node {
  node: string;
  status: string;
  version: string;
  pci: RawPci[];
}

const node: fc.Arbitrary<Node> = fc
  .record({
    node: fc.constantFrom(...NODES),
    status: fc.oneof(
      { weight: 12, arbitrary: fc.constant("online") },
      fc.constantFrom("unknown", "offline", "dead daemon"),
    ),
    version: fc.constantFrom(...VERSIONS),
    hardware: hardwareArbitrary,
    ids: pciIdsArbitrary,
  })
  .map(({ hardware, ids, ...rest }) => {
    const tells = tellsVirtualFunctions(rest.version);
    const pci = hardware.map((one) => named(one, ids)).map((record) => (tells ? record : silent(record)));
    return { ...rest, pci };
  });

/** What an older Proxmox says of a device. */
function silent({ physfn: _, virtfns: __, ...record }: RawPci): RawPci {
  return record;
}

/** A mapping's line for a device as it is, for its slot where that is meant. */
function lineOf(name: string, record: RawPci, slot: boolean): string {
  const { iommugroup: group = -1, subsystem_vendor: vendor, subsystem_device: device } = record;
  return [
    `id=${record.vendor.slice(2)}:${record.device.slice(2)}`,
    ...(group < 0 ? [] : [`iommugroup=${group}`]),
    `node=${name}`,
    `path=${slot ? record.id.replace(/\.\d$/, "") : record.id}`,
    ...(vendor === undefined || device === undefined
      ? []
      : [`subsystem-id=${vendor.slice(2)}:${device.slice(2)}`]),
  ].join(",");
}

const devicesOf = (nodes: Node[]): { name: string; record: RawPci }[] =>
  nodes.flatMap(({ node: name, pci }) => pci.map((record) => ({ name, record })));

/** Mappings that guests name, each with lines that fit; and mappings with the names that units get by their model. */
function mappingsOf(nodes: Node[]): fc.Arbitrary<RawMapping[]> {
  const devices = devicesOf(nodes);
  if (devices.length === 0) return fc.constant([]);
  const line = fc
    .tuple(fc.constantFrom(...devices), fc.boolean())
    .map(([{ name, record }, slot]) => lineOf(name, record, slot && record.id.endsWith(".0")));
  const displays = devices.filter(({ record }) => /^0x(03|12)/.test(record.class));
  const borne =
    displays.length === 0
      ? fc.constant([])
      : fc.uniqueArray(
          fc
            .tuple(
              fc.constantFrom(...displays),
              fc.constantFrom(0, 0, 1, 1, 2, 5),
              fc.boolean(),
              fc.boolean(),
            )
            .map(([{ name, record }, number, slot, vf]): RawMapping => {
              const model = `${record.vendor.slice(2)}-${record.device.slice(2)}${vf ? "-vf" : ""}`;
              const map = [lineOf(name, record, slot && record.id.endsWith(".0"))];
              return { id: `gpu-${name}-${model}-${number}`, map };
            }),
          { selector: ({ id }) => id, maxLength: 4 },
        );
  return fc
    .tuple(
      fc.array(line, { minLength: 1, maxLength: 4 }),
      fc.array(line, { minLength: 1, maxLength: 3 }),
      borne,
    )
    .map(([one, two, rest]) => [{ id: "any-one", map: one }, { id: "any-two", map: two }, ...rest]);
}

function guestsOf(nodes: Node[]): fc.Arbitrary<RawGuest[]> {
  const devices = devicesOf(nodes);
  const address =
    devices.length === 0
      ? place
      : fc.oneof(fc.constantFrom(...devices.map(({ record }) => record.id)), place);
  const hostpci = fc.oneof(
    fc.array(written(address), { minLength: 1, maxLength: 2 }).map((paths) => paths.join(";")),
    written(address).map((path) => `host=${path},pcie=1,x-vga=1`),
    written(address).map((path) => `${path},pcie=1,rombar=0,mdev=nvidia-256`),
    fc.constantFrom("any-one", "any-two", "nowhere").map((mapping) => `mapping=${mapping},pcie=1`),
  );
  const args = written(address)
    .filter((path) => path.includes("."))
    .map((path) => `-cpu host -device vfio-pci,host=${path},x-vga=on -device e1000`);
  const entry = fc.oneof(
    {
      weight: 6,
      arbitrary: entryOf(
        fc.constantFrom("hostpci0", "hostpci1", "hostpci2", "hostpci10", "memory", "xhostpci0"),
        hostpci,
      ),
    },
    entryOf(fc.constant("args"), args),
  );
  return fc.uniqueArray(
    fc.record(
      {
        vmid: fc.integer({ min: 100, max: 130 }),
        type: fc.constant<"qemu">("qemu"),
        node: fc.constantFrom(...nodes.map(({ node: name }) => name)),
        name: fc.constantFrom("worker", "hostpci0"),
        status: fc.constantFrom("running", "stopped"),
        template: fc.constantFrom(0, 0, 0, 1),
        pending: fc.uniqueArray(entry, { selector: ({ key }) => key, maxLength: 5 }),
      },
      { requiredKeys: ["vmid", "type", "node", "status", "template", "pending"] },
    ),
    { selector: ({ vmid }) => vmid, maxLength: 4 },
  );
}

/** An entry of a guest's configuration, now and later. Proxmox does not both change one and remove it. */
function entryOf(
  keys: fc.Arbitrary<string>,
  values: fc.Arbitrary<string>,
): fc.Arbitrary<RawGuest["pending"][number]> {
  const change = fc.constantFrom("none", "none", "new", "deleted", "changed");
  return fc.tuple(keys, values, values, change).map(([key, value, pending, what]) => {
    if (what === "deleted") return { key, value, delete: 1 };
    if (what === "new") return { key, pending };
    return what === "changed" ? { key, value, pending } : { key, value };
  });
}

/** A cluster of a few nodes, some of them away, some of another release. */
export const clusterArbitrary: fc.Arbitrary<Cluster> = fc
  .record({
    nodes: fc.uniqueArray(node, { selector: ({ node: name }) => name, minLength: 1, maxLength: 3 }),
    quorate: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    seesMappings: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    seesGuests: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    oneRelease: fc.boolean(),
  })
  .chain(({ nodes, oneRelease, ...rest }) => {
    const [first] = nodes;
    const version = { version: first?.version ?? "9.2.11" };
    const alike = nodes.map((one) =>
      oneRelease ? { ...one, version: version.version, pci: asOf(one, version.version) } : one,
    );
    return fc.record({ guests: guestsOf(alike), mappings: mappingsOf(alike) }).map(
      (used): Cluster => ({
        version,
        versions: Object.fromEntries(alike.map((one) => [one.node, { version: one.version }])),
        nodes: alike.map(({ node: name, status }) => ({
          node: name,
          status: status === "dead daemon" ? "online" : status,
        })),
        pci: Object.fromEntries(
          alike
            .filter(({ status }) => status === "online" || status === "unknown")
            .map((one) => [one.node, one.pci]),
        ),
        ...rest,
        ...used,
      }),
    );
  });

/** The node's devices as the other release tells them; what was not told before is not told now. */
const asOf = ({ pci }: Node, version: string): RawPci[] =>
  tellsVirtualFunctions(version) ? pci : pci.map(silent);

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
  vendor_ids: some(id(["10de", "1002", "8086", "102b", "1022"])),
  ids: some(id(KNOWN_IDS)),
  subsystem_ids: some(id(["1462:3884", "0000:0000"])),
  paths: some(
    fc
      .tuple(fc.option(fc.constantFrom("pve1", "a", "pve2"), { freq: 2 }), written(place))
      .map(([name, path]) => (name === null ? path : `${name}/${path}`)),
  ),
  name_regex: fc.constantFrom("RTX 3090\\]", "(?i)nvidia", "^NVIDIA.*Device", "²", "für", "€", "older", "."),
  mdev: fc.boolean(),
  virtual_functions: fc.boolean(),
  physical_function: fc.oneof(
    written(pathArbitrary),
    fc.constantFrom("00:02.0", "84:00.0", "c1:00.0", "61:00.0"),
  ),
  at_least: fc.integer({ min: 0, max: 3 }),
  at_most: fc.integer({ min: 0, max: 12 }),
};

const WORDS = [
  "iommu_off",
  "not_isolated",
  "left_behind",
  "live_virtual_functions",
  "unreported_virtual_functions",
  "usage_incomplete",
  "hidden_mappings",
];

const behaviour = {
  unreachable_nodes: fc.constantFrom<("error" | "warn")[]>("error", "warn", "warn", "warn"),
  accept: fc.subarray(WORDS),
  include_usage: fc.boolean(),
  mapping_prefix: fc.constantFrom("gpu", "gpu", "x", "GPU_a"),
  mapping_names: fc.constantFrom<("address" | "model")[]>("address", "model"),
  results: fc.subarray([...RESULTS], { minLength: 1 }),
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
