/** Turns plain messages into what each implementation works with, and back. */
import protobuf from "protobufjs";
import { isRealOneof, type PlainMessage, type PlainValue } from "./messages.ts";

/** The bytes that protobufjs writes. */
export function encodeReflected(type: protobuf.Type, message: PlainMessage): Buffer {
  return Buffer.from(
    type.encode(type.fromObject(toReflected(message) as { [name: string]: unknown })).finish(),
  );
}

/** What protobufjs reads. */
export function decodeReflected(type: protobuf.Type, bytes: Uint8Array): PlainMessage {
  return fromReflected(type, type.toObject(type.decode(bytes), { longs: String }));
}

/** protobufjs takes 64-bit integers as text, maps as objects. */
function toReflected(value: PlainValue): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || Buffer.isBuffer(value)) return value;
  if (isList(value)) return value.map(toReflected);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]): [string, unknown] => [key, toReflected(item)]));
}

function fromReflected(type: protobuf.Type, message: { readonly [name: string]: unknown }): PlainMessage {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]): [string, PlainValue] => {
      const field = type.fields[name];
      if (field === undefined) throw new Error(`${type.fullName} has no field ${name}`);
      return [name, fromReflectedField(field, value)];
    }),
  );
}

function fromReflectedField(field: protobuf.Field, value: unknown): PlainValue {
  const single = (item: unknown): PlainValue => {
    if (field.resolvedType instanceof protobuf.Type) return fromReflected(field.resolvedType, asRecord(item));
    if (field.type === "int64") return BigInt(String(item));
    return item as PlainValue;
  };
  if (field instanceof protobuf.MapField) {
    return new Map(Object.entries(asRecord(value)).map(([key, item]) => [key, single(item)]));
  }
  return Array.isArray(value) ? value.map(single) : single(value);
}

function asRecord(value: unknown): { readonly [name: string]: unknown } {
  return value as { readonly [name: string]: unknown };
}

/** Generated code wants every field, its default where it is absent, and a oneof as one tagged field. */
export function toGenerated(type: protobuf.Type, message: PlainMessage): object {
  const oneofs = type.oneofsArray.filter(isRealOneof);
  const members = new Set(oneofs.flatMap((oneof) => oneof.fieldsArray));
  const alone = type.fieldsArray
    .filter((field) => !members.has(field))
    .map((field): [string, unknown] => [field.name, toGeneratedField(field, message[field.name])]);
  const tagged = oneofs.map((oneof): [string, unknown] => {
    const field = oneof.fieldsArray.find(({ name }) => message[name] !== undefined);
    if (field === undefined) return [oneof.name, undefined];
    return [oneof.name, { $case: field.name, value: toGeneratedField(field, message[field.name]) }];
  });
  return Object.fromEntries([...alone, ...tagged]);
}

function toGeneratedField(field: protobuf.Field, value: PlainValue | undefined): unknown {
  const { resolvedType } = field;
  const single = (item: PlainValue): unknown =>
    resolvedType instanceof protobuf.Type ? toGenerated(resolvedType, item as PlainMessage) : item;
  if (field instanceof protobuf.MapField) {
    const entries = value instanceof Map ? [...value] : [];
    return new Map(entries.map(([key, item]): [string, unknown] => [key, single(item)]));
  }
  if (field.repeated) return value !== undefined && isList(value) ? value.map(single) : [];
  return value === undefined ? defaultOf(field) : single(value);
}

function defaultOf(field: protobuf.Field): unknown {
  if (field.resolvedType instanceof protobuf.Type || field.options?.["proto3_optional"] === true)
    return undefined;
  if (field.resolvedType instanceof protobuf.Enum) return 0;
  switch (field.type) {
    case "string":
      return "";
    case "bytes":
      return Buffer.alloc(0);
    case "bool":
      return false;
    case "int64":
      return 0n;
    default:
      return 0;
  }
}

function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value);
}
