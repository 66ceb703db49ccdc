import { describe, expect, it } from "vitest";
import type { Environment } from "../../../src/proxmox/settings/environment.ts";
import type { ProviderArguments } from "../../../src/proxmox/settings/setting-sources.ts";
import { resolveSettings, type Settings } from "../../../src/proxmox/settings/settings.ts";

const TOKEN = "gpuhost@pve!discovery=00000000-1111-2222-3333-444444444444";
const OTHER_TOKEN = "other@pve!x=55555555-1111-2222-3333-444444444444";
const TICKET = "PVE:ticket@pve:6B02E059::c2lnbmF0dXJl";
const CSRF = "6B02E059:Y3NyZg";
const PRINT = Array(32).fill("AB").join(":");

/** Enough for everything that a test does not speak of. */
const BASE: Environment = { PROXMOX_VE_ENDPOINT: "https://pve1:8006", PROXMOX_VE_API_TOKEN: TOKEN };

function settings(args: ProviderArguments, environment: Environment = BASE): Settings {
  const { settings: resolved, problems } = resolveSettings(args, environment);
  if (resolved === null) throw new Error(JSON.stringify(problems));
  return resolved;
}

const urls = (args: ProviderArguments, environment?: Environment) =>
  settings(args, environment).endpoints.map(({ url }) => url);

describe("the configuration", () => {
  it("has defaults for what is not set", () => {
    expect(settings({})).toMatchObject({
      insecure: false,
      minTls: "1.3",
      fingerprints: [],
      authorities: [],
      timeoutSeconds: 30,
      maxRetries: 3,
    });
  });

  it("comes from the environment", () => {
    const resolved = settings(
      {},
      {
        ...BASE,
        PROXMOX_VE_INSECURE: "1",
        PROXMOX_VE_MIN_TLS: "1.2",
        GPUHOST_FINGERPRINTS: `${PRINT.toLowerCase()}, ${PRINT.replaceAll(":", "")},`,
        GPUHOST_CA_FILE: "/ca.pem",
        GPUHOST_CA_PEM: "pem",
        GPUHOST_TIMEOUT: " 45 ",
        GPUHOST_MAX_RETRIES: "0",
      },
    );
    expect(resolved).toMatchObject({
      insecure: true,
      minTls: "1.2",
      fingerprints: [PRINT],
      authorities: [
        { attribute: "ca_file", value: "/ca.pem", variable: "GPUHOST_CA_FILE" },
        { attribute: "ca_pem", value: "pem", variable: "GPUHOST_CA_PEM" },
      ],
      timeoutSeconds: 45,
      maxRetries: 0,
    });
  });

  it("comes from the arguments before the environment", () => {
    const resolved = settings(
      {
        insecure: false,
        min_tls: "1.1",
        fingerprints: [PRINT],
        timeout: 300,
        max_retries: 5,
        api_token: OTHER_TOKEN,
      },
      {
        ...BASE,
        PROXMOX_VE_INSECURE: "true",
        PROXMOX_VE_MIN_TLS: "nonsense",
        GPUHOST_FINGERPRINTS: "nonsense",
        GPUHOST_TIMEOUT: "nonsense",
        GPUHOST_MAX_RETRIES: "nonsense",
        PROXMOX_VE_API_TOKEN: "nonsense",
      },
    );
    expect(resolved).toMatchObject({
      insecure: false,
      minTls: "1.1",
      fingerprints: [PRINT],
      timeoutSeconds: 300,
      maxRetries: 5,
      credentials: { kind: "token", token: OTHER_TOKEN },
    });
  });

  it("takes an empty variable for none", () => {
    expect(
      settings(
        {},
        {
          ...BASE,
          PROXMOX_VE_MIN_TLS: "",
          PROXMOX_VE_INSECURE: "",
          GPUHOST_ENDPOINTS: "",
          GPUHOST_FINGERPRINTS: "",
          GPUHOST_CA_FILE: "",
          GPUHOST_TIMEOUT: "",
          GPUHOST_MAX_RETRIES: "",
        },
      ),
    ).toEqual(settings({}));
  });

  it.each([
    ["true", true],
    ["1", true],
    ["TRUE", false],
    ["yes", false],
    ["0", false],
    ["false", false],
  ])("takes %j for insecure as %s, as bpg does", (value, expected) => {
    expect(settings({}, { ...BASE, PROXMOX_VE_INSECURE: value }).insecure).toBe(expected);
  });
});

describe("the endpoints", () => {
  const both: Environment = { ...BASE, GPUHOST_ENDPOINTS: "https://pve2:8006,https://pve3:8006" };

  it.each<[string, ProviderArguments, Environment, string[]]>([
    ["the variable for one", {}, BASE, ["https://pve1:8006"]],
    ["our variable for several before bpg's for one", {}, both, ["https://pve2:8006", "https://pve3:8006"]],
    ["the argument for one before both variables", { endpoint: "https://a:1" }, both, ["https://a:1"]],
    [
      "the argument for several before both variables",
      { endpoints: ["https://a:1", "https://b:2/api2/json"] },
      both,
      ["https://a:1", "https://b:2"],
    ],
    [
      "each once",
      { endpoints: ["https://a:443", "https://A", "https://b:2", "https://b:2/"] },
      BASE,
      ["https://a", "https://b:2"],
    ],
    [
      "without empty elements of the variable",
      {},
      { ...BASE, GPUHOST_ENDPOINTS: " https://a:1 ,, https://b:2," },
      ["https://a:1", "https://b:2"],
    ],
  ])("are %s", (_, args, environment, expected) => {
    expect(urls(args, environment)).toEqual(expected);
  });
});

describe("the credentials", () => {
  const endpoint: Environment = { PROXMOX_VE_ENDPOINT: "https://pve1:8006" };
  const ticketVariables = { PROXMOX_VE_AUTH_TICKET: TICKET, PROXMOX_VE_CSRF_PREVENTION_TOKEN: CSRF };
  const passwordVariables = { PROXMOX_VE_USERNAME: "user@pam", PROXMOX_VE_PASSWORD: "hunter2" };

  it.each<[string, ProviderArguments, Environment, object]>([
    [
      "a token before everything else",
      {},
      { ...BASE, ...ticketVariables, ...passwordVariables },
      { kind: "token", identity: { user: "gpuhost@pve", token: "discovery" } },
    ],
    [
      "a ticket before a password",
      {},
      { ...endpoint, ...ticketVariables, ...passwordVariables },
      {
        kind: "ticket",
        identity: { user: "ticket@pve", token: null },
        ticket: TICKET,
        csrfPreventionToken: CSRF,
      },
    ],
    [
      "a password",
      {},
      { ...endpoint, ...passwordVariables },
      { kind: "password", identity: { user: "user@pam", token: null }, password: "hunter2", otp: null },
    ],
    [
      "a password with a one-time password",
      { otp: "654321" },
      { ...endpoint, ...passwordVariables, PROXMOX_VE_OTP: "123456" },
      { kind: "password", otp: "654321" },
    ],
    [
      "a token of the environment before a password of the arguments, as bpg has it",
      { username: "user@pam", password: "hunter2" },
      BASE,
      { kind: "token" },
    ],
    [
      "a password when an empty argument overrules the environment's token",
      { api_token: "", username: "user@pam", password: "hunter2" },
      BASE,
      { kind: "password" },
    ],
    [
      "a password when the ticket is only half there",
      {},
      { ...endpoint, ...passwordVariables, PROXMOX_VE_AUTH_TICKET: TICKET },
      { kind: "password" },
    ],
    [
      "a password as it is, white space and all",
      { username: "user@pam", password: " hunter2\n" },
      endpoint,
      { kind: "password", password: " hunter2\n" },
    ],
    [
      "a token of a user whose name has an equals sign, as Proxmox allows",
      { api_token: "uid=gpu@ldap!discovery=00000000-1111-2222-3333-444444444444" },
      endpoint,
      { kind: "token", identity: { user: "uid=gpu@ldap", token: "discovery" } },
    ],
    [
      "halves from arguments and environment together",
      { username: "user@pam" },
      { ...endpoint, PROXMOX_VE_PASSWORD: "hunter2" },
      { kind: "password", password: "hunter2" },
    ],
    [
      "a ticket that was copied percent-encoded from a browser",
      { auth_ticket: encodeURIComponent(TICKET), csrf_prevention_token: CSRF },
      endpoint,
      { kind: "ticket", ticket: TICKET },
    ],
  ])("are %s", (_, args, environment, expected) => {
    expect(settings(args, environment).credentials).toMatchObject(expected);
  });
});

describe("the authorities", () => {
  it("of an argument overrule both variables", () => {
    expect(
      settings({ ca_pem: "pem" }, { ...BASE, GPUHOST_CA_FILE: "/ca.pem", GPUHOST_CA_PEM: "other" })
        .authorities,
    ).toEqual([{ attribute: "ca_pem", value: "pem", variable: null }]);
  });

  it("are those of both arguments", () => {
    expect(settings({ ca_file: "/ca.pem", ca_pem: "pem" }).authorities).toEqual([
      { attribute: "ca_file", value: "/ca.pem", variable: null },
      { attribute: "ca_pem", value: "pem", variable: null },
    ]);
  });
});
