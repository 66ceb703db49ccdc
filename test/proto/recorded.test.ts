import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  CallFunction_Request,
  ConfigureProvider_Request,
  ReadDataSource_Request,
} from "../../src/tfplugin6/gen/tfplugin6.ts";
import { messagePairs } from "./reflection.ts";
import { decodeReflected, encodeReflected, toGenerated } from "./shapes.ts";

/** Requests of a real OpenTofu; recorded/record.ts has made the file. */
const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "recorded/requests.json"), "utf8")) as {
  readonly host: string;
  readonly requests: readonly { readonly method: string; readonly bytes: string }[];
};

const pairs = new Map(messagePairs().map((pair) => [pair.name, pair]));

/** `/tfplugin6.Provider/CallFunction` takes a `tfplugin6.CallFunction.Request`. */
function requestType(method: string) {
  const pair = pairs.get(`tfplugin6.${method.split("/")[2]}.Request`);
  if (pair === undefined) throw new Error(`no request type for ${method}`);
  return pair;
}

function firstRequest(method: string): Buffer {
  const request = recorded.requests.find((one) => one.method === `/tfplugin6.Provider/${method}`);
  if (request === undefined) throw new Error(`no request of ${method} was recorded`);
  return Buffer.from(request.bytes, "base64");
}

describe(`what ${recorded.host} sends`, () => {
  test.for(recorded.requests)(
    "is read and written alike by both implementations: $method",
    ({ method, bytes }) => {
      const { reflected, generated } = requestType(method);
      const sent = Buffer.from(bytes, "base64");
      const message = decodeReflected(reflected, sent);
      const typed = generated.decode(sent);
      expect(typed).toEqual(toGenerated(reflected, message));
      expect(Buffer.from(generated.encode(typed).finish())).toEqual(sent);
      expect(encodeReflected(reflected, message)).toEqual(sent);
    },
  );

  test("covers every call that this kind of provider gets", () => {
    const methods = new Set(recorded.requests.map(({ method }) => method.split("/")[2]));
    expect([...methods].sort()).toEqual([
      "ApplyResourceChange",
      "CallFunction",
      "ConfigureProvider",
      "GetProviderSchema",
      "GetResourceIdentitySchemas",
      "PlanResourceChange",
      "ReadDataSource",
      "ReadResource",
      "UpgradeResourceState",
      "ValidateDataResourceConfig",
      "ValidateProviderConfig",
      "ValidateResourceConfig",
    ]);
  });

  test("has the values that stand in the configuration", () => {
    const configure = ConfigureProvider_Request.decode(firstRequest("ConfigureProvider"));
    expect(configure.terraformVersion).toBe("1.13.0");
    expect(configure.config?.json).toHaveLength(0);
    expect(configure.config?.msgpack.toString("latin1")).toContain("12345678901234567890");
    const read = ReadDataSource_Request.decode(firstRequest("ReadDataSource"));
    expect(read.typeName).toBe("recorder_data");
    expect(read.clientCapabilities?.deferralAllowed ?? false).toBe(false);
    const call = CallFunction_Request.decode(firstRequest("CallFunction"));
    expect(call).toMatchObject({ name: "echo", arguments: [{}, {}] });
  });
});
