/** Clusters that change while they are read, and members that are slow or away. */
import { setTimeout as delay } from "node:timers/promises";
import type { Exchange } from "../exchange.ts";
import { withBody, withData } from "../exchange.ts";
import { type FaultKind, NODE_UNREAD, type Outcome, type Scene, type Setting, SHORT } from "../kind.ts";
import { error, onAnswer, oneOf, SAME } from "../strike.ts";

const group = "cluster";
const WARN: Setting = { arguments: { unreachable_nodes: "warn" } };
const LEFT_OUT: Outcome = { result: "less", warns: /Nodes? Left Out.*planned for destruction/s };

/** What becomes of the requests that one or several nodes have to answer; of `false`, nothing. */
function members(
  name: string,
  wire: string,
  outcome: Outcome,
  setting: Setting,
  act: (exchange: Exchange, node: string, struck: readonly string[]) => Promise<void> | false,
  options: {
    readonly asked?: number;
    readonly most?: boolean;
    readonly before?: (scene: Scene) => void;
  } = {},
): FaultKind {
  return {
    name,
    group,
    wire,
    strikes: options.most === true ? "all nodes but one" : "one node",
    outcome,
    setting,
    ...(options.asked === undefined ? {} : { asked: options.asked }),
    needs: (requests) => nodesOf(requests).length > 1,
    arrange: (scene) => {
      const nodes = nodesOf(scene.requests);
      const spared = oneOf(scene.random, nodes);
      const struck = options.most === true ? nodes.filter((node) => node !== spared) : [spared];
      for (const proxy of scene.proxies) {
        const pass = proxy.onExchange;
        proxy.onExchange = (exchange) => {
          const node = /\/nodes\/([^/]+)\//.exec(exchange.request.target)?.[1];
          const done = node !== undefined && struck.includes(node) ? act(exchange, node, struck) : false;
          return done === false ? pass(exchange) : done;
        };
      }
      options.before?.(scene);
      return undefined;
    },
  };
}

/** The nodes whose devices are asked for. */
function nodesOf(requests: readonly string[]): readonly string[] {
  return [
    ...new Set(requests.flatMap((target) => /\/nodes\/([^/]+)\/hardware\/pci\?/.exec(target)?.[1] ?? [])),
  ];
}

const gone = async (exchange: Exchange): Promise<void> =>
  exchange.send({ ...withBody(await exchange.answer(), ""), status: 595, reason: "Connection refused" });

const unknown = async (exchange: Exchange, node: string): Promise<void> =>
  exchange.send({
    ...withBody(await exchange.answer(), ""),
    status: 500,
    reason: `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
  });

const late = async (exchange: Exchange, milliseconds: number): Promise<void> => {
  await delay(milliseconds);
  await exchange.send(await exchange.answer());
};

/** The members that see each other are no majority any more. */
const withoutQuorum = ({ proxies }: Scene): void => {
  for (const proxy of proxies) {
    const pass = proxy.onExchange;
    proxy.onExchange = async (exchange) => {
      if (!exchange.request.target.endsWith("/cluster/status")) return pass(exchange);
      const answer = withData(await exchange.answer(), (data) =>
        (data as Record<string, unknown>[]).map((entry) =>
          entry["type"] === "cluster" ? { ...entry, quorate: 0 } : entry,
        ),
      );
      return exchange.send(answer);
    };
  }
};

const CUT_OFF = error(/Cluster Without Quorum/, /pvecm status/);

export const clusterKinds: readonly FaultKind[] = [
  members(
    "node-gone",
    "a node ends between the list and its answer",
    error(NODE_UNREAD, /unreachable_nodes = "warn"/, /Check that the node is up/),
    {},
    gone,
    { asked: 1 },
  ),
  members("node-gone-warned", "the same, where nodes may be left out", LEFT_OUT, WARN, gone, { asked: 1 }),
  members(
    "node-renamed",
    "a node has another name when it is asked",
    error(NODE_UNREAD, /cannot find the node/, /pvesh get \/nodes/),
    {},
    unknown,
    { asked: 1 },
  ),
  members("node-renamed-warned", "the same, where nodes may be left out", LEFT_OUT, WARN, unknown, {
    asked: 1,
  }),
  members(
    "nodes-slow",
    "nodes take longer than the time-out",
    error(/Nodes Cannot Be Read/, /did not finish its answer within 3 s/, /needs more time: timeout/),
    SHORT,
    (exchange) => late(exchange, 12_000),
    { asked: 1, most: true },
  ),
  members(
    "nodes-slow-warned",
    "the same, where nodes may be left out",
    LEFT_OUT,
    { ...WARN, ...SHORT },
    (exchange) => late(exchange, 12_000),
    { asked: 1, most: true },
  ),
  members("nodes-slow-in-time", "nodes take a while", SAME, {}, (exchange) => late(exchange, 700), {
    most: true,
  }),
  members("quorum-lost", "the member that answers loses quorum after the list", CUT_OFF, {}, gone, {
    asked: 1,
    most: true,
    before: withoutQuorum,
  }),
  members("quorum-lost-warned", "the same, where nodes may be left out", CUT_OFF, WARN, gone, {
    asked: 1,
    most: true,
    before: withoutQuorum,
  }),
  members(
    "node-hangs-up",
    "a node's answer breaks off, every time",
    error(NODE_UNREAD, /lost in the middle of the answer/),
    {},
    async (exchange) => {
      const answer = await exchange.answer();
      await exchange.send({ ...answer, body: answer.body.subarray(0, 20) });
      exchange.end();
    },
  ),
  onAnswer({
    name: "node-offline",
    group,
    wire: "a node is listed as offline",
    target: "nodes",
    outcome: error(NODE_UNREAD, /the cluster reports it as offline/, /unreachable_nodes = "warn"/),
    asked: 1,
    change: offline,
  }),
  onAnswer({
    name: "node-offline-warned",
    group,
    wire: "the same, where nodes may be left out",
    target: "nodes",
    outcome: LEFT_OUT,
    asked: 1,
    setting: WARN,
    change: offline,
  }),
  onAnswer({
    name: "node-listed-twice",
    group,
    wire: "a node is listed twice, once as offline",
    target: "nodes",
    outcome: SAME,
    change: (answer) =>
      withData(answer, (data) => {
        const [first, ...rest] = data as Record<string, unknown>[];
        return [{ ...first, status: "offline" }, ...rest, first];
      }),
  }),
];

function offline(answer: Parameters<typeof withData>[0], random: Scene["random"]) {
  return withData(answer, (data) => {
    const nodes = data as Record<string, unknown>[];
    const struck = oneOf(random, nodes);
    return nodes.map((node) => (node === struck ? { ...node, status: "offline" } : node));
  });
}
