/** What the host sends: values, types, its environment. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { CtyError } from "../../../../src/cty/error.ts";
import { decodeMsgpack } from "../../../../src/cty/msgpack/decode.ts";
import { decodeType, encodeType } from "../../../../src/cty/type-json.ts";
import { PluginStartError, readHandshake } from "../../../../src/plugin/handshake.ts";
import { anyType, typedValue } from "../../../cty/arbitrary.ts";
import { encodeMsgpack } from "../../cty/encode.ts";
import { createCertificateAuthority } from "../../pve/certificate.ts";
import { type DecoderProperty, readOrRefuse, textsLike } from "../property.ts";

const certificate = createCertificateAuthority().certificatePem;

const environment = fc.record(
  {
    PLUGIN_PROTOCOL_VERSIONS: textsLike("6", "5,6", "5", "6,"),
    PLUGIN_MIN_PORT: textsLike("10000", "0", "65535", "65536", "-1"),
    PLUGIN_MAX_PORT: textsLike("25000", "0", "65535", "65536"),
    PLUGIN_CLIENT_CERT: textsLike(certificate, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"),
    PLUGIN_UNIX_SOCKET_DIR: textsLike("/tmp"),
    PLUGIN_MULTIPLEX_GRPC: textsLike("true"),
  },
  { requiredKeys: [] },
);

export const hostProperties: readonly DecoderProperty[] = [
  {
    decoder: "msgpack/cty",
    holds: "every value is read as it was written",
    property: () =>
      fc.property(typedValue, ({ type, value }) =>
        deepStrictEqual(decodeMsgpack(encodeMsgpack(value, type), type), value),
      ),
  },
  {
    decoder: "msgpack/cty",
    holds: "bytes that are damaged or mean another type are read or refused, and what is read can be written",
    property: () =>
      fc.property(
        typedValue,
        anyType,
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        fc.nat({ max: 8 }),
        ({ type, value }, other, isOther, damages, cut) => {
          const bytes = Buffer.from(encodeMsgpack(value, type));
          for (const [at, byte] of damages) bytes[at % bytes.length] = byte;
          const read = isOther ? other : type;
          const found = readOrRefuse(
            () => decodeMsgpack(bytes.subarray(0, bytes.length - cut), read),
            CtyError,
          );
          if (found !== null) encodeMsgpack(found.value, read);
        },
      ),
  },
  {
    decoder: "type JSON",
    holds: "every type is read as it was written",
    property: () => fc.property(anyType, (type) => deepStrictEqual(decodeType(encodeType(type)), type)),
  },
  {
    decoder: "type JSON",
    holds: "any text is read or refused",
    property: () =>
      fc.property(
        textsLike(
          '"string"',
          '["list","number"]',
          '["object",{"a":"bool"},["a"]]',
          '["tuple",[',
          "]]",
          "}]",
          '{"',
        ),
        (text) => void readOrRefuse(() => decodeType(text), CtyError),
      ),
  },
  {
    decoder: "the handshake's environment",
    holds:
      "any environment is taken or refused in one line; ports are ports, and TLS that is asked for is never left out",
    property: () =>
      fc.property(environment, (variables) => {
        try {
          const { ports, clientCertificates } = readHandshake(variables);
          const inRange = ports.first >= 0 && ports.first <= ports.last && ports.last <= 65_535;
          const isPlain = clientCertificates === undefined;
          return inRange && isPlain === ((variables.PLUGIN_CLIENT_CERT ?? "") === "");
        } catch (error) {
          if (!(error instanceof PluginStartError)) throw error;
          return true;
        }
      }),
  },
];
