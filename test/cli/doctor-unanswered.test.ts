/** `doctor` where Proxmox fails to answer one of its questions: that is told, and what it would have told is not taken for right. */
import { afterEach, expect, test } from "vitest";
import { closeAll, doctor, guest, host, LINE, started } from "../support/cli/doctor.ts";
import { FaultProxy } from "../support/faults/fault-proxy.ts";
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
