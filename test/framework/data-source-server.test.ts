import { describe, expect, it } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import type { CtyValue } from "../../src/cty/value.ts";
import { errorDiagnostic, warningDiagnostic } from "../../src/framework/diagnostics.ts";
import { path } from "../../src/framework/path.ts";
import {
  type Behaviour,
  bug,
  configuration,
  failed,
  greet,
  greeted,
  greetingOf,
  serve,
  stateType,
} from "./support/example-provider.ts";

describe("validateDataSource", () => {
  it.each<readonly [string, CtyValue, readonly unknown[]]>([
    ["nothing about a good one", ["anna"], []],
    ["nothing about what is unknown", UNKNOWN, []],
    [
      "what a validator says of an element, beside one that is unknown",
      [UNKNOWN, "carl"],
      [
        errorDiagnostic(
          "Invalid Value",
          'names[1] is "carl", which is none of the values it can have: "anna", "bert".',
          path("names", 1),
        ),
      ],
    ],
    [
      "what the data source says of the whole",
      ["anna", "bert", "anna"],
      [errorDiagnostic("Too Many", "Three are too many.", path("names"))],
    ],
    ["a warning", ["anna", "bert"], [warningDiagnostic("Crowd", "Two are a crowd.", path("names"))]],
  ])("says %s", (_what, names, expected) => {
    expect(serve().server.validateDataSource("example_greeting", greetingOf(names))).toEqual(expected);
  });

  it("says which data sources there are when it does not know one", () => {
    expect(serve().server.validateDataSource("example_gretting", undefined)).toEqual([
      errorDiagnostic(
        "Unknown Data Source",
        "The provider has no data source example_gretting. It has example_greeting.",
      ),
    ]);
  });
});

describe("readDataSource", () => {
  async function configured(behaviour: Behaviour = {}) {
    const { server, lines } = serve(behaviour);
    await server.configure(configuration("a"), "");
    return { server, lines };
  }

  it("answers with the arguments as they were configured, and the results", async () => {
    const { server } = await configured({ read: (names) => `hello ${names?.join(" and ")}` });
    expect(await greet(server, ["bert", "anna"])).toEqual(greeted("hello bert and anna", ["bert", "anna"]));
  });

  it("refuses a configuration in JSON, which no host sends", async () => {
    const { server } = await configured();
    const json = Buffer.from('{"names":["anna"],"greeting":null}');
    const inJson = { msgpack: new Uint8Array(), json };
    const told = (action: string) =>
      errorDiagnostic(
        "Invalid Value from the Host",
        `${action} example_greeting is not possible: the host sent a value that cannot be decoded: it is in JSON, and ` +
          "the provider reads values in MessagePack alone.",
      );
    expect(await server.readDataSource("example_greeting", inJson)).toEqual(failed(told("Reading")));
    expect(server.validateDataSource("example_greeting", inJson)).toEqual([told("Validating")]);
  });

  it("takes MessagePack where there is JSON too", async () => {
    const { server } = await configured();
    const { msgpack } = greetingOf(["anna"]);
    const { state } = await server.readDataSource("example_greeting", { msgpack, json: Buffer.from("{}") });
    expect(state && decodeMsgpack(state, stateType)).toEqual(greeted("hello from a", ["anna"]).state);
  });

  it("shows warnings with the state", async () => {
    const { server } = await configured({
      read(_names, { diagnostics }) {
        diagnostics.warning("Left Out", "carl is out.");
        return "hello";
      },
    });
    expect(await greet(server)).toEqual({
      ...greeted("hello"),
      diagnostics: [warningDiagnostic("Left Out", "carl is out.")],
    });
  });

  it("does not repeat the warnings of the validation", async () => {
    const { server } = await configured();
    expect((await greet(server, ["anna", "bert"])).diagnostics).toEqual([]);
  });

  it("never calls a data source with arguments that are not right", async () => {
    const { server } = await configured({ read: () => Promise.reject(new Error("must not be called")) });
    const { state, diagnostics } = await greet(server, ["carl"]);
    expect(state).toBeNull();
    expect(diagnostics.map(({ path: at }) => at)).toEqual([path("names", 0)]);
  });

  it("refuses arguments that are not known, and names them", async () => {
    const { server } = await configured();
    expect(await greet(server, ["anna", UNKNOWN])).toEqual(
      failed(
        errorDiagnostic(
          "Unknown Value",
          "names is not known yet, so example_greeting cannot be read.",
          path("names"),
        ),
      ),
    );
  });

  it("has no state when there is an error among the diagnostics", async () => {
    const { server } = await configured({
      read(_names, { diagnostics }) {
        diagnostics.warning("A", "b");
        diagnostics.error("C", "s3cret");
        return "hello";
      },
    });
    expect(await greet(server)).toEqual(failed(warningDiagnostic("A", "b"), errorDiagnostic("C", "***")));
  });

  it("shows an exception as a bug, without secret and stack", async () => {
    const { server } = await configured({ read: () => Promise.reject(new TypeError("s3cret is null")) });
    expect(await greet(server)).toEqual(failed(bug("Reading example_greeting", "TypeError: *** is null")));
  });

  it("keeps a result to itself that its schema does not allow", async () => {
    const { server } = await configured({ read: () => "\ud800" });
    expect(await greet(server)).toEqual(
      failed({
        ...bug("Reading example_greeting", "greeting is not well-formed Unicode"),
        path: path("greeting"),
      }),
    );
  });

  it("lets nothing in a message reach the terminal that is more than text", async () => {
    const { server } = await configured({
      read(_names, { diagnostics }) {
        diagnostics.error("A \u001b[2J", `b \u202e\n\u0007${"x".repeat(1_000_000)}`);
        return "hello";
      },
    });
    const { diagnostics } = await greet(server);
    expect(diagnostics).toEqual([
      errorDiagnostic("A \\u001b[2J", `b \\u202e\n\\u0007${"x".repeat(494)}… (1000006 characters in all)`),
    ]);
  });

  it("makes broken Unicode in messages whole", async () => {
    const { server } = await configured({
      read(_names, { diagnostics }) {
        diagnostics.warning("A \ud800", "b \udc00");
        return "hello";
      },
    });
    expect((await greet(server)).diagnostics).toEqual([warningDiagnostic("A \ufffd", "b \ufffd")]);
  });

  it("is refused before the provider is configured", async () => {
    expect(await greet(serve().server)).toEqual(
      failed(
        errorDiagnostic(
          "Provider Not Configured",
          "Reading example_greeting is not possible before the provider is configured.",
        ),
      ),
    );
  });

  it("keeps its instance when the provider is configured again meanwhile", async () => {
    const pause = Promise.withResolvers<void>();
    const { server } = await configured({
      async read(_names, { instance }) {
        await pause.promise;
        return instance.endpoint;
      },
    });
    const reading = greet(server);
    await server.configure(configuration("b"), "");
    pause.resolve();
    expect(await reading).toEqual(greeted("a"));
    expect(await greet(server)).toEqual(greeted("b"));
  });

  it("ends every read in flight when the host asks to stop, and serves later ones", async () => {
    const signals: AbortSignal[] = [];
    const { server } = await configured({
      read(names, { signal }) {
        signals.push(signal);
        return names === null ? "late" : new Promise<never>(() => {});
      },
    });
    const reads = Promise.all([greet(server, ["anna"]), greet(server, ["bert"])]);
    server.stop();
    const cancelled = failed(
      errorDiagnostic(
        "Operation Cancelled",
        "Reading example_greeting was cancelled: the host asked the provider to stop.",
      ),
    );
    expect(await reads).toEqual([cancelled, cancelled]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(await greet(server)).toEqual(greeted("late"));
    expect(signals[2]?.aborted).toBe(false);
  });

  it("names the data source in the log lines of its reads", async () => {
    const { server, lines } = await configured({
      read(_names, { logger }) {
        for (const level of ["trace", "debug", "info", "warn", "error"] as const)
          logger[level]("hi", { a: 1 });
        return "hello";
      },
    });
    await greet(server);
    const fields = { tf_data_source_type: "example_greeting", a: 1 };
    expect(lines).toEqual(
      ["trace", "debug", "info", "warn", "error"].map((level) => ({ level, message: "hi", fields })),
    );
  });
});
