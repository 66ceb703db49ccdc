/** The lists that pass validation by bpg/proxmox, all the way into Proxmox. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { listRows } from "../support/documentation.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";

let pve: PveStandIn;
beforeAll(async () => {
  pve = await startPve();
});
afterAll(() => pve.close());

const RTX3090 = "id=10de:2204,node=pve1,path=0000:01:00,iommugroup=14,subsystem-id=1462:3884";
const WITHOUT_OPTIONAL = "id=10de:2204,node=pve1,path=0000:01:00";

test("every list that the guide lets pass makes the mapping that it says", async () => {
  const rows = listRows().filter(({ refused }) => !refused);
  const resources = rows.map(
    ({ map, forEach }, index) => `
resource "proxmox_hardware_mapping_pci" "row${index}" {
  ${forEach}
  name = "row${index}"
  map  = ${map}
}
`,
  );
  const workspace = await openConfiguration(pve, {
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "cards" {
  nodes = ["pve1"]
  paths = ["01:00.0"]
}
${resources.join("")}`,
  });
  await workspace.apply();
  const lines = rows.map((_, index) => pve.cluster.mappings.get(`row${index}`)?.map);
  expect(lines).toStrictEqual(
    rows.map(({ map }) => [
      map.includes("iommu_group") || !map.startsWith("[{") ? RTX3090 : WITHOUT_OPTIONAL,
    ]),
  );
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
});
