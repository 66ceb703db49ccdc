import { describe, expect, test } from "vitest";
import {
  clusterEnvironment,
  missingForCluster,
  namesCluster,
  standInEnvironment,
} from "../../scripts/demo/environment.ts";

const ENDPOINT = "PROXMOX_VE_ENDPOINT";
const TOKEN = "PROXMOX_VE_API_TOKEN";

describe("a cluster is read when the environment names it and a token", () => {
  test.each([
    { environment: {}, named: false, missing: null },
    { environment: { [ENDPOINT]: "https://pve1:8006", [TOKEN]: "a@pve!b=c" }, named: true, missing: null },
    { environment: { [ENDPOINT]: "https://pve1:8006" }, named: false, missing: TOKEN },
    { environment: { [ENDPOINT]: "https://pve1:8006", [TOKEN]: "" }, named: false, missing: TOKEN },
    { environment: { [TOKEN]: "a@pve!b=c" }, named: false, missing: ENDPOINT },
    { environment: { [ENDPOINT]: "", [TOKEN]: "" }, named: false, missing: null },
  ])("$environment", ({ environment, named, missing }) => {
    expect(namesCluster(environment)).toBe(named);
    expect(missingForCluster(environment)).toBe(missing);
  });
});

const user = {
  HOME: "/home/user",
  PATH: "/usr/bin",
  PROXMOX_VE_PASSWORD: "secret",
  PROXMOX_VE_API_TOKEN: "a@pve!b=secret",
  GPUHOST_CA_FILE: "certificates/ca.pem",
  GPUHOST_TIMEOUT: "5",
  SSL_CERT_FILE: "/etc/ssl/own.pem",
  HTTPS_PROXY: "http://user:secret@proxy:3128",
  https_proxy: "http://proxy:3128",
  ALL_PROXY: "socks5://proxy",
  NO_PROXY: "localhost",
  TF_CLI_ARGS: "-lock=false",
  TF_VAR_pve9: "secret",
  TF_WORKSPACE: "production",
  TF_REATTACH_PROVIDERS: "{}",
  TOFU_ENCRYPTION: "secret",
  TF_LOG: "debug",
  TF_LOG_PROVIDER: "trace",
  TF_LOG_PATH: "tofu.log",
};

test("stand-ins are read with nothing that belongs to the user's cluster or leads elsewhere", () => {
  expect(standInEnvironment(user, "/home/user/work")).toStrictEqual({
    HOME: "/home/user",
    PATH: "/usr/bin",
    SSL_CERT_FILE: "/etc/ssl/own.pem",
    TF_LOG: "debug",
    TF_LOG_PROVIDER: "trace",
    TF_LOG_PATH: "/home/user/work/tofu.log",
  });
});

test("the user's cluster is read with all that the user has set for it, files as seen from where he is", () => {
  expect(clusterEnvironment(user, "/home/user/work")).toStrictEqual({
    HOME: "/home/user",
    PATH: "/usr/bin",
    PROXMOX_VE_PASSWORD: "secret",
    PROXMOX_VE_API_TOKEN: "a@pve!b=secret",
    GPUHOST_CA_FILE: "/home/user/work/certificates/ca.pem",
    GPUHOST_TIMEOUT: "5",
    SSL_CERT_FILE: "/etc/ssl/own.pem",
    HTTPS_PROXY: "http://user:secret@proxy:3128",
    https_proxy: "http://proxy:3128",
    ALL_PROXY: "socks5://proxy",
    NO_PROXY: "localhost",
    TF_LOG: "debug",
    TF_LOG_PROVIDER: "trace",
    TF_LOG_PATH: "/home/user/work/tofu.log",
  });
});

test("an empty name of a file stays empty", () => {
  expect(clusterEnvironment({ GPUHOST_CA_FILE: "" }, "/home/user")).toStrictEqual({ GPUHOST_CA_FILE: "" });
});
