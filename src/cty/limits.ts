/**
 * How much of a value from outside is accepted. Each limit is checked before memory is used. The limits are far above
 * what a host sends to this provider. Together they keep one hostile message under a few hundred MiB.
 */

/** Bytes of one encoded value. */
export const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/**
 * How deep containers may be nested, in values and in types. This also keeps every recursion here far from the end of the
 * stack.
 */
export const MAX_DEPTH = 256;

/** The same for the JSON of a type, which has two arrays and objects for one container. */
export const MAX_JSON_DEPTH = 2 * MAX_DEPTH;

/** Values in one message: scalars, containers and map keys together. */
export const MAX_VALUES = 4 * 1024 * 1024;

/** Arrays, maps, extensions and binaries in one message: each needs an object of its own when decoded. */
export const MAX_CONTAINERS = 512 * 1024;

/** Bytes that describe one unknown value. Source: go-cty `cty/msgpack/unknown.go`. */
export const MAX_EXTENSION_BYTES = 1024;

/** Digits of one number that is written out without an exponent, so that `1e999999999` does not become a gigabyte. */
export const MAX_NUMBER_DIGITS = 4096;
