/** A provider that has one of everything that a schema can say. */
import {
  computed,
  nestedList,
  nestedMap,
  nestedObject,
  nestedSet,
  optional,
  required,
} from "../../../src/framework/attribute.ts";
import { known } from "../../../src/framework/configuration.ts";
import { dataSource, type ReadContext } from "../../../src/framework/data-source.ts";
import { DiagnosticError, errorDiagnostic } from "../../../src/framework/diagnostics.ts";
import {
  FunctionError,
  optionalParameter,
  parameter,
  providerFunction,
} from "../../../src/framework/function.ts";
import { path } from "../../../src/framework/path.ts";
import { provider } from "../../../src/framework/provider.ts";
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
} from "../../../src/framework/type.ts";
import { notEmpty, oneOf } from "../../../src/framework/validator.ts";

export interface Zoo {
  readonly endpoint: string;
}

const animals = dataSource({
  name: "animals",
  description: "The **animals** of the zoo.",
  attributes: {
    kind: required(checked(text, oneOf("cat", "dog", "none", "slow", "broken")), "What to look for."),
    names: optional(checked(list(text), notEmpty()), "Only these names."),
    secret: optional(text, "The password.", { sensitive: true }),
    colour: optional(text, "The colour.", { deprecated: "Use `kind`." }),
    limits: optional(
      nestedObject({ age: required(number, "Years."), tame: optional(bool, "Tame ones only.") }),
      "Limits.",
    ),
    animals: computed(
      nestedList({
        name: computed(text, "Its name."),
        age: computed(nullable(integer), "Its age; null when nobody knows."),
        tags: computed(set(text), "Its tags."),
      }),
      "The animals.",
    ),
    by_name: computed(
      nestedMap({ friends: computed(map(list(object({ name: text }))), "Its friends, by year.") }),
      "The animals by name.",
    ),
    groups: computed(nullable(nestedSet({ size: computed(integer, "Its size.") })), "The groups."),
  },
  async read({ kind, names, limits }, { instance, signal, logger, diagnostics }: ReadContext<Zoo>) {
    if (kind === "none") {
      throw new DiagnosticError(
        errorDiagnostic("No Animals", `${instance.endpoint} has none.`, path("kind")),
      );
    }
    if (kind === "slow") {
      logger.info("reading slowly");
      await new Promise((_resolve, reject) => signal.addEventListener("abort", reject));
    }
    if (kind === "broken") throw new TypeError("zoo is null");
    diagnostics.warning("Gates Open", "The gates are open.", path("names", 0));
    const name = `${kind} of ${instance.endpoint}`;
    return {
      animals: [{ name, age: limits?.age ?? null, tags: names ?? [] }],
      by_name: new Map([["__proto__", { friends: new Map([["2024", [{ name }]]]) }]]),
      groups: null,
    };
  },
});

const old = dataSource({
  name: "old",
  description: "An old one.",
  deprecated: "Use `zoo_animals`.",
  attributes: {},
  read: () => ({}),
});

const greet = providerFunction({
  name: "greet",
  summary: "Greets somebody",
  description: "Greets **somebody**.",
  deprecated: "Greet them yourself.",
  parameters: [parameter("name", text, "Who."), parameter("title", nullable(text), "Title, if any.")],
  rest: optionalParameter("options", options({ loud: bool }), "How."),
  returns: list(object({ words: text })),
  run(name, title, given) {
    if (name === "") throw new FunctionError("name is empty", { argument: 0 });
    const words = [title, name].filter((word) => word !== null).join(" ");
    return [{ words: given?.loud === true ? `${words}!` : words }];
  },
});

export const zoo = provider({
  name: "zoo",
  description: "Reads **zoos**.",
  bugReports: "https://example.org/issues",
  attributes: {
    endpoint: required(text, "Where it is."),
    token: optional(text, "The token.", { sensitive: true }),
  },
  configure(configuration): Zoo {
    const { endpoint } = known(configuration);
    return { endpoint };
  },
  dataSources: [animals, old],
  functions: [greet],
});
