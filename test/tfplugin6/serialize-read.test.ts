import { describe, expect, it } from "vitest";
import { ProviderService, type ReadDataSource_Response } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { serializeReadDataSource } from "../../src/tfplugin6/serialize-read.ts";

const NOTHING = Buffer.alloc(0);
const WARNING = { severity: 2, summary: "Warning", detail: "Of something.", attribute: undefined } as const;

function answer(parts: Partial<ReadDataSource_Response>): ReadDataSource_Response {
  return { state: undefined, diagnostics: [], deferred: undefined, ...parts };
}

describe("the answer to a read", () => {
  it.each([
    ["without a state", answer({ diagnostics: [WARNING] })],
    ["with nothing at all", answer({})],
    [
      "with a warning",
      answer({ state: { msgpack: Buffer.from([0x81]), json: NOTHING }, diagnostics: [WARNING] }),
    ],
    ...[1, 123, 124, 125, 126, 127, 128, 16_381, 16_382, 70_000].map(
      (length): [string, ReadDataSource_Response] => [
        `with a state of ${length} bytes`,
        answer({ state: { msgpack: Buffer.alloc(length, 0x2a), json: NOTHING } }),
      ],
    ),
  ])("%s is serialised as the generated code does", (_, response) => {
    const expected = ProviderService.readDataSource.responseSerialize(response);
    expect(serializeReadDataSource(response).equals(expected)).toBe(true);
  });

  it("is never in JSON", () => {
    const response = answer({ state: { msgpack: NOTHING, json: Buffer.from("{}") } });
    expect(() => serializeReadDataSource(response)).toThrow("A state is never answered in JSON.");
  });
});
