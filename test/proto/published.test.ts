import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { allMessages, type Definitions, definitionsOf, describeFolder } from "./descriptors.ts";
import { locateModule, PUBLISHED, readDescriptorOfHealth } from "./published.ts";

const root = dirname(dirname(import.meta.dirname));

/** Downloading the modules may take a while. */
const DOWNLOAD_TIMEOUT = 300_000;

let ours: FileDescriptorProto[];
let published: { readonly [file: string]: Definitions };
const copies = mkdtempSync(join(tmpdir(), "published-"));

/** Copies files into a folder of their own, since their neighbours define the same again in other versions. */
async function describeFiles(name: string, files: readonly string[]): Promise<Definitions> {
  const folder = join(copies, name);
  mkdirSync(folder);
  for (const file of files) copyFileSync(file, join(folder, basename(file)));
  return definitionsOf(await describeFolder(folder));
}

beforeAll(async () => {
  ours = await describeFolder(join(root, "proto"));
  const [opentofu, goPlugin, grpc] = await Promise.all([
    locateModule(PUBLISHED.opentofu),
    locateModule(PUBLISHED.goPlugin),
    locateModule(PUBLISHED.grpc),
  ]);
  const pluginFile = (name: string) => join(goPlugin, "internal/plugin", name);
  const protocolFile = join(opentofu, "docs/plugin-protocol/tfplugin6.10.proto");
  published = {
    "tfplugin6.proto": await describeFiles("tfplugin6", [protocolFile]),
    "grpc_broker.proto": await describeFiles("broker", [pluginFile("grpc_broker.proto")]),
    "grpc_controller.proto": await describeFiles("controller", [pluginFile("grpc_controller.proto")]),
    "grpc_stdio.proto": await describeFiles("stdio", [pluginFile("grpc_stdio.proto")]),
    "health.proto": definitionsOf([readDescriptorOfHealth(grpc)]),
  };
}, DOWNLOAD_TIMEOUT);
afterAll(() => rmSync(copies, { recursive: true, force: true }));

function ourDefinitions(file: string): Definitions {
  return definitionsOf(ours.filter(({ name }) => name === file));
}

describe.for(readdirSync(join(root, "proto")))("%s", (file) => {
  test.for(["messages", "enums", "services"] as const)("has exactly the published %s", (kind) => {
    expect(ourDefinitions(file)[kind]).toEqual(published[file]?.[kind]);
  });

  test("has its fields in the order of their numbers, in which protobuf writes them", () => {
    const messages = ours
      .filter(({ name }) => name === file)
      .flatMap((description) => allMessages(description.messageType, description.package));
    const disordered = messages.filter(([, { field }]) =>
      field.some(({ number }, index) => number <= (field[index - 1]?.number ?? 0)),
    );
    expect(disordered.map(([name]) => name)).toEqual([]);
  });
});

test("the comparison sees a message, a field, an enum and a service of each kind", () => {
  const { messages, enums, services } = ourDefinitions("tfplugin6.proto");
  expect(messages["tfplugin6.FunctionError"]).toEqual({
    isMapEntry: false,
    fields: {
      function_argument: {
        number: 2,
        label: "OPTIONAL",
        type: "INT64",
        typeName: "",
        oneof: "_function_argument",
        isOptional: true,
        jsonName: "functionArgument",
        isDeprecated: false,
      },
      text: expect.objectContaining({ number: 1, type: "STRING", oneof: null, isOptional: false }),
    },
  });
  expect(enums["tfplugin6.StringKind"]).toEqual({ PLAIN: 0, MARKDOWN: 1 });
  expect(services["tfplugin6.Provider"]).toMatchObject({
    InvokeAction: {
      input: ".tfplugin6.InvokeAction.Request",
      output: "stream .tfplugin6.InvokeAction.Event",
    },
  });
});
