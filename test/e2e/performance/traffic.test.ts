/** What a plan asks of Proxmox: no request too many, no handshake too many, and never more at a time than it promises. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BenchServer, startServer } from "../../../scripts/bench/proxmox.ts";
import type { Traffic } from "../../../scripts/bench/traffic.ts";
import { workspaceOf } from "../../support/tofu/gpuhost.ts";
import type { Workspace } from "../../support/tofu/workspace.ts";

/** More than may be asked at a time, and each long enough under way for all of them to meet. */
const SIZE = { nodes: 14, functions: 60, delayMs: 150 };

let server: BenchServer;
let workspace: Workspace;

beforeAll(async () => {
  server = await startServer(SIZE);
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => workspace.remove());

/** For whoever sees one of these tests fail. */
const HINT =
  "What a plan asks of Proxmox has changed. Every request keeps one of a node's few workers busy, so find out what asks more; " +
  "what asks less, or has to ask more, belongs into this test.";

/** Plans a configuration that has to find every device, and tells what that took. */
async function plan(main: string): Promise<Traffic> {
  const output = 'output "devices" { value = length(data.gpuhost_pci_devices.all.devices) }\n';
  workspace = workspaceOf(`${main}${output}`, { environment: server.environment });
  await workspace.init();
  await server.traffic();
  const { stdout } = await workspace.succeed(["plan"]);
  expect(stdout).toContain(`devices = ${SIZE.nodes * SIZE.functions}`);
  return await server.traffic();
}

test("a plan asks each node once, however many data sources read it", async () => {
  const traffic = await plan(`provider "gpuhost" {}
data "gpuhost_pci_devices" "all" {}
data "gpuhost_pci_devices" "gpus" { classes = ["gpu"] }
data "gpuhost_pci_devices" "some" { nodes = ["pve001", "pve002"] }
`);
  expect(traffic, HINT).toEqual({
    requests: { "/nodes": 1, "/version": 1, "/nodes/{node}/hardware/pci": SIZE.nodes },
    // Proxmox closes the connection behind every list of devices. Two nodes are asked over those of /nodes and /version.
    handshakes: SIZE.nodes,
    // All but the first two, which begin together.
    resumed: SIZE.nodes - 2,
    bytes: expect.any(Number),
    // All that is large enough: not /version.
    compressed: SIZE.nodes + 1,
    peakPerNode: 1,
    peak: expect.any(Number),
  });
  expect(traffic.peak, `${HINT} This many requests were under way at a time`).toBeLessThanOrEqual(10);
});

test("a second configuration of the provider asks each node once more", async () => {
  const { requests, handshakes } = await plan(`provider "gpuhost" {}
provider "gpuhost" {
  alias   = "other"
  timeout = 60
}
data "gpuhost_pci_devices" "all" {}
data "gpuhost_pci_devices" "gpus" {
  provider = gpuhost.other
  classes  = ["gpu"]
}
data "gpuhost_pci_devices" "again" { provider = gpuhost.other }
`);
  expect(requests, HINT).toEqual({
    "/nodes": 2,
    "/version": 2,
    "/nodes/{node}/hardware/pci": 2 * SIZE.nodes,
  });
  expect(handshakes, `${HINT} This many TLS handshakes it took`).toBe(2 * SIZE.nodes);
});

const FIFTY = Array.from({ length: 50 }, (_, index) => index);

test("fifty data sources share what one configuration of the provider reads", async () => {
  const { requests, handshakes, peakPerNode, peak } = await plan(`provider "gpuhost" {}
data "gpuhost_pci_devices" "all" {}
${FIFTY.map((index) => `data "gpuhost_pci_devices" "node${index}" { nodes = ["pve${String((index % SIZE.nodes) + 1).padStart(3, "0")}"] }\n`).join("")}`);
  expect(requests, HINT).toEqual({ "/nodes": 1, "/version": 1, "/nodes/{node}/hardware/pci": SIZE.nodes });
  expect(handshakes, HINT).toBe(SIZE.nodes);
  expect(peakPerNode, HINT).toBe(1);
  expect(peak, HINT).toBeLessThanOrEqual(10);
});

test("fifty configurations of the provider read at once, each for itself", async () => {
  const { requests } = await plan(`provider "gpuhost" {}
data "gpuhost_pci_devices" "all" {}
${FIFTY.map(
  (index) => `provider "gpuhost" {
  alias   = "a${index}"
  timeout = ${60 + index}
}
data "gpuhost_pci_devices" "a${index}" {
  provider = gpuhost.a${index}
  nodes    = ["pve001"]
}
`,
).join("")}`);
  expect(requests, HINT).toEqual({
    "/nodes": 51,
    "/version": 51,
    "/nodes/{node}/hardware/pci": SIZE.nodes + 50,
  });
});
