import { describe, expect, test } from "vitest";
import {
  clusterEnvironment,
  credentialsAlone,
  namesCluster,
  standInEnvironment,
} from "../../scripts/demo/environment.ts";

const ENDPOINT = { PROXMOX_VE_ENDPOINT: "https://pve1:8006" };
const TOKEN = { PROXMOX_VE_API_TOKEN: "a@pve!b=c" };

describe("a cluster is read when the environment says where it is", () => {
  test.each([
    { environment: {}, named: false, credentials: null },
    { environment: { ...ENDPOINT, ...TOKEN }, named: true, credentials: null },
    { environment: ENDPOINT, named: true, credentials: null },
    { environment: { GPUHOST_ENDPOINTS: "https://a:8006,https://b:8006" }, named: true, credentials: null },
    { environment: TOKEN, named: false, credentials: "PROXMOX_VE_API_TOKEN" },
    {
      environment: { PROXMOX_VE_ENDPOINT: "", PROXMOX_VE_USERNAME: "root@pam" },
      named: false,
      credentials: "PROXMOX_VE_USERNAME",
    },
    { environment: { PROXMOX_VE_API_TOKEN: "" }, named: false, credentials: null },
  ])("$environment", ({ environment, named, credentials }) => {
    expect(namesCluster(environment)).toBe(named);
    expect(credentialsAlone(environment)).toBe(credentials);
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

test("the stand-in is read with nothing that belongs to the user's cluster or leads elsewhere", () => {
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
