/** What the compiler must and must not accept. `tsc` runs this file; nothing in it is executed. */
import {
  type ArgumentsOf,
  type ConfigurationOf,
  computed,
  nestedList,
  nestedMap,
  nestedObject,
  optional,
  type ResultsOf,
  required,
} from "../../src/framework/attribute.ts";
import { known } from "../../src/framework/configuration.ts";
import { dataSource, type ReadContext } from "../../src/framework/data-source.ts";
import {
  optionalParameter,
  parameter,
  providerFunction,
  variadicParameter,
} from "../../src/framework/function.ts";
import { provider } from "../../src/framework/provider.ts";
import {
  bool,
  checked,
  integer,
  list,
  map,
  nullable,
  number,
  object,
  options,
  set,
  text,
} from "../../src/framework/type.ts";
import type { Unknown } from "../../src/framework/unknown.ts";
import { oneOf } from "../../src/framework/validator.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles when the type of the value is exactly `Expected`. */
function expectType<Expected>() {
  return <Actual>(_value: Actual, _same: Equal<Actual, Expected>): void => {};
}

interface Cluster {
  nodes(names: readonly string[] | null, signal: AbortSignal): Promise<readonly { name: string }[]>;
}

const attributes = {
  kind: required(text, ""),
  names: optional(list(checked(text, oneOf("a"))), ""),
  limits: optional(nestedObject({ cpu: required(number, ""), memory: optional(integer, "") }), ""),
  tags: optional(map(set(bool)), ""),
  nodes: computed(
    nestedList({ name: computed(text, ""), group: computed(nullable(integer), "") }),
    "Ordered by name.",
  ),
  by_name: computed(
    nullable(nestedMap({ pair: computed(object({ id: text, group: nullable(integer) }), "") })),
    "",
  ),
};

declare const args: ArgumentsOf<typeof attributes>;
expectType<{
  readonly kind: string;
  readonly names: readonly string[] | null;
  readonly limits: { readonly cpu: number; readonly memory: number | null } | null;
  readonly tags: ReadonlyMap<string, readonly boolean[]> | null;
}>()(args, true);

declare const configuration: ConfigurationOf<typeof attributes>;
expectType<string | Unknown>()(configuration.kind, true);
expectType<readonly string[] | null | Unknown>()(configuration.names, true);
expectType<string>()(known(configuration).kind, true);
expectType<readonly string[] | null>()(known(configuration).names, true);

declare const results: ResultsOf<typeof attributes>;
expectType<{
  readonly nodes: readonly { readonly name: string; readonly group: number | null }[];
  readonly by_name: ReadonlyMap<
    string,
    { readonly pair: { readonly id: string; readonly group: number | null } }
  > | null;
}>()(results, true);

const nodes = dataSource({
  name: "nodes",
  description: "",
  attributes,
  async read({ names, kind }, { instance, signal }: ReadContext<Cluster>) {
    expectType<string>()(kind, true);
    expectType<readonly string[] | null>()(names, true);
    expectType<Cluster>()(instance, true);
    const found = await instance.nodes(names, signal);
    return { nodes: found.map(({ name }) => ({ name, group: null })), by_name: null };
  },
});

dataSource({
  name: "lacking",
  description: "",
  attributes,
  // @ts-expect-error by_name is missing
  read: () => ({ nodes: [] }),
});

dataSource({
  name: "of_another_type",
  description: "",
  attributes,
  // @ts-expect-error a group is not text
  read: () => ({ nodes: [{ name: "pve1", group: "7" }], by_name: null }),
});

dataSource({
  name: "null_where_none_may_be",
  description: "",
  attributes,
  // @ts-expect-error a name is never null
  read: () => ({ nodes: [{ name: null, group: 7 }], by_name: null }),
});

dataSource({
  name: "no_such_argument",
  description: "",
  attributes,
  // @ts-expect-error results are not arguments
  read: ({ by_name }) => ({ nodes: [], by_name }),
});

// @ts-expect-error what the user sets holds only what the user sets
optional(nestedList({ name: computed(text, "") }), "");
// @ts-expect-error what the provider computes holds only what the provider computes
computed(nestedList({ name: optional(text, "") }), "");
// @ts-expect-error attributes nest in attributes only, not in the types of their values
computed(list(nestedObject({ name: computed(text, "") })), "");
// @ts-expect-error a validator of text does not fit a number
checked(integer, oneOf("a"));

const mappingName = providerFunction({
  name: "mapping_name",
  summary: "",
  description: "",
  parameters: [parameter("node", text, ""), parameter("paths", nullable(list(text)), "")],
  rest: optionalParameter("options", options({ pcie: bool }), ""),
  returns: text,
  run(node, paths, given) {
    expectType<string>()(node, true);
    expectType<readonly string[] | null>()(paths, true);
    expectType<{ readonly pcie: boolean | null } | null>()(given, true);
    return node;
  },
});

const sum = providerFunction({
  name: "sum",
  summary: "",
  description: "",
  parameters: [parameter("first", integer, "")],
  rest: variadicParameter("more", integer, ""),
  returns: integer,
  run(first, ...more) {
    expectType<number>()(first, true);
    return more.reduce((total, next) => total + next, first);
  },
});

providerFunction({
  name: "wrong_result",
  summary: "",
  description: "",
  parameters: [],
  returns: integer,
  // @ts-expect-error text is no integer
  run: () => "1",
});

provider({
  name: "example",
  description: "",
  bugReports: "",
  attributes: { endpoint: required(text, ""), retries: optional(integer, "") },
  configure(given): Cluster {
    expectType<string | Unknown>()(given.endpoint, true);
    expectType<number | null>()(known(given).retries, true);
    return { nodes: async () => [] };
  },
  dataSources: [nodes],
  functions: [mappingName, sum],
});

provider({
  name: "other_instance",
  description: "",
  bugReports: "",
  attributes: {},
  // @ts-expect-error the data source works with a Cluster, and configure makes a Date
  configure: (): Date => new Date(0),
  dataSources: [nodes],
  functions: [],
});
