import { describe, expect, it } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import {
  type GetProviderSchema_Response,
  ProviderService,
  type Schema_Attribute,
  Schema_Object_NestingMode,
  StringKind,
} from "../../src/tfplugin6/gen/tfplugin6.ts";
import { createProviderService } from "../../src/tfplugin6/service.ts";
import { zoo } from "./support/example-provider.ts";
import { ProviderClient } from "./support/provider-client.ts";

const options = { logger: silentLogger, clock: () => 0 };

async function withClient<T>(work: (client: ProviderClient) => Promise<T>): Promise<T> {
  const client = await ProviderClient.serving(zoo, options);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** An attribute that only computes, with what a test says beside. */
function attribute(name: string, description: string, rest: Partial<Schema_Attribute>): Schema_Attribute {
  return {
    name,
    description,
    descriptionKind: StringKind.MARKDOWN,
    type: Buffer.alloc(0),
    nestedType: undefined,
    required: false,
    optional: false,
    computed: false,
    sensitive: false,
    deprecated: false,
    deprecationMessage: "",
    writeOnly: false,
    ...rest,
  };
}

function typed(type: string, rest: Partial<Schema_Attribute>): Partial<Schema_Attribute> {
  return { type: Buffer.from(type), ...rest };
}

function nested(
  nesting: keyof typeof Schema_Object_NestingMode,
  attributes: Schema_Attribute[],
): Partial<Schema_Attribute> {
  return {
    nestedType: { attributes, nesting: Schema_Object_NestingMode[nesting], minItems: 0n, maxItems: 0n },
  };
}

function schema(description: string, attributes: Schema_Attribute[], deprecationMessage = "") {
  return {
    version: 0n,
    block: {
      version: 0n,
      attributes,
      blockTypes: [],
      description,
      descriptionKind: StringKind.MARKDOWN,
      deprecated: deprecationMessage !== "",
      deprecationMessage,
    },
  };
}

const parameter = { allowUnknownValues: false, descriptionKind: StringKind.MARKDOWN };
const functions = new Map([
  [
    "greet",
    {
      parameters: [
        {
          ...parameter,
          name: "name",
          type: Buffer.from('"string"'),
          allowNullValue: false,
          description: "Who.",
        },
        {
          ...parameter,
          name: "title",
          type: Buffer.from('"string"'),
          allowNullValue: true,
          description: "Title, if any.",
        },
      ],
      variadicParameter: {
        ...parameter,
        name: "options",
        type: Buffer.from('["map","bool"]'),
        allowNullValue: true,
        description: "How.",
      },
      return: { type: Buffer.from('["list",["object",{"words":"string"}]]') },
      summary: "Greets somebody",
      description: "Greets **somebody**.",
      descriptionKind: StringKind.MARKDOWN,
      deprecationMessage: "Greet them yourself.",
    },
  ],
]);

const optional = { optional: true };
const computed = { computed: true };
const expected: GetProviderSchema_Response = {
  provider: schema("Reads **zoos**.", [
    attribute("endpoint", "Where it is.", typed('"string"', { required: true })),
    attribute("token", "The token.", typed('"string"', { ...optional, sensitive: true })),
  ]),
  dataSourceSchemas: new Map([
    [
      "zoo_animals",
      schema("The **animals** of the zoo.", [
        attribute("kind", "What to look for.", typed('"string"', { required: true })),
        attribute("names", "Only these names.", typed('["list","string"]', optional)),
        attribute("secret", "The password.", typed('"string"', { ...optional, sensitive: true })),
        attribute(
          "colour",
          "The colour.",
          typed('"string"', { ...optional, deprecated: true, deprecationMessage: "Use `kind`." }),
        ),
        attribute("limits", "Limits.", {
          ...optional,
          ...nested("SINGLE", [
            attribute("age", "Years.", typed('"number"', { required: true })),
            attribute("tame", "Tame ones only.", typed('"bool"', optional)),
          ]),
        }),
        attribute("animals", "The animals.", {
          ...computed,
          ...nested("LIST", [
            attribute("name", "Its name.", typed('"string"', computed)),
            attribute("age", "Its age; null when nobody knows.", typed('"number"', computed)),
            attribute("tags", "Its tags.", typed('["set","string"]', computed)),
          ]),
        }),
        attribute("by_name", "The animals by name.", {
          ...computed,
          ...nested("MAP", [
            attribute(
              "friends",
              "Its friends, by year.",
              typed('["map",["list",["object",{"name":"string"}]]]', computed),
            ),
          ]),
        }),
        attribute("groups", "The groups.", {
          ...computed,
          ...nested("SET", [attribute("size", "Its size.", typed('"number"', computed))]),
        }),
      ]),
    ],
    ["zoo_old", schema("An old one.", [], "Use `zoo_animals`.")],
  ]),
  functions,
  serverCapabilities: {
    getProviderSchemaOptional: true,
    planDestroy: false,
    moveResourceState: false,
    generateResourceConfig: false,
  },
  diagnostics: [],
  providerMeta: undefined,
  resourceSchemas: new Map(),
  ephemeralResourceSchemas: new Map(),
  listResourceSchemas: new Map(),
  stateStoreSchemas: new Map(),
  actionSchemas: new Map(),
};

describe("GetProviderSchema", () => {
  it("describes everything there is to say of a provider", async () => {
    expect(await withClient((client) => client.call("getProviderSchema", {}))).toEqual(expected);
  });

  it("gives the same answer again", async () => {
    await withClient(async (client) => {
      const first = await client.call("getProviderSchema", {});
      expect(await client.call("getProviderSchema", {})).toEqual(first);
    });
  });

  it("is encoded once, however often it is asked for", () => {
    const { definition } = createProviderService(zoo, options);
    const serialize = definition["GetProviderSchema"]?.responseSerialize;
    const bytes = serialize?.(expected);
    expect(bytes).toEqual(ProviderService.getProviderSchema.responseSerialize(expected));
    expect(serialize?.(expected)).toBe(bytes);
  });
});

describe("GetFunctions", () => {
  it("describes the functions as the schema does", async () => {
    expect(await withClient((client) => client.call("getFunctions", {}))).toEqual({
      functions,
      diagnostics: [],
    });
  });
});
