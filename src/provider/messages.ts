/** The summaries of this provider, besides those of the framework, as the documentation explains them. */
import { configurationMessages } from "./messages/configuration.ts";
import { devicesMessages } from "./messages/devices.ts";
import { mappingsMessages } from "./messages/mappings.ts";
import { mdevTypesMessages } from "./messages/mdev-types.ts";
import { severalMessages } from "./messages/several.ts";

export const providerMessages = {
  configuration: configurationMessages,
  several: severalMessages,
  devices: devicesMessages,
  mappings: mappingsMessages,
  mdevTypes: mdevTypesMessages,
};

type Provider = typeof configurationMessages &
  typeof severalMessages &
  typeof devicesMessages &
  typeof mappingsMessages &
  typeof mdevTypesMessages;

declare module "../framework/message.ts" {
  interface Summaries extends Provider {}
}
