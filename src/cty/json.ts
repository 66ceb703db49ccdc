/** cty values and types as JSON: schemas carry types so, and a host may send values so. */
export { decodeJson } from "./json-decode.ts";
export { encodeJson } from "./json-encode.ts";
export { decodeType, encodeType } from "./type-json.ts";
