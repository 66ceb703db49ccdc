/** What holds of a decoder whatever it is given. */
import fc from "fast-check";

export interface DecoderProperty {
  readonly decoder: string;
  /** What holds, in words that follow the decoder. */
  readonly holds: string;
  /** Makes the property; its predicate throws where it does not hold. */
  readonly property: () => fc.IProperty<readonly unknown[]>;
}

/** Texts of every kind: random ones, and those that are nearly right. */
export function textsLike(...valid: readonly string[]): fc.Arbitrary<string> {
  const part = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...valid) },
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.string({ maxLength: 8 }),
    fc.constantFrom("\0", "\ud800", "__proto__", "\r\n", "\u001b[2J", "İ", "ß", "\ufeff", "9".repeat(40)),
  );
  return fc.oneof(
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
    fc.tuple(fc.constantFrom(...valid), fc.nat(), part).map(([text, at, inside]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + inside + text.slice(place + (at % 3));
    }),
  );
}

/** Reads, and takes a refusal of these kinds; any other error is thrown. @returns null where it is refused */
export function readOrRefuse<T>(
  read: () => T,
  ...refusals: readonly (new (
    ...args: never[]
  ) => Error)[]
): { readonly value: T } | null {
  try {
    return { value: read() };
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return null;
    throw error;
  }
}
