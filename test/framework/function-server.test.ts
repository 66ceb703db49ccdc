import { describe, expect, it } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import {
  type CtyType,
  ctyBool,
  ctyDynamic,
  ctyList,
  ctyNumber,
  ctyObject,
  ctyString,
} from "../../src/cty/type.ts";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import type { EncodedValue } from "../../src/framework/encoded-value.ts";
import {
  FunctionError,
  optionalParameter,
  type ProviderFunction,
  parameter,
  providerFunction,
  variadicParameter,
} from "../../src/framework/function.ts";
import { provider } from "../../src/framework/provider.ts";
import { ProviderServer } from "../../src/framework/provider-server.ts";
import { bool, checked, integer, list, nullable, options, text } from "../../src/framework/type.ts";
import { oneOf } from "../../src/framework/validator.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { recordingLogger } from "./support/recording-logger.ts";

const described = { summary: "", description: "" };
const functions: readonly ProviderFunction[] = [
  providerFunction({
    ...described,
    name: "join",
    parameters: [parameter("names", list(text), ""), parameter("glue", nullable(text), "")],
    returns: text,
    run: (names, glue) => names.join(glue ?? ", "),
  }),
  providerFunction({
    ...described,
    name: "sum",
    parameters: [parameter("first", integer, "")],
    rest: variadicParameter("more", integer, ""),
    returns: integer,
    run: (first, ...more) => more.reduce((total, next) => total + next, first),
  }),
  providerFunction({
    ...described,
    name: "describe",
    parameters: [parameter("colour", checked(text, oneOf("red", "green")), "")],
    rest: optionalParameter("options", options({ loud: bool, size: integer }), ""),
    returns: text,
    run: (colour, given) => `${colour} ${JSON.stringify(given)}`,
  }),
  providerFunction({
    ...described,
    name: "fail",
    parameters: [parameter("how", text, "")],
    returns: text,
    run(how) {
      if (how === "expected") throw new FunctionError("how must not be s3cret", { argument: 0 });
      if (how === "result") return "\ud800";
      throw new TypeError("s3cret is not a function");
    },
  }),
];

function serve() {
  const definition = provider({
    name: "example",
    description: "",
    bugReports: "https://example.org/issues",
    attributes: {},
    configure: () => null,
    dataSources: [],
    functions,
  });
  const { logger, lines } = recordingLogger();
  const scrub = (message: string) => message.replaceAll("s3cret", "***");
  return { server: new ProviderServer(definition, { logger, scrub }), lines };
}

function encoded(type: CtyType, value: CtyValue): EncodedValue {
  return { msgpack: encodeMsgpack(value, type), json: new Uint8Array() };
}

const string = (value: CtyValue) => encoded(ctyString, value);
const number = (value: CtyValue) => encoded(ctyNumber, value);
const strings = (value: CtyValue) => encoded(ctyList(ctyString), value);
const loud = (value: CtyValue) =>
  encoded(ctyDynamic, new CtyDynamicValue(ctyObject({ loud: ctyBool }), new Map([["loud", value]])));

async function call(name: string, ...values: readonly EncodedValue[]) {
  const { server, lines } = serve();
  try {
    const type = name === "sum" ? ctyNumber : ctyString;
    return { result: decodeMsgpack(await server.callFunction(name, values), type), lines };
  } catch (error) {
    const { message, argument } = error as FunctionError;
    return { isFunctionError: error instanceof FunctionError, message, argument, lines };
  }
}

const bug = (problem: string) =>
  `Calling the function fail failed unexpectedly: ${problem}.\n\n` +
  "This is a bug in the provider. Please report it at https://example.org/issues";

describe("callFunction", () => {
  it.each<readonly [string, string, readonly EncodedValue[], CtyValue]>([
    ["with its parameters", "join", [strings(["a", "b"]), string("-")], "a-b"],
    ["with null where the parameter takes it", "join", [strings(["a", "b"]), string(null)], "a, b"],
    ["without variadic arguments", "sum", [number(1)], 1],
    ["with variadic arguments", "sum", [number(1), number(2), number(3)], 6],
    ["without the optional argument", "describe", [string("red")], "red null"],
    ["with the optional argument", "describe", [string("red"), loud(true)], 'red {"loud":true,"size":null}'],
    [
      "with null for the optional argument",
      "describe",
      [string("red"), encoded(ctyDynamic, null)],
      "red null",
    ],
    [
      "with a typed null for the optional argument",
      "describe",
      [string("red"), encoded(ctyDynamic, new CtyDynamicValue(ctyString, null))],
      "red null",
    ],
    ["with an unknown argument", "join", [string(UNKNOWN), string("-")], UNKNOWN],
    ["with an argument that is unknown in part", "join", [strings(["a", UNKNOWN]), string("-")], UNKNOWN],
    ["with an unknown optional argument", "describe", [string("red"), encoded(ctyDynamic, UNKNOWN)], UNKNOWN],
  ])("calls a function %s", async (_how, name, values, expected) => {
    expect(await call(name, ...values)).toEqual({ result: expected, lines: [] });
  });

  it.each<readonly [string, string, readonly EncodedValue[], string, number | null]>([
    [
      "an argument in JSON",
      "join",
      [strings(["a", "b"]), { msgpack: new Uint8Array(), json: Buffer.from('"-"') }],
      "The host sent a value for glue that cannot be decoded: it is in JSON, and the provider reads values in " +
        "MessagePack alone",
      1,
    ],
    [
      "an unknown function",
      "jion",
      [],
      "The provider has no function jion. It has join, sum, describe, fail",
      null,
    ],
    ["too few arguments", "join", [strings([])], "join needs a value for its parameter glue", null],
    [
      "too many arguments",
      "join",
      [strings([]), string(""), string("")],
      "join takes at most 2 arguments, and got 3",
      2,
    ],
    [
      "two optional arguments",
      "describe",
      [string("red"), loud(true), loud(true)],
      "describe takes at most 2 arguments, and got 3",
      2,
    ],
    [
      "null where the parameter does not take it",
      "sum",
      [number(1), number(null)],
      "more is null. Leave it out, or give it a value",
      1,
    ],
    [
      "a null element",
      "join",
      [strings(["a", null]), string("")],
      "names[1] is null. Leave it out, or give it a value",
      0,
    ],
    [
      "a value that its validator refuses",
      "describe",
      [string("blue")],
      'colour is "blue", which is none of the values it can have: "red", "green"',
      0,
    ],
    [
      "several mistakes in one argument",
      "join",
      [strings([null, null]), string("")],
      "names[0] is null. Leave it out, or give it a value.\nnames[1] is null. Leave it out, or give it a value",
      0,
    ],
    [
      "bytes that are no value",
      "join",
      [strings([]), { msgpack: Buffer.from("c1", "hex"), json: new Uint8Array() }],
      "The host sent a value for glue that cannot be decoded: the byte c1 is no MessagePack value (at byte 0)",
      1,
    ],
    [
      "a value of another type",
      "sum",
      [number(1), string("x")],
      "The host sent a value for more that cannot be decoded: the text is not a number (at byte 0)",
      1,
    ],
    [
      "what the function itself refuses, without secrets",
      "fail",
      [string("expected")],
      "how must not be ***",
      0,
    ],
  ])("refuses %s", async (_what, name, values, message, argument) => {
    expect(await call(name, ...values)).toEqual({ isFunctionError: true, message, argument, lines: [] });
  });

  it.each([
    ["an exception", "unexpected", "TypeError: *** is not a function"],
    ["a result that does not fit", "result", "the result is not well-formed Unicode"],
  ])("calls %s a bug, and leaves its stack in the log", async (_what, how, problem) => {
    expect(await call("fail", string(how))).toEqual({
      isFunctionError: true,
      message: bug(problem),
      argument: null,
      lines: [
        {
          level: "debug",
          message: "Calling the function fail failed unexpectedly",
          fields: { error: problem, stack: expect.stringMatching(/\n {4}at /) },
        },
      ],
    });
  });
});
