import { path } from "../../src/cty/path.ts";
import { computed, nestedList, nestedMap, optional, required } from "../../src/framework/attribute.ts";
import { known } from "../../src/framework/configuration.ts";
import { dataSource, type ReadContext } from "../../src/framework/data-source.ts";
import {
  optionalParameter,
  parameter,
  providerFunction,
  variadicParameter,
} from "../../src/framework/function.ts";
import { provider } from "../../src/framework/provider.ts";
import { bool, integer, list, map, nullable, object, options, text } from "../../src/framework/type.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function expectType<A>() {
  return <B>(_value: B, _same: Equal<A, B>): void => {};
}
interface Cluster {
  nodes(
    names: readonly string[] | null,
    signal: AbortSignal,
  ): Promise<readonly { name: string; version: string | null }[]>;
}

export const nodes = dataSource({
  name: "nodes",
  description: "x",
  attributes: {
    kind: required(text, "k"),
    names: optional(list(text), "Only these."),
    nodes: computed(nestedList({ name: computed(text, "n"), version: computed(nullable(text), "v") }), "ns"),
    by: computed(nullable(nestedMap({ name: computed(map(object({ a: integer })), "n") })), "ns"),
  },
  async read({ names, kind }, { instance, signal, diagnostics }: ReadContext<Cluster>) {
    expectType<readonly string[] | null>()(names, true);
    expectType<string>()(kind, true);
    const found = await instance.nodes(names, signal);
    diagnostics.warning("a", "b", path("names"));
    return { nodes: found, by: null };
  },
});

export const f = providerFunction({
  name: "f",
  summary: "s",
  description: "d",
  parameters: [parameter("node", text, "n"), parameter("path", nullable(list(text)), "p")],
  rest: optionalParameter("options", options({ pcie: bool }), "o"),
  returns: text,
  run(node, path, opts) {
    expectType<string>()(node, true);
    expectType<readonly string[] | null>()(path, true);
    expectType<{ readonly pcie: boolean | null } | null>()(opts, true);
    return node;
  },
});
export const g = providerFunction({
  name: "f",
  summary: "s",
  description: "d",
  parameters: [parameter("node", text, "n")],
  rest: variadicParameter("more", integer, "o"),
  returns: list(object({ a: integer })),
  run(node, ...more) {
    expectType<string>()(node, true);
    expectType<readonly number[]>()(more as readonly number[], true);
    return more.map((a) => ({ a }));
  },
});
export const h = providerFunction({
  name: "f",
  summary: "s",
  description: "d",
  parameters: [],
  returns: integer,
  run: () => 1,
});
export const p = provider({
  name: "x",
  description: "d",
  bugReports: "u",
  attributes: { endpoint: required(text, "u"), n: optional(integer, "i") },
  configure(configuration): Cluster {
    const { endpoint, n } = known(configuration);
    expectType<string>()(endpoint, true);
    expectType<number | null>()(n, true);
    return { nodes: async () => [] };
  },
  dataSources: [nodes],
  functions: [f, g, h],
});
