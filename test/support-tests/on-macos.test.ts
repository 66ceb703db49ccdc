/** What the support of the tests does on macOS, tried with what that says. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli } from "../support/cli/run.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { trustVariables } from "../support/pve/trust.ts";
import { listedWith } from "../support/tofu/process.ts";

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
});
afterAll(() => pve.close());

test("processes are found by their environment in what ps lists", () => {
  const listing =
    "/sbin/launchd\n/opt/tofu plan PATH=/bin HOME=/tmp/w/home TMPDIR=/t\n/opt/tofu plan HOME=/tmp/w/home2\n-zsh HOME=/Users/me\n";
  expect(listedWith(listing, "HOME", "/tmp/w/home")).toEqual([
    "/opt/tofu plan PATH=/bin HOME=/tmp/w/home TMPDIR=/t",
  ]);
});

test.for(["linux", "darwin", "win32"] as const)("a stand-in is trusted on %s", async (platform) => {
  const environment = {
    PROXMOX_VE_ENDPOINT: pve.endpoint,
    PROXMOX_VE_API_TOKEN: pve.tokens.root,
    ...trustVariables(pve.caFile, platform),
  };
  expect(Object.keys(environment).slice(2)).toEqual(
    platform === "linux" ? ["SSL_CERT_FILE"] : ["GPUHOST_CA_FILE", "PROXMOX_VE_INSECURE"],
  );
  expect(await runCli(["inspect", "--json"], { environment })).toMatchObject({ status: 0 });
});
