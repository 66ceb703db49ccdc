import { type ServiceDefinition, status } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { ctyBool, ctyList, ctyMap, ctyNumber, ctyObject, ctySet, ctyString } from "../../src/cty/type.ts";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import type { CtyValue } from "../../src/cty/value.ts";
import { silentLogger } from "../../src/logger.ts";
import {
  Diagnostic_Severity,
  type DynamicValue,
  ProviderService,
} from "../../src/tfplugin6/gen/tfplugin6.ts";
import { createProviderService } from "../../src/tfplugin6/service.ts";
import { recordingLogger } from "../framework/support/recording-logger.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { zoo } from "./support/example-provider.ts";
import { ProviderClient } from "./support/provider-client.ts";

const NOTHING = Buffer.alloc(0);
const configurationType = ctyObject({ endpoint: ctyString, token: ctyString });
const animalsType = ctyObject({
  kind: ctyString,
  names: ctyList(ctyString),
  secret: ctyString,
  colour: ctyString,
  limits: ctyObject({ age: ctyNumber, tame: ctyBool }),
  animals: ctyList(ctyObject({ name: ctyString, age: ctyNumber, tags: ctySet(ctyString) })),
  by_name: ctyMap(ctyObject({ friends: ctyMap(ctyList(ctyObject({ name: ctyString }))) })),
  groups: ctySet(ctyObject({ size: ctyNumber })),
});
const greetingType = ctyList(ctyObject({ words: ctyString }));

const members = (entries: { readonly [name: string]: CtyValue }) => new Map(Object.entries(entries));
const msgpack = (bytes: Uint8Array): DynamicValue => ({ msgpack: Buffer.from(bytes), json: NOTHING });
const string = (value: CtyValue) => msgpack(encodeMsgpack(value, ctyString));
const noAnimals = {
  kind: null,
  names: null,
  secret: null,
  colour: null,
  limits: null,
  animals: null,
  by_name: null,
  groups: null,
};

function configuration(endpoint: CtyValue): DynamicValue {
  return msgpack(encodeMsgpack(members({ endpoint, token: null }), configurationType));
}

function animals(entries: { readonly [name: string]: CtyValue }): DynamicValue {
  return msgpack(encodeMsgpack(members({ ...noAnimals, ...entries }), animalsType));
}

describe("the service tfplugin6.Provider", () => {
  let client: ProviderClient;
  let log: ReturnType<typeof recordingLogger>;

  beforeEach(async () => {
    log = recordingLogger();
    let now = 0;
    const clock = () => {
      now += 5;
      return now;
    };
    const scrub = (text: string) => text.replaceAll("s3cret", "***");
    client = await ProviderClient.serving(zoo, { logger: log.logger, clock, scrub });
  });
  afterEach(() => client.close());

  const configure = (endpoint: CtyValue) =>
    client.call("configureProvider", {
      terraformVersion: "1.13.0",
      config: configuration(endpoint),
      clientCapabilities: undefined,
    });
  const validate = (typeName: string, config: DynamicValue | undefined) =>
    client.call("validateDataResourceConfig", { typeName, config });
  const read = (typeName: string, config: DynamicValue | undefined) =>
    client.call("readDataSource", {
      typeName,
      config,
      providerMeta: undefined,
      clientCapabilities: undefined,
    });

  it("lists what the provider has", async () => {
    expect(await client.call("getMetadata", {})).toEqual({
      serverCapabilities: {
        getProviderSchemaOptional: true,
        planDestroy: false,
        moveResourceState: false,
        generateResourceConfig: false,
      },
      diagnostics: [],
      dataSources: [{ typeName: "zoo_animals" }, { typeName: "zoo_old" }],
      functions: [{ name: "greet" }],
      resources: [],
      ephemeralResources: [],
      listResources: [],
      stateStores: [],
      actions: [],
    });
  });

  it("has no resource identities", async () => {
    expect(await client.call("getResourceIdentitySchemas", {})).toEqual({
      identitySchemas: new Map(),
      diagnostics: [],
    });
  });

  it("validates the configuration of the provider", async () => {
    expect(await client.call("validateProviderConfig", { config: configuration("a") })).toEqual({
      diagnostics: [],
    });
    expect(await client.call("validateProviderConfig", { config: configuration(null) })).toEqual({
      diagnostics: [
        {
          severity: Diagnostic_Severity.ERROR,
          summary: "Missing Required Argument",
          detail: "endpoint is required, and has no value.",
          attribute: { steps: [{ selector: { $case: "attributeName", value: "endpoint" } }] },
        },
      ],
    });
  });

  it("takes a configuration that is not sent for null", async () => {
    const { diagnostics } = await client.call("validateProviderConfig", { config: undefined });
    expect(diagnostics.map(({ summary }) => summary)).toEqual(["Missing Required Argument"]);
    const empty = await client.call("validateProviderConfig", {
      config: { msgpack: NOTHING, json: NOTHING },
    });
    expect(empty.diagnostics).toEqual(diagnostics);
  });

  it("validates a data source, and points at the element that is wrong", async () => {
    expect(await validate("zoo_animals", animals({ kind: "cat", names: [UNKNOWN, null] }))).toEqual({
      diagnostics: [
        {
          severity: Diagnostic_Severity.ERROR,
          summary: "Null Value",
          detail: "names[1] is null. Leave it out, or give it a value.",
          attribute: {
            steps: [
              { selector: { $case: "attributeName", value: "names" } },
              { selector: { $case: "elementKeyInt", value: 1n } },
            ],
          },
        },
      ],
    });
  });

  it("configures, reads, and answers with arguments and results", async () => {
    expect(await configure("pve1")).toEqual({ diagnostics: [] });
    const limits = members({ age: 7, tame: null });
    const { state, diagnostics } = await read(
      "zoo_animals",
      animals({ kind: "cat", names: ["tom", "tim"], secret: "s3cret", limits }),
    );
    expect(diagnostics).toEqual([
      {
        severity: Diagnostic_Severity.WARNING,
        summary: "Gates Open",
        detail: "The gates are open.",
        attribute: {
          steps: [
            { selector: { $case: "attributeName", value: "names" } },
            { selector: { $case: "elementKeyInt", value: 0n } },
          ],
        },
      },
    ]);
    const friend = members({ name: "cat of pve1" });
    expect(decodeMsgpack(state?.msgpack ?? NOTHING, animalsType)).toEqual(
      members({
        kind: "cat",
        names: ["tom", "tim"],
        secret: "s3cret",
        colour: null,
        limits,
        animals: [members({ name: "cat of pve1", age: 7, tags: ["tom", "tim"] })],
        by_name: new Map([["__proto__", members({ friends: new Map([["2024", [friend]]]) })]]),
        groups: null,
      }),
    );
    expect(state?.json).toEqual(NOTHING);
  });

  it.each([
    ["has no state when the read fails", "none", "No Animals", "pve1 has none."],
    [
      "shows an exception as a bug",
      "broken",
      "Internal Error in the Provider",
      "Reading zoo_animals failed unexpectedly: TypeError: zoo is null.\n\n" +
        "This is a bug in the provider. Please report it at https://example.org/issues",
    ],
  ])("%s", async (_what, kind, summary, detail) => {
    await configure("pve1");
    const { state, diagnostics } = await read("zoo_animals", animals({ kind }));
    expect(state).toBeUndefined();
    expect(diagnostics).toMatchObject([{ severity: Diagnostic_Severity.ERROR, summary, detail }]);
  });

  it("ends a read in flight when the host asks to stop", async () => {
    await configure("pve1");
    const reading = read("zoo_animals", animals({ kind: "slow" }));
    await expect.poll(() => log.lines.map(({ message }) => message)).toContain("reading slowly");
    expect(await client.call("stopProvider", {})).toEqual({ Error: "" });
    expect((await reading).diagnostics).toMatchObject([
      {
        summary: "Operation Cancelled",
        detail: "Reading zoo_animals was cancelled: the host asked the provider to stop.",
      },
    ]);
  });

  it("ends a read in flight when the host cancels the call, and no other", async () => {
    await configure("pve1");
    const other = read("zoo_animals", animals({ kind: "slow" }));
    const cancelling = new AbortController();
    const request = { typeName: "zoo_animals", config: animals({ kind: "slow" }) };
    const reading = client.call(
      "readDataSource",
      { ...request, providerMeta: undefined, clientCapabilities: undefined },
      cancelling.signal,
    );
    const lines = (text: string) => log.lines.filter(({ message }) => message === text);
    await expect.poll(() => lines("reading slowly")).toHaveLength(2);
    const before = lines("Served request").length;
    cancelling.abort();
    await expect(reading).rejects.toMatchObject({ code: status.CANCELLED });
    await expect.poll(() => lines("Served request")).toHaveLength(before + 1);
    await client.call("stopProvider", {});
    await other;
  });

  it("says in a diagnostic that it does not know a data source", async () => {
    const unknown = [
      {
        severity: Diagnostic_Severity.ERROR,
        summary: "Unknown Data Source",
        detail: "The provider has no data source zoo_plants. It has zoo_animals, zoo_old.",
        attribute: undefined,
      },
    ];
    expect(await validate("zoo_plants", undefined)).toEqual({ diagnostics: unknown });
    expect(await read("zoo_plants", undefined)).toEqual({
      state: undefined,
      diagnostics: unknown,
      deferred: undefined,
    });
  });

  it("calls functions without being configured", async () => {
    const given = encodeMsgpack(members({ loud: true }), ctyMap(ctyBool));
    const { result, error } = await client.call("callFunction", {
      name: "greet",
      arguments: [string("Anna"), string("Dr."), msgpack(given)],
    });
    expect(error).toBeUndefined();
    expect(decodeMsgpack(result?.msgpack ?? NOTHING, greetingType)).toEqual([
      members({ words: "Dr. Anna!" }),
    ]);
  });

  it.each<readonly [string, string, readonly DynamicValue[], string, bigint | undefined]>([
    ["with the argument at fault", "greet", [string(""), string(null)], "name is empty", 0n],
    ["without one, when there is none", "greet", [], "greet needs a value for its parameter name", undefined],
    ["for an unknown function", "great", [], "The provider has no function great. It has greet", undefined],
  ])("answers a wrong call with an error %s", async (_what, name, values, text, functionArgument) => {
    const answer = await client.call("callFunction", { name, arguments: [...values] });
    expect(answer).toEqual({ result: undefined, error: { text, functionArgument } });
  });

  it("answers a configuration that cannot be decoded with a diagnostic", async () => {
    const { diagnostics } = await validate("zoo_animals", msgpack(Buffer.from("dfffffffff", "hex")));
    expect(diagnostics).toMatchObject([
      { severity: Diagnostic_Severity.ERROR, summary: "Invalid Value from the Host" },
    ]);
  });

  it("answers bytes that are no request with an error, and lives on", async () => {
    const call = client.callRaw(ProviderService.readDataSource.path, Buffer.from("ffffffff", "hex"));
    await expect(call).rejects.toMatchObject({ code: status.INTERNAL });
    expect(await client.call("stopProvider", {})).toEqual({ Error: "" });
  });

  it("has every RPC of the protocol under its path, with streams where the protocol has them", () => {
    const shape = ({ path, requestStream, responseStream }: ServiceDefinition[string]) =>
      `${path} ${requestStream} ${responseStream}`;
    const { definition, implementation } = createProviderService(zoo, {
      logger: silentLogger,
      clock: () => 0,
    });
    expect(Object.values(definition).map(shape).toSorted()).toEqual(
      Object.values(ProviderService).map(shape).toSorted(),
    );
    expect(Object.keys(implementation).toSorted()).toEqual(Object.keys(definition).toSorted());
  });

  const implemented = [
    "callFunction",
    "configureProvider",
    "getFunctions",
    "getMetadata",
    "getProviderSchema",
    "getResourceIdentitySchemas",
    "readDataSource",
    "stopProvider",
    "validateDataResourceConfig",
    "validateProviderConfig",
  ];
  const others = Object.entries(ProviderService).filter(([name]) => !implemented.includes(name));

  it.each(others.map(([, { path, responseStream }]) => ({ path, responseStream })))(
    "does not implement $path, and says so",
    async ({ path, responseStream }) => {
      const answer = responseStream ? client.callStream(path) : client.callRaw(path, NOTHING);
      const name = path.replace("/tfplugin6.Provider/", "");
      await expect(answer).rejects.toMatchObject({
        code: status.UNIMPLEMENTED,
        details: `this provider has data sources and functions only; it does not implement ${name}`,
      });
    },
  );

  it("logs begin and end of each request at trace, with a number and the time it took", async () => {
    await client.call("getMetadata", {});
    await client.call("stopProvider", {});
    expect(log.lines).toEqual([
      { level: "trace", message: "Received request", fields: { tf_rpc: "GetMetadata", tf_req_id: 1 } },
      {
        level: "trace",
        message: "Served request",
        fields: { tf_rpc: "GetMetadata", tf_req_id: 1, tf_req_duration_ms: 5 },
      },
      { level: "trace", message: "Received request", fields: { tf_rpc: "StopProvider", tf_req_id: 2 } },
      {
        level: "trace",
        message: "Served request",
        fields: { tf_rpc: "StopProvider", tf_req_id: 2, tf_req_duration_ms: 5 },
      },
    ]);
  });
});
