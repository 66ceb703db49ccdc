/** `doctor` where Proxmox fails to answer one of its questions: that is told, and what it would have told is not taken for right. */
import { afterEach, expect, test } from "vitest";
import { closeAll, doctor, gpu, guest, host, LINE, sound, started } from "../support/cli/doctor.ts";
import { FaultProxy } from "../support/faults/fault-proxy.ts";
import { hardwareOf } from "../support/provider/hardware.ts";
import { createCertificateAuthority } from "../support/pve/certificate.ts";

afterEach(closeAll);

const authority = createCertificateAuthority();
const identity = authority.issue({ hosts: ["127.0.0.1"] });

/** Examines a host of which one request is answered with 500. */
async function examineWithout(path: string, reason = "broken", code = 500) {
  const pve = await started(host({ mappings: [LINE], guests: [guest(101)] }));
  const proxy = new FaultProxy({ upstream: pve.endpoint, identity });
  proxy.onExchange = async (exchange) => {
    const answer = await exchange.answer();
    const struck = exchange.request.target === `/api2/json${path}`;
    return exchange.send(struck ? { ...answer, status: code, reason } : answer);
  };
  await proxy.start();
  const { checks } = await doctor(pve, {
    environment: {
      PROXMOX_VE_ENDPOINT: proxy.endpoint,
      GPUHOST_CA_FILE: "",
      GPUHOST_CA_PEM: authority.certificatePem,
      GPUHOST_MAX_RETRIES: "0",
    },
  });
  await proxy.close();
  return { wrong: checks.filter(({ status }) => status !== "ok"), checks, endpoint: proxy.endpoint };
}

test.each([
  ["/nodes", "nodes", null, "error"],
  ["/access/permissions?path=%2F", "privileges", null, "error"],
  ["/nodes/pve1/hardware/pci?pci-class-blacklist=", "nodes", null, "error"],
  ["/cluster/status", "quorum", null, "error"],
  ["/cluster/mapping/pci", "mappings", null, "error"],
  ["/cluster/resources?type=vm", "usage", null, "error"],
  ["/nodes/pve1/qemu/101/config", "guests", "101", "warning"],
])("without an answer to %s, %s is told to be unknown", async (path, check, subject, status) => {
  const { wrong, endpoint } = await examineWithout(path);
  expect(wrong).toContainEqual({
    check,
    subject,
    status,
    summary: `cannot be read: Proxmox failed to answer (500 broken); tried: GET /api2/json${path} at ${endpoint}`,
    fix: "The journals of pveproxy and pvedaemon on that host may say why.",
  });
});

test("checks are in their order, with those that could not be made among them", async () => {
  const { checks } = await examineWithout("/cluster/status");
  expect(checks.map((one) => one.check)).toEqual([
    "endpoint",
    "tls",
    "sign-in",
    ...["privileges", "privileges", "privileges"],
    "version",
    "quorum",
    "nodes",
    "iommu",
    "isolation",
    "mappings",
    "usage",
    "guests",
  ]);
});

test("a privilege that Proxmox misses although it says that it is granted is told where it is missed", async () => {
  const reason = "Permission check failed (/, Sys.Audit)";
  const { wrong } = await examineWithout("/cluster/status", reason, 403);
  expect(wrong).toMatchObject([{ check: "quorum", status: "error" }]);
  expect(wrong[0]?.summary).toMatch(/^cannot be read: The privilege Sys\.Audit on \/ is missing/);
});

test("of guests on nodes that were not read, nothing is told", async () => {
  const line = LINE.replace("pve1", "pve2");
  const pve = await started({
    ...hardwareOf({ pve1: [gpu, sound], pve2: [gpu, sound], pve3: [] }),
    mappings: [{ id: "rtx", type: "pci", map: [LINE, line] }],
    guests: [guest(101), guest(102)],
  });
  const refuse = (node: string) =>
    pve.faults.add({ kind: "status", status: 595, reason: "Connection refused" }, { node });
  refuse("pve1");
  refuse("pve2");
  const some = await doctor(pve);
  expect(some.of("mappings")).toMatchObject([
    { status: "warning", summary: "cannot be compared with pve1 and pve2, which were not read" },
  ]);
  expect(some.of("usage")).toMatchObject([
    { summary: "no two guests on the nodes that were read want one device" },
  ]);
  expect(some.of("guests")).toMatchObject([
    { summary: "none that may be seen on the nodes that were read has PCI devices" },
  ]);
  refuse("pve3");
  const none = await doctor(pve);
  expect(none.of("nodes").map(({ status }) => status)).toEqual(["error", "error", "error"]);
  expect([...none.of("usage"), ...none.of("guests")]).toEqual([]);
});
