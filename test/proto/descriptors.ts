/** Descriptors of .proto files in a form that can be compared: without comments, order and language options. */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { fromBinary, isFieldSet } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Type as FieldType,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  type ServiceDescriptorProto,
} from "@bufbuild/protobuf/wkt";

const require = createRequire(import.meta.url);

/** Absent and 0 are not the same here. */
const ONEOF_INDEX = FieldDescriptorProtoSchema.field.oneofIndex;

/** Everything in some files, by its full name. */
export interface Definitions {
  readonly messages: { readonly [name: string]: object };
  readonly enums: { readonly [name: string]: object };
  readonly services: { readonly [name: string]: object };
}

/** Reads all .proto files of a folder with buf. */
export async function describeFolder(folder: string): Promise<FileDescriptorProto[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [require.resolve("@bufbuild/buf/bin/buf"), "build", folder, "--exclude-imports", "-o", "-#format=binpb"],
    { encoding: "buffer", maxBuffer: 1 << 24 },
  );
  return fromBinary(FileDescriptorSetSchema, stdout).file;
}

/** What the files define. Names, numbers, types, labels, oneofs, JSON names and deprecation count. */
export function definitionsOf(files: readonly FileDescriptorProto[]): Definitions {
  const messages = files.flatMap((file) => allMessages(file.messageType, file.package));
  const enums = [
    ...files.flatMap((file) => file.enumType.map((type) => [join(file.package, type.name), type] as const)),
    ...messages.flatMap(([name, message]) =>
      message.enumType.map((type) => [join(name, type.name), type] as const),
    ),
  ];
  const services = files.flatMap((file) =>
    file.service.map((service) => [join(file.package, service.name), service] as const),
  );
  return {
    messages: byName(messages.map(([name, message]) => [name, describeMessage(message)])),
    enums: byName(enums.map(([name, type]) => [name, describeEnum(type)])),
    services: byName(services.map(([name, service]) => [name, describeService(service)])),
  };
}

/** The messages and those within them, by full name, with their fields as they stand in the file. */
export function allMessages(
  messages: readonly DescriptorProto[],
  scope: string,
): [string, DescriptorProto][] {
  return messages.flatMap((message) => {
    const name = join(scope, message.name);
    return [[name, message], ...allMessages(message.nestedType, name)];
  });
}

function describeMessage(message: DescriptorProto): object {
  return {
    isMapEntry: message.options?.mapEntry ?? false,
    fields: byName(message.field.map((field) => [field.name, describeField(field, message)])),
  };
}

function describeField(field: FieldDescriptorProto, message: DescriptorProto): object {
  return {
    number: field.number,
    label: Label[field.label],
    type: FieldType[field.type],
    typeName: field.typeName,
    oneof: isFieldSet(field, ONEOF_INDEX) ? message.oneofDecl[field.oneofIndex]?.name : null,
    isOptional: field.proto3Optional,
    jsonName: field.jsonName,
    isDeprecated: field.options?.deprecated ?? false,
  };
}

function describeEnum(type: EnumDescriptorProto): object {
  return byName(type.value.map((value) => [value.name, value.number]));
}

function describeService(service: ServiceDescriptorProto): object {
  return byName(
    service.method.map((method) => [
      method.name,
      {
        input: `${method.clientStreaming ? "stream " : ""}${method.inputType}`,
        output: `${method.serverStreaming ? "stream " : ""}${method.outputType}`,
      },
    ]),
  );
}

function byName<Value>(entries: readonly (readonly [string, Value])[]): { readonly [name: string]: Value } {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function join(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}
