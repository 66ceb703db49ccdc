import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configured, type Plain } from "../support/provider/reading.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

const TOKEN = "gpuhost@pve!discovery=6f3c1c1e-0000-4000-8000-000000000001";

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
});
afterAll(async () => {
  await pve.close();
});

describe("a configuration that cannot be used", () => {
  it.each<
    [string, { readonly [name: string]: Plain }, { readonly [name: string]: string }, string, string, string]
  >([
    [
      "an endpoint without its scheme",
      { endpoint: "http://pve1:8006", api_token: TOKEN },
      {},
      "Invalid Provider Configuration",
      "endpoint",
      'The endpoint "http://pve1:8006" is not secure; Proxmox answers over HTTPS only: write "https://pve1:8006".',
    ],
    [
      "a wrong element of endpoints",
      { endpoints: ["https://pve1:8006", "https://"], api_token: TOKEN },
      {},
      "Invalid Provider Configuration",
      "endpoints[1]",
      'The endpoint "https://" has no host; write it like "https://pve1.example.com:8006".',
    ],
    [
      "an empty list of endpoints",
      { endpoints: [], api_token: TOKEN },
      {},
      "Invalid Provider Configuration",
      "endpoints",
      "endpoints is an empty list; leave the argument out instead.",
    ],
    [
      "an empty list of fingerprints",
      { endpoint: "https://pve1:8006", fingerprints: [], api_token: TOKEN },
      {},
      "Invalid Provider Configuration",
      "fingerprints",
      "fingerprints is an empty list; leave the argument out instead.",
    ],
    [
      "a wrong variable, which stands nowhere in the configuration",
      { endpoint: "https://pve1:8006", api_token: TOKEN },
      { GPUHOST_TIMEOUT: "5s" },
      "Invalid Provider Configuration",
      "",
      'GPUHOST_TIMEOUT: "5s" is not a whole number of seconds from 1 to 300.',
    ],
  ])("is refused: %s", async (_what, configuration, environment, summary, attribute, detail) => {
    const { told } = await configured(configuration, environment);
    expect(told[0]).toEqual({ severity: "error", summary, attribute, detail });
  });

  it("says what is wrong with a token without pointing at it: hosts would show the line", async () => {
    const { told } = await configured({ endpoint: "https://pve1:8006", api_token: "gpuhost@pve=6f3c1c1e" });
    expect(told).toEqual([
      {
        severity: "error",
        summary: "Invalid Provider Configuration",
        attribute: "",
        detail:
          "The API token must have the form USER@REALM!TOKENID=SECRET, like gpuhost@pve!discovery=00000000-0000-0000-0000-000000000000.",
      },
    ]);
  });

  it.each<[string, { readonly [name: string]: Plain }]>([
    ["endpoint", { endpoint: "https://root:geheim@pve1:8006" }],
    ["endpoints", { endpoints: ["pve1", "https://root:geheim@pve1:8006"] }],
    ["endpoints, encoded", { endpoints: ["https://root:geheim%40pve1:8006"] }],
    ["ca_pem", { endpoint: "https://pve1:8006", ca_pem: "-----BEGIN PRIVATE KEY-----\ngeheim" }],
    ["ca_file", { endpoint: "https://pve1:8006", ca_file: "-----BEGIN PRIVATE KEY-----\ngeheim" }],
  ])("says what is wrong with a secret in %s without pointing at it", async (_what, configuration) => {
    const { told } = await configured({ ...configuration, api_token: TOKEN });
    expect(told.length).toBeGreaterThan(0);
    expect(told.map(({ attribute }) => attribute).join("")).toBe("");
    expect(JSON.stringify(told)).not.toContain("geheim");
  });

  it("says that the file of authorities is not there", async () => {
    const { told } = await configured({
      endpoint: "https://pve1:8006",
      api_token: TOKEN,
      ca_file: "/nowhere/ca.pem",
    });
    expect(told.map(({ attribute }) => attribute)).toEqual(["ca_file"]);
    expect(told[0]?.detail).toContain("/nowhere/ca.pem");
  });
});

describe("a configuration that lacks something", () => {
  const NO_ENDPOINT =
    'There is no endpoint. Set endpoint = "https://pve1.example.com:8006" or PROXMOX_VE_ENDPOINT; several members of one cluster go into endpoints or GPUHOST_ENDPOINTS.';
  const NO_CREDENTIALS =
    'There are no credentials. Set api_token = "USER@REALM!TOKENID=SECRET" or PROXMOX_VE_API_TOKEN (best), auth_ticket with csrf_prevention_token, or username with password.';

  it.each<[string, { readonly [name: string]: Plain }, readonly string[]]>([
    ["nothing at all", {}, [NO_ENDPOINT, NO_CREDENTIALS]],
    ["an endpoint alone", { endpoint: "https://pve1:8006" }, [NO_CREDENTIALS]],
    ["credentials alone", { api_token: TOKEN }, [NO_ENDPOINT]],
  ])("is an error of what reads, for functions need nothing: %s", async (_what, configuration, details) => {
    const { told, read } = await configured(configuration);
    expect(told).toEqual([]);
    const reading = await read({});
    expect(reading.state).toBeNull();
    expect(reading.told).toEqual(
      details.map((detail) => ({
        severity: "error",
        summary: "Missing Provider Configuration",
        attribute: "",
        detail,
      })),
    );
  });

  it("is an error at once when something else is wrong", async () => {
    const { told } = await configured({ endpoint: "http://pve1:8006" });
    expect(told.map(({ summary }) => summary)).toEqual(["Invalid Provider Configuration"]);
  });
});

describe("the environment", () => {
  it("configures the provider by itself, with bpg's names and ours", async () => {
    const provider = await configured(
      {},
      {
        PROXMOX_VE_ENDPOINT: pve.endpoint,
        PROXMOX_VE_API_TOKEN: pve.tokens.discovery,
        GPUHOST_CA_FILE: pve.caFile,
      },
    );
    const { state } = await provider.read({ nodes: ["pve3"], classes: ["gpu"] });
    expect(state?.["devices"]).toHaveLength(1);
  });

  it("is overruled by arguments", async () => {
    const provider = await configured(
      { endpoint: pve.endpoint, api_token: pve.tokens.discovery, fingerprints: [pve.fingerprint] },
      { PROXMOX_VE_ENDPOINT: "https://127.0.0.1:1", PROXMOX_VE_API_TOKEN: pve.tokens.wrongSecret },
    );
    const { state } = await provider.read({ nodes: ["pve3"], classes: ["gpu"] });
    expect(state?.["devices"]).toHaveLength(1);
  });
});

describe("a secret", () => {
  it("appears in no message, also where Proxmox repeats it", async () => {
    const stand = await startPve();
    stand.faults.add({ kind: "echo-secret" }, { path: "/nodes" });
    const provider = await configured({
      endpoint: stand.endpoint,
      api_token: stand.tokens.discovery,
      ca_pem: stand.caPem,
      max_retries: 0,
    });
    const { told } = await provider.read({});
    await stand.close();
    expect(told.map(({ severity }) => severity)).toEqual(["error"]);
    expect(JSON.stringify(told)).not.toContain(stand.tokens.discovery.split("=")[1]);
    expect(told[0]?.detail).toContain("***");
  });
});
