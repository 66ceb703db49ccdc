/**
 * The provider's configuration. It has bpg/proxmox's names where there are any, so that one environment serves both.
 */
import { optional } from "../framework/attribute.ts";
import { bool, checked, integer, list, text } from "../framework/type.ts";
import { between, oneOf } from "../framework/validator.ts";
import {
  DEFAULT_MAX_RETRIES,
  DEFAULT_MIN_TLS,
  DEFAULT_TIMEOUT_SECONDS,
  MAX_RETRIES_LIMIT,
  MAX_TIMEOUT_SECONDS,
  MIN_TLS_VERSIONS,
} from "../proxmox/settings/defaults.ts";

export const attributes = {
  endpoint: optional(
    text,
    "The URL of the Proxmox VE API, such as `https://pve1.example.com:8006/`. Any node of a cluster answers for all. " +
      "Environment: `PROXMOX_VE_ENDPOINT`.",
  ),
  endpoints: optional(
    list(text),
    'URLs of several members of one cluster, such as `["https://pve1.example.com:8006/", "https://pve2.example.com:8006/"]`: ' +
      "the next one is tried when one refuses or drops the connection, does not " +
      "answer in time, or answers 502, 503 or 504. While there is another one, connecting may take 5 seconds. Not " +
      "together with `endpoint`; if one of the two arguments is set, neither of their variables is used. Environment: " +
      "`GPUHOST_ENDPOINTS`, with commas between them; `PROXMOX_VE_ENDPOINT` is then not used.",
  ),
  api_token: optional(
    text,
    "An API token, `USER@REALM!TOKENID=SECRET`, as it was printed when it was made. Environment: `PROXMOX_VE_API_TOKEN`.",
    { sensitive: true },
  ),
  auth_ticket: optional(
    text,
    "A ticket that Proxmox has given, `PVE:USER@REALM:…`, together with `csrf_prevention_token`. Environment: `PROXMOX_VE_AUTH_TICKET`.",
    { sensitive: true },
  ),
  csrf_prevention_token: optional(
    text,
    "The token that came with `auth_ticket`, such as `65F2A1B0:kLm3…`. Environment: `PROXMOX_VE_CSRF_PREVENTION_TOKEN`.",
    { sensitive: true },
  ),
  username: optional(
    text,
    "A user with its realm, such as `gpuhost@pve`, together with `password`. Environment: `PROXMOX_VE_USERNAME`.",
  ),
  password: optional(text, "The user's password, as it is typed. Environment: `PROXMOX_VE_PASSWORD`.", {
    sensitive: true,
  }),
  otp: optional(
    text,
    "A one-time password for the sign-in, such as `123456`; it works once. A token is the better way. Environment: `PROXMOX_VE_OTP`.",
    { sensitive: true },
  ),
  insecure: optional(
    bool,
    "Whether to accept any certificate: `true`, or `false`, as when left out. `ca_file` or `fingerprints` are the better way. Environment: " +
      "`PROXMOX_VE_INSECURE`.",
  ),
  min_tls: optional(
    checked(text, oneOf(...MIN_TLS_VERSIONS)),
    `The lowest version of TLS to accept: ${MIN_TLS_VERSIONS.map((version) => `\`${version}\``).join(", ")}. ` +
      `\`${DEFAULT_MIN_TLS}\` when left out. Environment: \`PROXMOX_VE_MIN_TLS\`.`,
  ),
  ca_file: optional(
    text,
    "A file with the certificates, in PEM, of the authorities to trust instead of the system's. That of a cluster is " +
      "`/etc/pve/pve-root-ca.pem`. Environment: `GPUHOST_CA_FILE`.",
  ),
  ca_pem: optional(
    text,
    "The same as text, `-----BEGIN CERTIFICATE-----…`; both together are trusted. Environment: `GPUHOST_CA_PEM`.",
  ),
  fingerprints: optional(
    list(text),
    'SHA-256 fingerprints of members\' certificates, as Proxmox prints them: `["AA:BB:…"]`. A certificate with one of ' +
      "them needs no authority. Environment: `GPUHOST_FINGERPRINTS`, with commas between them.",
  ),
  timeout: optional(
    checked(integer, between(1, MAX_TIMEOUT_SECONDS)),
    "How many seconds one endpoint gets for a request, such as `60`, from connecting to the last byte of the answer, at most " +
      `${MAX_TIMEOUT_SECONDS}. ${DEFAULT_TIMEOUT_SECONDS} when left out. Whatever happens, a request ends within ` +
      "`timeout` × number of endpoints × (`max_retries` + 1) seconds. Environment: `GPUHOST_TIMEOUT`.",
  ),
  max_retries: optional(
    checked(integer, between(0, MAX_RETRIES_LIMIT)),
    "How often a request is repeated, such as `5`, when the connection or the server fails for the moment; the waits in between, and " +
      "what a `Retry-After` asks for, count as time of the request. After a time-out it is not repeated if no other " +
      "endpoint is left. A sign-in is repeated only when connecting fails or the answer is 502 to 504 or 595 to 599, and " +
      "never with `otp`. " +
      `${DEFAULT_MAX_RETRIES} when left out, at most ${MAX_RETRIES_LIMIT}. Environment: \`GPUHOST_MAX_RETRIES\`.`,
  ),
};
