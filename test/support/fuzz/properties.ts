/** What holds of every decoder. */
import { hostProperties } from "./properties/host.ts";
import { serverProperties } from "./properties/server.ts";
import { userProperties } from "./properties/user.ts";
import type { DecoderProperty } from "./property.ts";

export const decoderProperties: readonly DecoderProperty[] = [
  ...hostProperties,
  ...userProperties,
  ...serverProperties,
];
