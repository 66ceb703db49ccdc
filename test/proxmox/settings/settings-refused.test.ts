import { describe, expect, it } from "vitest";
import type { Environment } from "../../../src/proxmox/settings/environment.ts";
import type { ProviderArguments, SettingProblem } from "../../../src/proxmox/settings/setting-sources.ts";
import { resolveSettings } from "../../../src/proxmox/settings/settings.ts";

const TOKEN = "gpuhost@pve!discovery=00000000-1111-2222-3333-444444444444";
const TICKET = "PVE:ticket@pve:6B02E059::c2lnbmF0dXJl";
const CSRF = "6B02E059:Y3NyZg";
const PRINT = Array(32).fill("AB").join(":");

/** Enough for everything that a test does not speak of. */
const BASE: Environment = { PROXMOX_VE_ENDPOINT: "https://pve1:8006", PROXMOX_VE_API_TOKEN: TOKEN };

function problems(args: ProviderArguments, environment: Environment): readonly SettingProblem[] {
  return resolveSettings(args, environment).problems ?? [];
}

const CREDENTIALS_ADVICE =
  'Set api_token = "USER@REALM!TOKENID=SECRET" or PROXMOX_VE_API_TOKEN (best), auth_ticket with csrf_prevention_token, or username with password.';
const TOKEN_FORM =
  "The API token must have the form USER@REALM!TOKENID=SECRET, like gpuhost@pve!discovery=00000000-0000-0000-0000-000000000000.";
const TRIM = "Leave it out: for a value in a file, trimspace(file(…)) does that.";
const NO_TOKEN: Environment = { PROXMOX_VE_ENDPOINT: "https://pve1:8006" };

const REFUSED: Readonly<Record<string, readonly [ProviderArguments, Environment, Partial<SettingProblem>]>> =
  {
    "no endpoint": [
      {},
      { PROXMOX_VE_API_TOKEN: TOKEN },
      {
        kind: "missing",
        attribute: "endpoint",
        message:
          'There is no endpoint. Set endpoint = "https://pve1.example.com:8006" or PROXMOX_VE_ENDPOINT; several members of one cluster go into endpoints or GPUHOST_ENDPOINTS.',
      },
    ],
    "both arguments for endpoints": [
      { endpoint: "https://a:1", endpoints: ["https://b:2"] },
      BASE,
      {
        attribute: "endpoints",
        message: "endpoint and endpoints exclude each other; leave one of them out.",
      },
    ],
    "an empty list of endpoints": [
      { endpoints: [] },
      BASE,
      {
        attribute: "endpoints",
        index: null,
        message: "endpoints is an empty list; leave the argument out instead.",
      },
    ],
    "an empty endpoint": [
      { endpoint: "" },
      BASE,
      {
        attribute: "endpoint",
        message: 'The endpoint is empty; write it like "https://pve1.example.com:8006".',
      },
    ],
    "an endpoint without a scheme in the list": [
      { endpoints: ["https://a:1", "pve1:8006"] },
      BASE,
      {
        attribute: "endpoints",
        index: 1,
        variable: null,
        message: 'The endpoint "pve1:8006" has no scheme; write "https://pve1:8006".',
      },
    ],
    "an endpoint of a variable": [
      {},
      { ...BASE, PROXMOX_VE_ENDPOINT: "http://pve1:8006" },
      {
        attribute: "endpoint",
        index: null,
        variable: "PROXMOX_VE_ENDPOINT",
        message:
          'PROXMOX_VE_ENDPOINT: The endpoint "http://pve1:8006" is not secure; Proxmox answers over HTTPS only: write "https://pve1:8006".',
      },
    ],
    "no credentials": [
      {},
      NO_TOKEN,
      { kind: "missing", attribute: "api_token", message: `There are no credentials. ${CREDENTIALS_ADVICE}` },
    ],
    "a user name without a password": [
      { username: "user@pam" },
      NO_TOKEN,
      {
        kind: "missing",
        attribute: "password",
        message: `There is a username without password (PROXMOX_VE_PASSWORD). ${CREDENTIALS_ADVICE}`,
      },
    ],
    "a password without a user name": [
      { password: "hunter2" },
      NO_TOKEN,
      {
        kind: "missing",
        attribute: "username",
        message: `There is a password without username (PROXMOX_VE_USERNAME). ${CREDENTIALS_ADVICE}`,
      },
    ],
    "a ticket without its companion": [
      { auth_ticket: TICKET },
      NO_TOKEN,
      {
        kind: "missing",
        attribute: "csrf_prevention_token",
        message: `There is an auth_ticket without csrf_prevention_token (PROXMOX_VE_CSRF_PREVENTION_TOKEN). ${CREDENTIALS_ADVICE}`,
      },
    ],
    "the companion of a ticket alone": [
      { csrf_prevention_token: CSRF },
      NO_TOKEN,
      {
        kind: "missing",
        attribute: "auth_ticket",
        message: `There is a csrf_prevention_token without auth_ticket (PROXMOX_VE_AUTH_TICKET). ${CREDENTIALS_ADVICE}`,
      },
    ],
    "a token without a secret": [
      { api_token: "gpuhost@pve!discovery" },
      NO_TOKEN,
      { kind: "invalid", attribute: "api_token", message: TOKEN_FORM },
    ],
    "a token without a user": [
      {},
      { ...NO_TOKEN, PROXMOX_VE_API_TOKEN: "00000000-1111" },
      {
        attribute: "api_token",
        variable: "PROXMOX_VE_API_TOKEN",
        message: `PROXMOX_VE_API_TOKEN: ${TOKEN_FORM}`,
      },
    ],
    "a token with a line break behind it": [
      { api_token: `${TOKEN}\n` },
      NO_TOKEN,
      {
        attribute: "api_token",
        message: `The API token has a line break at its end. ${TRIM}`,
      },
    ],
    "a token of a variable with spaces around it": [
      {},
      { ...NO_TOKEN, PROXMOX_VE_API_TOKEN: ` ${TOKEN} ` },
      {
        variable: "PROXMOX_VE_API_TOKEN",
        message: `PROXMOX_VE_API_TOKEN: The API token has white space at its start and end. ${TRIM}`,
      },
    ],
    "a token with the quotes of a shell": [
      {},
      { ...NO_TOKEN, PROXMOX_VE_API_TOKEN: `'${TOKEN}'` },
      {
        message:
          "PROXMOX_VE_API_TOKEN: The API token has quotes around it. Leave them out: only a shell removes quotes.",
      },
    ],
    "a token with the name of its variable": [
      { api_token: `PROXMOX_VE_ENDPOINT=https://pve1:8006\nexport PROXMOX_VE_API_TOKEN='${TOKEN}'` },
      NO_TOKEN,
      {
        message:
          'The API token has "PROXMOX_VE_API_TOKEN=" before it, as a script has; leave that out: USER@REALM!TOKENID=SECRET.',
      },
    ],
    "a ticket with a line break behind it": [
      { auth_ticket: `${TICKET}\r\n`, csrf_prevention_token: CSRF },
      NO_TOKEN,
      { attribute: "auth_ticket", message: `The ticket has a line break at its end. ${TRIM}` },
    ],
    "the companion of a ticket with a space before it": [
      { auth_ticket: TICKET, csrf_prevention_token: ` ${CSRF}` },
      NO_TOKEN,
      {
        attribute: "csrf_prevention_token",
        message: `The csrf_prevention_token has white space at its start. ${TRIM}`,
      },
    ],
    "a user name with a line break behind it": [
      { username: "root@pam\n", password: "hunter2" },
      NO_TOKEN,
      {
        attribute: "username",
        message: `The user name "root@pam\\n" has a line break at its end. ${TRIM}`,
      },
    ],
    "a one-time password with a line break behind it": [
      { username: "root@pam", password: "hunter2", otp: "123456\n" },
      NO_TOKEN,
      { attribute: "otp", message: `The one-time password has a line break at its end. ${TRIM}` },
    ],
    "an empty file of authorities": [
      { ca_file: "" },
      { ...BASE, GPUHOST_CA_PEM: "pem" },
      {
        attribute: "ca_file",
        message: "ca_file is empty; leave the argument out, or make it null, to name no authority.",
      },
    ],
    "an empty text of authorities": [
      { ca_pem: "" },
      BASE,
      {
        attribute: "ca_pem",
        message: "ca_pem is empty; leave the argument out, or make it null, to name no authority.",
      },
    ],
    "the text of authorities where the name of their file belongs": [
      { ca_file: "-----BEGIN CERTIFICATE-----\nMII" },
      BASE,
      {
        attribute: "ca_file",
        message: "This is the text of a file, not its name; ca_pem takes the text.",
      },
    ],
    "a token with a control character in it": [
      { api_token: "gpu\u0000host@pve!x=1" },
      NO_TOKEN,
      { attribute: "api_token", message: TOKEN_FORM },
    ],
    "a token that is a whole header": [
      { api_token: `PVEAPIToken=${TOKEN}` },
      NO_TOKEN,
      {
        attribute: "api_token",
        message: 'The API token begins with "PVEAPIToken"; leave that out: USER@REALM!TOKENID=SECRET.',
      },
    ],
    "a ticket of no form": [
      { auth_ticket: "hunter2", csrf_prevention_token: CSRF },
      NO_TOKEN,
      {
        attribute: "auth_ticket",
        message: "The ticket must have the form PVE:USER@REALM:…, as POST /access/ticket returns it.",
      },
    ],
    "a user name without a realm": [
      { username: "root", password: "hunter2" },
      NO_TOKEN,
      {
        attribute: "username",
        message: 'The user name "root" has no realm; write it like "root@pam" or "root@pve".',
      },
    ],
    "an unknown version of TLS": [
      { min_tls: "1.4" },
      BASE,
      { attribute: "min_tls", message: '"1.4" is no version of TLS; it must be one of 1.0, 1.1, 1.2, 1.3.' },
    ],
    "an empty list of fingerprints": [
      { fingerprints: [] },
      BASE,
      {
        attribute: "fingerprints",
        message: "fingerprints is an empty list; leave the argument out instead.",
      },
    ],
    "a fingerprint that is none": [
      { fingerprints: [PRINT, "AB:CD"] },
      BASE,
      {
        attribute: "fingerprints",
        index: 1,
        message:
          '"AB:CD" is no SHA-256 fingerprint: 32 bytes in hexadecimal, with or without colons, as "pvenode cert info" prints them.',
      },
    ],
    "a time-out of nothing": [
      { timeout: 0 },
      BASE,
      { attribute: "timeout", message: "0 is not a whole number of seconds from 1 to 300." },
    ],
    "a time-out that is too long": [
      { timeout: 301 },
      BASE,
      { attribute: "timeout", message: "301 is not a whole number of seconds from 1 to 300." },
    ],
    "a time-out with a unit": [
      {},
      { ...BASE, GPUHOST_TIMEOUT: "30s" },
      {
        attribute: "timeout",
        variable: "GPUHOST_TIMEOUT",
        message: 'GPUHOST_TIMEOUT: "30s" is not a whole number of seconds from 1 to 300.',
      },
    ],
    "fewer retries than none": [
      { max_retries: -1 },
      BASE,
      { attribute: "max_retries", message: "-1 is not a whole number from 0 to 20." },
    ],
    "half a retry": [
      { max_retries: 0.5 },
      BASE,
      { attribute: "max_retries", message: "0.5 is not a whole number from 0 to 20." },
    ],
  };

describe("the configuration is refused for", () => {
  it.each(Object.entries(REFUSED))("%s", (_, [args, environment, expected]) => {
    const found = problems(args, environment);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  it("everything that is wrong with it at once", () => {
    expect(
      problems({ timeout: 0, max_retries: 21, min_tls: "x" }, {}).map(({ attribute }) => attribute),
    ).toEqual(["endpoint", "api_token", "min_tls", "timeout", "max_retries"]);
  });
});
