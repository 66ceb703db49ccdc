/** The .proto files read by protobufjs, and the generated code beside them: two implementations of one thing. */
import { join } from "node:path";
import protobuf from "protobufjs";
import * as broker from "../../src/plugin/gen/grpc_broker.ts";
import * as controller from "../../src/plugin/gen/grpc_controller.ts";
import * as stdio from "../../src/plugin/gen/grpc_stdio.ts";
import * as health from "../../src/plugin/gen/health.ts";
import * as tfplugin6 from "../../src/tfplugin6/gen/tfplugin6.ts";

const folder = join(import.meta.dirname, "../../proto");

/** What the generated code has for every message. */
export interface Codec {
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
}

/** One message type in both implementations. */
export interface MessagePair {
  readonly name: string;
  readonly reflected: protobuf.Type;
  readonly generated: Codec;
}

const GENERATED: { readonly [file: string]: { readonly [name: string]: unknown } } = {
  "tfplugin6.proto": tfplugin6,
  "grpc_broker.proto": broker,
  "grpc_controller.proto": controller,
  "grpc_stdio.proto": stdio,
  "health.proto": health,
};

/** Names that ts-proto changes because JavaScript has them already. */
const RENAMED: { readonly [name: string]: string } = { Function: "FunctionMessage" };

/** All messages of all files. Throws when the generated code lacks one. */
export function messagePairs(): MessagePair[] {
  return Object.entries(GENERATED).flatMap(([file, generated]) => {
    const root = new protobuf.Root().loadSync(join(folder, file)).resolveAll();
    return typesBelow(root).map((reflected) => {
      const name = generatedName(reflected);
      const codec = generated[name];
      if (!isCodec(codec)) throw new Error(`no generated code for ${reflected.fullName}: ${name}`);
      return { name: reflected.fullName.slice(1), reflected, generated: codec };
    });
  });
}

/** The names of all generated codecs, but those for the entries of maps, which are no messages of their own. */
export function generatedCodecNames(): string[] {
  return Object.values(GENERATED).flatMap((generated) =>
    Object.entries(generated).flatMap(([name, value]) =>
      isCodec(value) && !/Entry$/.test(name) ? [name] : [],
    ),
  );
}

function typesBelow(namespace: protobuf.NamespaceBase): protobuf.Type[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested.fullName.startsWith(".google.")) return [];
    const inner = nested instanceof protobuf.Namespace ? typesBelow(nested) : [];
    return nested instanceof protobuf.Type ? [nested, ...inner] : inner;
  });
}

/** `tfplugin6.Schema.Block` is `Schema_Block` in generated code. */
function generatedName(type: protobuf.Type): string {
  const names: string[] = [];
  for (
    let scope: protobuf.ReflectionObject | null = type;
    scope instanceof protobuf.Type;
    scope = scope.parent
  ) {
    names.unshift(scope.name);
  }
  const name = names.join("_");
  return RENAMED[name] ?? name;
}

function isCodec(value: unknown): value is Codec {
  return typeof value === "object" && value !== null && "encode" in value && "decode" in value;
}
