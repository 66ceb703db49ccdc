/**
 * Messages of any type, made from its reflection, in a form that both implementations can be given:
 * a field that is absent has its default, a 64-bit integer is a bigint, a map is a `Map`.
 */
import fc from "fast-check";
import protobuf from "protobufjs";

/** A message by the JSON names of its fields. */
export interface PlainMessage {
  readonly [field: string]: PlainValue;
}

export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | Buffer
  | PlainMessage
  | readonly PlainValue[]
  | ReadonlyMap<string, PlainValue>;

/** Deep enough for every type to appear, and small enough to be fast. */
const DEEPEST = 4;

/** Without keys that an object, which protobufjs has for a map, puts into another order or takes for its prototype. */
const arbitraryKey = fc.string({ minLength: 1 }).filter((key) => !/^(\d+|__proto__)$/.test(key));

/** Arbitrary messages of a type, without fields that are present and yet have their default. */
export function arbitraryMessage(type: protobuf.Type, depth = 0): fc.Arbitrary<PlainMessage> {
  if (depth >= DEEPEST) return fc.constant({});
  const oneofs = type.oneofsArray.filter(isRealOneof);
  const alone = type.fieldsArray.filter(
    (field) => !oneofs.some((oneof) => oneof.fieldsArray.includes(field)),
  );
  const parts = [
    ...alone.map((field) => arbitraryField(field, depth)),
    ...oneofs.map((oneof) => fc.oneof(...oneof.fieldsArray.map((field) => arbitraryMember(field, depth)))),
  ];
  return fc.tuple(...parts).map((fields): PlainMessage => Object.assign({}, ...fields) as PlainMessage);
}

/** protobuf writes an `optional` field as a oneof of its own; those are not meant here. */
export function isRealOneof(oneof: protobuf.OneOf): boolean {
  return !oneof.fieldsArray.some((field) => field.options?.["proto3_optional"] === true);
}

/** A field or nothing. */
function arbitraryField(field: protobuf.Field, depth: number): fc.Arbitrary<PlainMessage> {
  const present = arbitraryMember(field, depth);
  return fc.oneof({ weight: 3, arbitrary: present }, { weight: 1, arbitrary: fc.constant({}) });
}

function arbitraryMember(field: protobuf.Field, depth: number): fc.Arbitrary<PlainMessage> {
  return arbitraryContent(field, depth).map((value) => ({ [field.name]: value }));
}

function arbitraryContent(field: protobuf.Field, depth: number): fc.Arbitrary<PlainValue> {
  const { resolvedType } = field;
  const single =
    resolvedType instanceof protobuf.Type
      ? arbitraryMessage(resolvedType, depth + 1)
      : arbitraryScalar(field);
  if (field instanceof protobuf.MapField) {
    const entries = fc.uniqueArray(fc.tuple(arbitraryKey, single), {
      selector: ([key]) => key,
      minLength: 1,
      maxLength: 2,
    });
    return entries.map((list) => new Map(list));
  }
  return field.repeated ? fc.array(single, { minLength: 1, maxLength: 2 }) : single;
}

function arbitraryScalar(field: protobuf.Field): fc.Arbitrary<PlainValue> {
  if (field.resolvedType instanceof protobuf.Enum) {
    return fc.constantFrom(...Object.values(field.resolvedType.values).filter((value) => value !== 0));
  }
  switch (field.type) {
    case "string":
      return fc.string({ unit: "grapheme", minLength: 1 });
    case "bytes":
      return fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes));
    case "bool":
      return fc.constant(true);
    case "int64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((value) => value !== 0n);
    case "int32":
      return fc.integer().filter((value) => value !== 0);
    case "uint32":
      return fc.integer({ min: 1, max: 0xffff_ffff });
    default:
      throw new Error(`${field.fullName} has the type ${field.type}, which this test does not know`);
  }
}
