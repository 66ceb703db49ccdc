/** cty values as MessagePack: what travels between a host and this provider. */
export { decodeMsgpack } from "./msgpack-decode.ts";
export { encodeMsgpack } from "./msgpack-encode.ts";
