import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DynamicValue, FunctionError, RawState, Schema } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { arbitraryMessage } from "./messages.ts";
import { generatedCodecNames, messagePairs } from "./reflection.ts";
import { decodeReflected, encodeReflected, toGenerated } from "./shapes.ts";

const pairs = messagePairs();

test("every generated codec has its message, and every message its codec", () => {
  expect(pairs).toHaveLength(generatedCodecNames().length);
  expect(pairs.length).toBeGreaterThan(140);
});

describe.for(pairs)("$name", ({ reflected, generated }) => {
  test("has the same bytes from generated code as from reflection, and both read them", () => {
    fc.assert(
      fc.property(arbitraryMessage(reflected), (message) => {
        const bytes = encodeReflected(reflected, message);
        const typed = toGenerated(reflected, message);
        expect(Buffer.from(generated.encode(typed).finish())).toEqual(bytes);
        expect(generated.decode(bytes)).toEqual(typed);
        expect(decodeReflected(reflected, bytes)).toEqual(message);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what generated code keeps although JavaScript makes it hard", () => {
  test("a map key that is the name of an object's prototype", () => {
    const message = { json: Buffer.alloc(0), flatmap: new Map([["__proto__", "value"]]) };
    const bytes = RawState.encode(message).finish();
    expect(RawState.decode(bytes)).toEqual(message);
  });

  test.for([2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n])("the integer %s", (version) => {
    const bytes = Schema.encode({ version }).finish();
    expect(Schema.decode(bytes)).toEqual({ version, block: undefined });
  });

  test("an optional field that is present with its default", () => {
    const bytes = FunctionError.encode({ text: "", functionArgument: 0n }).finish();
    expect(Buffer.from(bytes).toString("hex")).toBe("1000");
    expect(FunctionError.decode(bytes)).toEqual({ text: "", functionArgument: 0n });
  });

  test("a field of a later minor version is passed over", () => {
    const bytes = Buffer.concat([
      DynamicValue.encode({ msgpack: Buffer.of(0xc0), json: Buffer.alloc(0) }).finish(),
      Buffer.from("9a0603616263", "hex"),
    ]);
    expect(DynamicValue.decode(bytes)).toEqual({ msgpack: Buffer.of(0xc0), json: Buffer.alloc(0) });
  });
});
