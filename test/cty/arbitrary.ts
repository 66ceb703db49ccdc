/** Types and values for property tests. */
import fc from "fast-check";
import { parseNumber } from "../../src/cty/number.ts";
import {
  type CtyType,
  ctyBool,
  ctyDynamic,
  ctyList,
  ctyMap,
  ctyNumber,
  ctyObject,
  ctySet,
  ctyString,
  ctyTuple,
} from "../../src/cty/type.ts";
import { CtyUnknown, type NumberBound, type Refinements, UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";

export interface TypedValue {
  readonly type: CtyType;
  readonly value: CtyValue;
}

/** Names that objects inherit are among them. */
const name = fc.oneof(
  fc.constantFrom("a", "id", "__proto__", "constructor", "toString", ""),
  fc.string({ unit: "binary" }),
);

const leafType = fc.constantFrom(ctyString, ctyNumber, ctyBool);

/** Like types that were read, of which an attribute may be called `__proto__`. */
function objectType(attributes: { readonly [name: string]: CtyType }): CtyType {
  return ctyObject(Object.assign(Object.create(null), attributes));
}

/** A type without dynamic parts, and with them where `open` says so. */
function typeArbitrary(open: boolean): fc.Arbitrary<CtyType> {
  const { type } = fc.letrec<{ type: CtyType }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 3, depthIdentifier: "type" },
      open ? fc.oneof(leafType, fc.constant(ctyDynamic)) : leafType,
      tie("type").map(ctyList),
      tie("type").map(ctySet),
      tie("type").map(ctyMap),
      fc.array(tie("type"), { maxLength: 3 }).map(ctyTuple),
      fc.dictionary(name, tie("type"), { maxKeys: 4 }).map(objectType),
    ),
  }));
  return type;
}

const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map((value) => parseNumber(value.toString())),
  fc
    .double({ noNaN: true })
    .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value))
    .map((value) => value + 0),
  fc
    .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -60, max: 60 }))
    .map(([digits, exponent]) => parseNumber(`${digits}e${exponent}`)),
);

const bound: fc.Arbitrary<NumberBound> = fc.record(
  {
    value: number.filter((value) => value !== Number.POSITIVE_INFINITY && value !== Number.NEGATIVE_INFINITY),
    inclusive: fc.boolean(),
  },
  { noNullPrototype: true },
);

const OPTIONAL: { requiredKeys: []; noNullPrototype: true } = { requiredKeys: [], noNullPrototype: true };

function unknownArbitrary(type: CtyType): fc.Arbitrary<CtyUnknown> {
  return refinementsArbitrary(type).map((known) =>
    Object.keys(known).length === 0 ? UNKNOWN : new CtyUnknown(known),
  );
}

function refinementsArbitrary(type: CtyType): fc.Arbitrary<Refinements> {
  const nullness = fc.constantFrom("null", "not-null");
  const stringPrefix = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
  const lengths = { lengthMin: fc.integer({ min: 1 }), lengthMax: fc.nat() };
  switch (type.kind) {
    case "string":
      return fc.record({ nullness, stringPrefix }, OPTIONAL);
    case "number":
      return fc.record({ nullness, numberMin: bound, numberMax: bound }, OPTIONAL);
    case "list":
    case "set":
    case "map":
      return fc.record({ nullness, ...lengths }, OPTIONAL);
    case "dynamic":
      return fc.constant({});
    default:
      return fc.record({ nullness }, OPTIONAL);
  }
}

/** A value of a type. What is dynamic is null or unknown, so that all elements have one type. */
function valueArbitrary(type: CtyType, known: boolean): fc.Arbitrary<CtyValue> {
  const present = presentArbitrary(type, known);
  const absent = known ? fc.constant(null) : fc.oneof(fc.constant(null), unknownArbitrary(type));
  return fc.oneof({ weight: 6, arbitrary: present }, { weight: 1, arbitrary: absent });
}

function presentArbitrary(type: CtyType, known: boolean): fc.Arbitrary<CtyValue> {
  switch (type.kind) {
    case "string":
      return fc.string({ unit: "binary" });
    case "bool":
      return fc.boolean();
    case "number":
      return known ? number.filter((value) => typeof value !== "number" || Number.isFinite(value)) : number;
    case "list":
    case "set":
      return fc.array(valueArbitrary(type.element, known), { maxLength: 4 });
    case "map":
      return fc
        .uniqueArray(name, { maxLength: 4 })
        .chain((keys) =>
          fc
            .tuple(...keys.map(() => valueArbitrary(type.element, known)))
            .map((values) => new Map(keys.map((key, i) => [key, values[i] ?? null]))),
        );
    case "tuple":
      return fc.tuple(...type.elements.map((element) => valueArbitrary(element, known)));
    case "object": {
      const names = Object.keys(type.attributes);
      return fc
        .tuple(...Object.values(type.attributes).map((attribute) => valueArbitrary(attribute, known)))
        .map((values) => new Map(names.map((attribute, i) => [attribute, values[i] ?? null])));
    }
    case "dynamic":
      return fc.constant(null);
  }
}

function typedArbitrary(open: boolean, known: boolean): fc.Arbitrary<TypedValue> {
  return typeArbitrary(open).chain((type) => valueArbitrary(type, known).map((value) => ({ type, value })));
}

/** A value of some type, or the same as a dynamic value. */
function withDynamic(typed: fc.Arbitrary<TypedValue>): fc.Arbitrary<TypedValue> {
  return fc.oneof(
    typed,
    typed
      .filter(({ type }) => type.kind !== "dynamic")
      .map(({ type, value }) => ({ type: ctyDynamic, value: new CtyDynamicValue(type, value) })),
  );
}

/** Any type, for reading what may not fit it. */
export const anyType = typeArbitrary(true);

/** Values of all types, nulls and unknowns in them. */
export const typedValue = withDynamic(typedArbitrary(true, false));
