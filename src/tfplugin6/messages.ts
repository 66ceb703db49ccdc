/** Request and answer of each RPC that is answered. Messages that are not listed here stay out of the bundle. */
import {
  CallFunction_Request,
  CallFunction_Response,
  ConfigureProvider_Request,
  ConfigureProvider_Response,
  GetFunctions_Request,
  GetFunctions_Response,
  GetMetadata_Request,
  GetMetadata_Response,
  GetProviderSchema_Request,
  GetProviderSchema_Response,
  GetResourceIdentitySchemas_Request,
  GetResourceIdentitySchemas_Response,
  ReadDataSource_Request,
  ReadDataSource_Response,
  StopProvider_Request,
  StopProvider_Response,
  ValidateDataResourceConfig_Request,
  ValidateDataResourceConfig_Response,
  ValidateProviderConfig_Request,
  ValidateProviderConfig_Response,
} from "./gen/tfplugin6.ts";

/** How one message is written and read; the generated code has this for each. */
export interface Codec<Message> {
  encode(message: Message): { finish(): Uint8Array };
  decode(bytes: Uint8Array): Message;
}

const pairs = {
  GetMetadata: [GetMetadata_Request, GetMetadata_Response],
  GetProviderSchema: [GetProviderSchema_Request, GetProviderSchema_Response],
  GetResourceIdentitySchemas: [GetResourceIdentitySchemas_Request, GetResourceIdentitySchemas_Response],
  GetFunctions: [GetFunctions_Request, GetFunctions_Response],
  ValidateProviderConfig: [ValidateProviderConfig_Request, ValidateProviderConfig_Response],
  ConfigureProvider: [ConfigureProvider_Request, ConfigureProvider_Response],
  ValidateDataResourceConfig: [ValidateDataResourceConfig_Request, ValidateDataResourceConfig_Response],
  ReadDataSource: [ReadDataSource_Request, ReadDataSource_Response],
  CallFunction: [CallFunction_Request, CallFunction_Response],
  StopProvider: [StopProvider_Request, StopProvider_Response],
} as const;

export type RpcName = keyof typeof pairs;
export type RequestOf<N extends RpcName> = ReturnType<(typeof pairs)[N][0]["decode"]>;
export type ResponseOf<N extends RpcName> = ReturnType<(typeof pairs)[N][1]["decode"]>;

export const messages: { readonly [N in RpcName]: readonly [Codec<RequestOf<N>>, Codec<ResponseOf<N>>] } =
  pairs;
