import { type ServiceError, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ctyObject, ctyString } from "../../src/cty/type.ts";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import { silentLogger } from "../../src/logger.ts";
import {
  CallFunction_Request,
  ConfigureProvider_Request,
  ProviderService,
  ReadDataSource_Request,
  ValidateDataResourceConfig_Request,
  ValidateProviderConfig_Request,
} from "../../src/tfplugin6/gen/tfplugin6.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { dynamicValueOf } from "../support/host/dynamic-value.ts";
import { zoo } from "./support/example-provider.ts";
import { ProviderClient } from "./support/provider-client.ts";

const json = Buffer.alloc(0);
const configurationType = ctyObject({ endpoint: ctyString, token: ctyString });
const configuration = {
  msgpack: Buffer.from(
    encodeMsgpack(
      new Map<string, string | typeof UNKNOWN>([
        ["endpoint", "a"],
        ["token", UNKNOWN],
      ]),
      configurationType,
    ),
  ),
  json,
};
const animals = dynamicValueOf(zoo.dataSources.find(({ name }) => name === "animals")?.attributes ?? {}, {
  kind: "cat",
  names: ["a"],
  limits: new Map<string, number | boolean>([
    ["age", 1.5],
    ["tame", true],
  ]),
});
const absent = { providerMeta: undefined, clientCapabilities: undefined };

/** One good request for each RPC that reads one. */
const requests: readonly (readonly [string, Buffer])[] = [
  [
    ProviderService.validateProviderConfig.path,
    Buffer.from(ValidateProviderConfig_Request.encode({ config: configuration }).finish()),
  ],
  [
    ProviderService.configureProvider.path,
    Buffer.from(
      ConfigureProvider_Request.encode({
        terraformVersion: "1.13.0",
        config: configuration,
        clientCapabilities: undefined,
      }).finish(),
    ),
  ],
  [
    ProviderService.validateDataResourceConfig.path,
    Buffer.from(
      ValidateDataResourceConfig_Request.encode({ typeName: "zoo_animals", config: animals }).finish(),
    ),
  ],
  [
    ProviderService.readDataSource.path,
    Buffer.from(
      ReadDataSource_Request.encode({ typeName: "zoo_animals", config: animals, ...absent }).finish(),
    ),
  ],
  [
    ProviderService.callFunction.path,
    Buffer.from(
      CallFunction_Request.encode({
        name: "greet",
        arguments: [
          { msgpack: Buffer.from("a141", "hex"), json },
          { msgpack: Buffer.from("c0", "hex"), json },
          {
            msgpack: Buffer.from(
              "92c41b5b226f626a656374222c7b226c6f7564223a22626f6f6c227d5d81a46c6f7564c3",
              "hex",
            ),
            json,
          },
        ],
      }).finish(),
    ),
  ],
];

/** A request with some bytes changed, and perhaps cut off or prolonged. */
const garbledRequest = fc.constantFrom(...requests).chain(([path, good]) =>
  fc
    .record({
      changes: fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      length: fc.oneof(fc.constant(good.length), fc.nat(good.length)),
      tail: fc.uint8Array({ maxLength: 8 }),
    })
    .map(({ changes, length, tail }) => {
      const bytes = Buffer.from(good);
      for (const [index, value] of changes) bytes[index] = value;
      return { path, bytes: Buffer.concat([bytes.subarray(0, length), tail]) };
    }),
);

describe("hostile requests", () => {
  let client: ProviderClient;
  beforeAll(async () => {
    client = await ProviderClient.serving(zoo, { logger: silentLogger, clock: () => 0 });
  });
  afterAll(() => client.close());

  it("include none of the good ones, which are all answered", async () => {
    for (const [path, request] of requests) await client.callRaw(path, request);
  });

  it("are answered or refused, and never with a stack trace", async () => {
    await fc.assert(
      fc.asyncProperty(garbledRequest, async ({ path, bytes }) => {
        const answer = await client.callRaw(path, bytes).catch((error: ServiceError) => error);
        const text = answer instanceof Error ? answer.details : answer.toString("utf8");
        expect(text).not.toMatch(/\n\s+at |node_modules|\.ts:/);
        expect(answer instanceof Error ? answer.code : status.INTERNAL).toBe(status.INTERNAL);
      }),
      { numRuns: 500 },
    );
  });

  it("leave the provider alive", async () => {
    const { diagnostics } = await client.call("validateProviderConfig", { config: configuration });
    expect(diagnostics).toEqual([]);
  });
});
