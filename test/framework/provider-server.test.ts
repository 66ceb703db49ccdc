import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import { IncompleteConfigurationError } from "../../src/framework/configuration.ts";
import { errorDiagnostic, warningDiagnostic } from "../../src/framework/diagnostics.ts";
import type { EncodedValue } from "../../src/framework/encoded-value.ts";
import { path } from "../../src/framework/path.ts";
import { CallCancelledError } from "../../src/framework/stop.ts";
import {
  type Behaviour,
  bug,
  configuration,
  encoded,
  failed,
  greet,
  greeted,
  serve,
} from "./support/example-provider.ts";

describe("validateConfiguration", () => {
  it.each<readonly [string, EncodedValue | undefined, readonly unknown[]]>([
    ["nothing about a good one", configuration("a"), []],
    ["nothing about what is unknown", configuration(UNKNOWN, UNKNOWN), []],
    [
      "what a validator says",
      configuration(UNKNOWN, "blue"),
      [
        errorDiagnostic(
          "Invalid Value",
          'colour is "blue", which is none of the values it can have: "red", "green".',
          path("colour"),
        ),
      ],
    ],
    [
      "what the provider says of several attributes",
      configuration("nowhere"),
      [errorDiagnostic("Nowhere", "There is nothing there.")],
    ],
    ["a warning", configuration("old"), [warningDiagnostic("Old", "This one is old.", path("endpoint"))]],
    [
      "that a required attribute is missing",
      undefined,
      [
        errorDiagnostic(
          "Missing Required Argument",
          "endpoint is required, and has no value.",
          path("endpoint"),
        ),
      ],
    ],
    [
      "that bytes are no configuration",
      encoded(Buffer.from("c1", "hex")),
      [
        errorDiagnostic(
          "Invalid Value from the Host",
          "Validating the configuration of the provider is not possible: the host sent a value that cannot be " +
            "decoded: the byte c1 is no MessagePack value (at byte 0).",
        ),
      ],
    ],
  ])("says %s", (_what, value, expected) => {
    expect(serve().server.validateConfiguration(value)).toEqual(expected);
  });
});

describe("configure", () => {
  it("gives later reads what it made", async () => {
    const { server } = serve();
    expect(await server.configure(configuration("a"), "1.13.0")).toEqual([]);
    expect(await greet(server)).toEqual(greeted("hello from a"));
  });

  it("tells the provider the version of the host", async () => {
    const versions: string[] = [];
    const { server } = serve({
      configure(instance, { terraformVersion }) {
        versions.push(terraformVersion);
        return instance;
      },
    });
    await server.configure(configuration("a"), "1.13.0");
    expect(versions).toEqual(["1.13.0"]);
  });

  it("shows the provider's own warnings, and not again those of its validation", async () => {
    const { server } = serve({
      configure(instance, { diagnostics }) {
        diagnostics.warning("Slow", "It is slow.");
        return instance;
      },
    });
    expect(await server.configure(configuration("old"), "")).toEqual([
      warningDiagnostic("Slow", "It is slow."),
    ]);
    expect(await greet(server)).toEqual(greeted("hello from old"));
  });

  it.each<readonly [string, Behaviour, string, readonly unknown[]]>([
    [
      "an error among the diagnostics",
      {
        configure(instance, { diagnostics }) {
          diagnostics.error("No Token", "There is no token.");
          return instance;
        },
      },
      "a",
      [errorDiagnostic("No Token", "There is no token.")],
    ],
    [
      "an exception",
      {
        configure() {
          throw new Error("s3cret is undefined");
        },
      },
      "a",
      [bug("Configuring the provider", "Error: *** is undefined")],
    ],
    [
      "a configuration that is not right",
      {},
      "nowhere",
      [errorDiagnostic("Nowhere", "There is nothing there.")],
    ],
  ])("leaves nothing to read with after %s", async (_what, behaviour, endpoint, expected) => {
    const { server } = serve(behaviour);
    expect(await server.configure(configuration(endpoint), "")).toEqual(expected);
    expect(await greet(server)).toEqual(
      failed(
        errorDiagnostic(
          "Provider Not Configured",
          "Reading example_greeting is not possible: the configuration of the provider failed.",
        ),
      ),
    );
  });

  it("leaves it to reads to miss what they alone need", async () => {
    const noToken = errorDiagnostic("No Token", "There is no token.");
    const { server } = serve({
      configure() {
        throw new IncompleteConfigurationError(noToken);
      },
    });
    expect(await server.configure(configuration("a"), "")).toEqual([]);
    expect(await greet(server)).toEqual(failed(noToken));
  });

  it("makes reads name the attribute that they wait for", async () => {
    const { server } = serve();
    expect(await server.configure(configuration(UNKNOWN), "")).toEqual([]);
    expect(await greet(server)).toEqual(
      failed(
        errorDiagnostic(
          "Provider Configuration Not Yet Known",
          'Reading example_greeting is not possible yet: the attribute "endpoint" in the configuration of the ' +
            "provider is known only after apply.\n\n" +
            "Use a value that is known when planning, or apply what it comes from first, with -target.",
        ),
      ),
    );
  });

  it("makes reads name all attributes that they wait for, until they are known", async () => {
    const { server } = serve();
    await server.configure(configuration(UNKNOWN, UNKNOWN), "");
    const { diagnostics } = await greet(server);
    expect(diagnostics[0]?.detail).toContain(
      'the attributes "endpoint", "colour" in the configuration of the provider are known only after apply.',
    );
    await server.configure(configuration("a"), "");
    expect(await greet(server)).toEqual(greeted("hello from a"));
  });

  it("still finds what is wrong beside an unknown", async () => {
    const { server } = serve();
    const diagnostics = await server.configure(configuration(UNKNOWN, "blue"), "");
    expect(diagnostics.map(({ path: at }) => at)).toEqual([path("colour")]);
  });

  it("lets the configuration count that began last, however long an earlier one takes", async () => {
    const first = Promise.withResolvers<void>();
    const { server } = serve({
      async configure(instance) {
        if (instance.endpoint === "first") await first.promise;
        return instance;
      },
    });
    const slow = server.configure(configuration("first"), "");
    await server.configure(configuration("second"), "");
    first.resolve();
    await slow;
    expect(await greet(server)).toEqual(greeted("hello from second"));
  });

  it("lets reads go on with the former instance while a new configuration is made", async () => {
    const second = Promise.withResolvers<void>();
    const { server } = serve({
      async configure(instance) {
        if (instance.endpoint === "second") await second.promise;
        return instance;
      },
    });
    await server.configure(configuration("first"), "");
    const slow = server.configure(configuration("second"), "");
    expect(await greet(server)).toEqual(greeted("hello from first"));
    second.resolve();
    await slow;
    expect(await greet(server)).toEqual(greeted("hello from second"));
  });

  it("releases what a later configuration has replaced, when no read works with it any more", async () => {
    const released: string[] = [];
    const reading = Promise.withResolvers<void>();
    const { server } = serve({
      release: ({ endpoint }) => void released.push(endpoint),
      async read(_names, { instance }) {
        if (instance.endpoint === "first") await reading.promise;
        return instance.endpoint;
      },
    });
    await server.configure(configuration("first"), "");
    const slow = greet(server);
    await server.configure(configuration("second"), "");
    expect(released).toEqual([]);
    reading.resolve();
    expect(await slow).toEqual(greeted("first"));
    expect(released).toEqual(["first"]);
    await server.configure(configuration("nowhere"), "");
    expect(released).toEqual(["first", "second"]);
  });

  it("releases what was made too late, or in vain", async () => {
    const released: string[] = [];
    const first = Promise.withResolvers<void>();
    const { server } = serve({
      release: ({ endpoint }) => void released.push(endpoint),
      async configure(instance, { diagnostics }) {
        if (instance.endpoint === "first" || instance.endpoint === "stopped") await first.promise;
        if (instance.endpoint === "failed") diagnostics.error("Failed", "It failed.");
        return instance;
      },
    });
    const slow = server.configure(configuration("first"), "");
    const stopped = server.configure(configuration("stopped"), "");
    server.stop();
    await Promise.all([slow, stopped]);
    await server.configure(configuration("failed"), "");
    expect(released).toEqual(["failed"]);
    first.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(released).toEqual(["failed", "first", "stopped"]);
  });

  it("goes on when a release fails, and logs it", async () => {
    const { server, lines } = serve({ release: () => Promise.reject(new Error("s3cret broke")) });
    await server.configure(configuration("a"), "");
    expect(await server.configure(configuration("b"), "")).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await greet(server)).toEqual(greeted("hello from b"));
    expect(JSON.stringify(lines)).toContain("Error: *** broke");
  });

  it("ends with an error when the host cancels the call", async () => {
    const { server } = serve({ configure: () => new Promise<never>(() => {}) });
    const call = new AbortController();
    const configured = server.configure(configuration("a"), "", call.signal);
    call.abort(new CallCancelledError());
    expect(await configured).toEqual([
      errorDiagnostic(
        "Operation Cancelled",
        "Configuring the provider was cancelled: the host cancelled the call.",
      ),
    ]);
  });

  it("ends with an error when the host asks to stop", async () => {
    const { server } = serve({ configure: () => new Promise<never>(() => {}) });
    const configured = server.configure(configuration("a"), "");
    server.stop();
    expect(await configured).toEqual([
      errorDiagnostic(
        "Operation Cancelled",
        "Configuring the provider was cancelled: the host asked the provider to stop.",
      ),
    ]);
  });
});
