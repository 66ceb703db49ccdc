/** Answers that are JSON and Proxmox's, with content that nobody expects. */
import { textOf, withBody, withData } from "../exchange.ts";
import type { FaultKind, Outcome } from "../kind.ts";
import { between, error, onAnswer, oneOf, SAME } from "../strike.ts";

const group = "data";
const OTHER_SHAPE = error(/not what Proxmox VE answers: data/, /please report this with its version/);
type Fields = Record<string, unknown>;

/** Something is put before the text of an answer, or into it. */
function text(
  name: string,
  wire: string,
  outcome: Outcome,
  change: (json: string) => string | Buffer,
): FaultKind {
  return onAnswer({
    name,
    group,
    wire,
    outcome,
    change: (answer) => withBody(answer, change(textOf(answer))),
  });
}

/** Every object of the answer is made into another one. */
function objects(
  name: string,
  wire: string,
  outcome: Outcome,
  change: (fields: Fields, index: number) => unknown,
  target: "any" | "devices" | "nodes" = "any",
): FaultKind {
  return onAnswer({
    name,
    group,
    wire,
    outcome,
    target,
    ...(outcome.result === "error" ? { asked: 1 } : {}),
    change: (answer) =>
      withData(answer, (data) => {
        if (Array.isArray(data)) return data.map((element: Fields, index) => change(element, index));
        return typeof data === "object" && data !== null ? change(data as Fields, 0) : data;
      }),
  });
}

/** Every number as a text, and every text of digits as a number, as Perl may write them. */
function otherWayRound(value: unknown): unknown {
  if (typeof value === "number") return `${value}`;
  if (typeof value === "string" && /^(0|[1-9]\d{0,8})$/.test(value)) return Number(value);
  if (Array.isArray(value)) return value.map(otherWayRound);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, otherWayRound(inner)]));
}

export const dataKinds: readonly FaultKind[] = [
  onAnswer({
    name: "another-shape",
    group,
    wire: "a value of another kind under data",
    outcome: OTHER_SHAPE,
    asked: 1,
    change: (answer, random) =>
      withBody(answer, JSON.stringify({ data: oneOf(random, [7, "text", true, [[1]], [null], [7], null]) })),
  }),
  objects("numbers-as-texts", "numbers as texts, and the other way round", SAME, (fields) =>
    otherWayRound(fields),
  ),
  objects("unknown-fields", "fields that nobody knows", SAME, (fields) =>
    // Among permissions, a field is a path.
    Object.keys(fields).some((name) => name.startsWith("/"))
      ? fields
      : { ...fields, "brand-new": { nested: [1, { deeper: null }] }, constructor: "x", toString: 1 },
  ),
  text("prototype", "a member called __proto__ in every object", SAME, (json) =>
    json.replaceAll(/(?<=[[,]|^)\{(?=")/g, '{"__proto__":{"status":"offline","iommugroup":7,"data":[]},'),
  ),
  text("deep-field", "10,000 lists in each other, in a field that nobody asks for", SAME, (json) =>
    json.replace(/^\{/, `{"deep":${"[".repeat(10_000)}${"]".repeat(10_000)},`),
  ),
  text("mark", "a byte order mark before the text", SAME, (json) => `\ufeff${json}`),
  text(
    "white-space",
    "a megabyte of white space around the text",
    SAME,
    (json) => `${" \n".repeat(500_000)}${json}\n\t `,
  ),
  text("twice", "the text twice", error(/not JSON/, /API of Proxmox VE itself/), (json) => json + json),
  onAnswer({
    name: "lone-surrogates",
    group,
    wire: "names with halves of characters",
    target: "devices",
    outcome: { result: "changed" },
    change: (answer) =>
      withBody(answer, textOf(answer).replaceAll(/"device_name":"/g, '"device_name":"\\ud800 \\udc00')),
  }),
  onAnswer({
    name: "control-characters",
    group,
    wire: "names with NUL and escapes that a terminal would obey",
    target: "devices",
    outcome: { result: "changed" },
    change: (answer) =>
      withBody(answer, textOf(answer).replaceAll(/"device_name":"/g, '"device_name":"\\u0000\\u001b[2J')),
  }),
  onAnswer({
    name: "names-of-a-megabyte",
    group,
    wire: "names of a megabyte",
    target: "devices",
    outcome: { result: "changed" },
    change: (answer) =>
      withBody(answer, textOf(answer).replace(/"device_name":"/, `"device_name":"${"x".repeat(1_000_000)}`)),
  }),
  objects(
    "group-beyond-numbers",
    "IOMMU groups that no number holds",
    OTHER_SHAPE,
    (fields) => ({ ...fields, iommugroup: 1e300 }),
    "devices",
  ),
  objects(
    "address-broken",
    "a device at an address that is none",
    error(/in a way that this provider does not understand|not what Proxmox VE answers/, /report this/),
    (fields, index) => (index === 1 ? { ...fields, id: "0000:zz:00.0" } : fields),
    "devices",
  ),
  objects(
    "node-without-name",
    "a node without a name",
    OTHER_SHAPE,
    ({ node: _, ...fields }) => fields,
    "nodes",
  ),
  objects(
    "node-with-escapes",
    "a node whose name has control characters",
    OTHER_SHAPE,
    (fields) => ({ ...fields, node: `${fields["node"]}\u001b[31m` }),
    "nodes",
  ),
  ...(
    [
      ["slashes", "/../.."],
      ["spaces", " b"],
      ["turned-writing", "\u202e"],
    ] as const
  ).map(([name, behind]) =>
    objects(
      `node-with-${name}`,
      `a node whose name is none: ${JSON.stringify(`pve1${behind}`)}`,
      OTHER_SHAPE,
      (fields) => ({ ...fields, node: `${fields["node"]}${behind}` }),
      "nodes",
    ),
  ),
  objects(
    "node-of-dots",
    'a node that is called ".."',
    OTHER_SHAPE,
    (fields) => ({ ...fields, node: ".." }),
    "nodes",
  ),
  onAnswer({
    name: "nodes-by-thousands",
    group,
    wire: "more nodes than any cluster has",
    target: "nodes",
    asked: 1,
    outcome: error(
      /should be a list of 512 nodes at most but is a list of \d+/,
      /report this with its version/,
    ),
    change: (answer, random) =>
      withData(answer, (data) => {
        const [first] = data as Fields[];
        const count = between(random, 600, 40_000);
        return Array.from({ length: count }, (_, index) => ({ ...first, node: `n${index}` }));
      }),
  }),
  objects(
    "group-below-none",
    "an IOMMU group of -2",
    OTHER_SHAPE,
    (fields) => ({ ...fields, iommugroup: -2 }),
    "devices",
  ),
  onAnswer({
    name: "no-nodes",
    group,
    wire: "an empty list of nodes",
    target: "nodes",
    asked: 1,
    outcome: error(/at least one node/, /report this with its version/),
    change: (answer) => withData(answer, () => []),
  }),
  onAnswer({
    name: "duplicates",
    group,
    wire: "every element of a list twice",
    outcome: SAME,
    change: (answer, random) =>
      withData(answer, (data) => (Array.isArray(data) ? random.shuffle([...data, ...data]) : data)),
  }),
  onAnswer({
    name: "a-million-devices",
    group,
    wire: "more devices than any host has",
    target: "devices",
    asked: 1,
    outcome: error(/more than|larger than/, /API of Proxmox VE itself/),
    change: (answer, random) =>
      withData(answer, (data) => {
        const [first] = data as Fields[];
        return Array.from({ length: between(random, 60_000, 90_000) }, (_, index) => ({
          ...first,
          id: `${index.toString(16).padStart(5, "0")}:00:00.0`,
        }));
      }),
  }),
];
