/** What `assign` says when there is not enough: each message whole, as it is read. */
import { expect, it } from "vitest";
import type { CtyValue } from "../../src/cty/value.ts";
import { card, type Options, refusal, user } from "../support/assign/units.ts";

const W1 = user(101, "w1");
const W2 = user(102, "w2");
const DESKTOP = user(105, "desktop");
const NAMELESS = user(106, null);

const LETTING_GO =
  "What a guest in guests holds and needs no longer is free after an apply: apply that first, without this request.";
const ON_ITS_WAY_OUT =
  "A guest that is not in guests may be on its way out: apply that first, and what it holds is free.";
const ONE_NODE =
  "All units of a guest are on one node. options.nodes names another for it; bpg makes its VM anew there, unless the VM has migrate = true.";
const NOT_KNOWN =
  "Where used_by is null nobody knows who uses the unit: read it with include_usage = true, and grant VM.Audit on /vms and all below.";
const NOT_ISOLATED =
  "A unit that is not isolated takes along what its group_peers name. Only where nothing else needs that, options = { shared_groups = true } gives it too.";
const ORDER =
  "Guests are served in a fixed order: those that hold something or are in options.nodes, then larger requests, then names. Another order may do: options.nodes puts a new guest on a node.";

it.each<
  readonly [
    string,
    readonly CtyValue[],
    Readonly<Record<string, number>>,
    Options | undefined,
    readonly string[],
  ]
>([
  [
    "there is nothing at all",
    [],
    { w1: 1 },
    undefined,
    ['guests["w1"] asks for 1 unit, and no node has any that it may be given. There is no unit in units.'],
  ],
  [
    "others have everything",
    [
      card("pve2", "01", { used_by: [DESKTOP] }),
      card("pve1", "01", { used_by: [W1] }),
      card("pve1", "02", { used_by: [NAMELESS, DESKTOP] }),
      card("pve1", "03", { used_by: [W1] }),
    ],
    { w1: 1, w2: 1 },
    undefined,
    [
      'guests["w2"] asks for 1 unit, and no node has any that it may be given. Of each node:',
      "  - pve1: free: none; given to w1: gpu-pve1-01; held by guest 105 (desktop; not in guests) and guest 106 (not in guests): gpu-pve1-02; held by w1: gpu-pve1-03",
      "  - pve2: free: none; held by guest 105 (desktop; not in guests): gpu-pve2-01",
      LETTING_GO,
      ON_ITS_WAY_OUT,
      ORDER,
    ],
  ],
  [
    "no node has enough",
    [
      card("pve1", "01", { used_by: null }),
      card("pve1", "02", { kind: "pf" }),
      card("pve1", "03", { isolated: null, iommu_groups: [] }),
      card("pve1", "04", { isolated: false }),
      card("pve1", "05", { used_by: [DESKTOP], iommu_groups: [5] }),
      card("pve1", "06", { iommu_groups: [5] }),
      card("pve1", "07"),
      card("pve1", "08", { isolated: null, iommu_groups: [8] }),
      card("pve2", "01"),
    ],
    { w1: 2 },
    undefined,
    [
      'guests["w1"] asks for 2 units on one node, and no node has more than 1 for it. Of each node:',
      "  - pve1: free: gpu-pve1-07; used_by is null: gpu-pve1-01; has live virtual functions: gpu-pve1-02; in no IOMMU group: gpu-pve1-03; not isolated: gpu-pve1-04; held by guest 105 (desktop; not in guests): gpu-pve1-05; shares an IOMMU group with what guest 105 has: gpu-pve1-06; has a function in no IOMMU group: gpu-pve1-08",
      "  - pve2: free: gpu-pve2-01",
      ON_ITS_WAY_OUT,
      NOT_KNOWN,
      NOT_ISOLATED,
    ],
  ],
  [
    "a guest cannot grow where it is",
    [card("pve1", "01", { used_by: [W1] }), card("pve1", "02", { used_by: [W2] }), card("pve2", "01")],
    { w1: 2, w2: 1 },
    undefined,
    [
      'guests["w1"] asks for 2 units on pve1, where it holds units already, and can have 1 there. Of each node:',
      "  - pve1: free: none; its own: gpu-pve1-01; held by w2: gpu-pve1-02",
      "  - pve2: free: gpu-pve2-01",
      ONE_NODE,
    ],
  ],
  [
    "guests let go of what is needed",
    [
      card("pve1", "01", { used_by: [W2] }),
      card("pve1", "02", { used_by: [user(103, "w3")] }),
      card("pve2", "01"),
      card("pve2", "02"),
    ],
    { w1: 3, w2: 0, w3: 1 },
    { nodes: { w3: "pve2" } },
    [
      'guests["w1"] asks for 3 units on one node, and no node has more than 1 for it. Of each node:',
      "  - pve1: free: none; held by w2: gpu-pve1-01; held by w3: gpu-pve1-02",
      "  - pve2: free: gpu-pve2-02; given to w3: gpu-pve2-01",
      LETTING_GO,
      ORDER,
    ],
  ],
  [
    "the node that is named has none",
    [card("pve1", "01", { used_by: [W1] }), card("pve2", "01", { used_by: [DESKTOP] })],
    { w1: 1 },
    { nodes: { w1: "PVE3" } },
    [
      'guests["w1"] asks for 1 unit on PVE3, where options.nodes puts it, and can have none there. units has none of PVE3. Did you mean pve1? Of each node:',
      "  - pve1: free: none; its own: gpu-pve1-01",
      "  - pve2: free: none; held by guest 105 (desktop; not in guests): gpu-pve2-01",
    ],
  ],
])("%s", async (_what, units, guests, options, lines) => {
  expect(await refusal(units, guests, options)).toEqual({ argument: 1, message: lines.join("\n") });
});

it("names twenty units for one reason, and counts the others", async () => {
  const units = Array.from({ length: 22 }, (_, index) => card("pve1", String(index + 10)));
  expect((await refusal(units, { w1: 23 })).message).toContain(
    `\n  - pve1: free: ${Array.from({ length: 20 }, (_, index) => `gpu-pve1-${index + 10}`).join(", ")} and 2 more`,
  );
});

it("lists fifty nodes, the one that the guest cannot leave first", async () => {
  const units = Array.from({ length: 60 }, (_, index) =>
    card(`n${index + 10}`, "01", index === 59 ? { used_by: [W1] } : {}),
  );
  const { message } = await refusal(units, { w1: 2 });
  const nodes = [...message.matchAll(/^ {2}- (n\d+):/gm)].map(([, node]) => node);
  expect(nodes).toHaveLength(50);
  expect(nodes.slice(0, 2)).toEqual(["n69", "n10"]);
  expect(message).toContain("\n  - and 10 more");
});
