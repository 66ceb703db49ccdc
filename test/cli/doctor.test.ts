import { stripVTControlCharacters } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { CHECKS } from "../../src/cli/doctor/check.ts";
import { closeAll, doctor, guest, host, LINE, started } from "../support/cli/doctor.ts";
import { environmentFor, runCli } from "../support/cli/run.ts";
import { cutOff } from "../support/pve/cluster.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { PASSWORD } from "../support/pve/standard-access.ts";

afterEach(closeAll);

test("all is right: every check is there once", async () => {
  const pve = await started(host({ mappings: [LINE], guests: [guest(101)] }));
  const { checks } = await doctor(pve);
  expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
  expect([...new Set(checks.map(({ check }) => check))]).toEqual(CHECKS);
  expect(checks.map(({ check, subject }) => `${check} ${subject}`)).toEqual([
    `endpoint ${pve.endpoint}`,
    `tls ${pve.endpoint}`,
    "sign-in null",
    "privileges /",
    "privileges /mapping/pci",
    "privileges /vms",
    "version pve1",
    "quorum null",
    "nodes pve1",
    "iommu pve1",
    "isolation pve1/0000:01:00",
    "mappings rtx",
    "usage null",
    "guests 101",
  ]);
});

describe("endpoint", () => {
  const SILENT = "https://127.0.0.1:1";

  test("one of several is silent", async () => {
    const pve = await started(host());
    const { of } = await doctor(pve, { args: ["--endpoint", SILENT, "--endpoint", pve.endpoint] });
    expect(of("endpoint")).toMatchObject([
      { subject: SILENT, status: "warning", summary: "refuses the connection; the others answer" },
      { subject: pve.endpoint, status: "ok", summary: "answers" },
    ]);
    expect(of("guests")).toMatchObject([{ status: "ok" }]);
  });

  test("none answers, and nothing else is asked", async () => {
    const pve = await started(host());
    const { checks } = await doctor(pve, { args: ["--endpoint", SILENT] });
    expect(checks).toMatchObject([{ check: "endpoint", subject: SILENT, status: "error" }]);
    expect(checks[0]?.fix).toMatch(/pveproxy runs on it/);
  });
});

describe("tls", () => {
  test("says the fingerprint", async () => {
    const pve = await started(host());
    const trusted = await doctor(pve);
    expect(trusted.of("tls")).toMatchObject([
      {
        status: "ok",
        summary: `the certificate is trusted; its fingerprint is ${pve.fingerprint}`,
        fix: null,
      },
    ]);
    const pinned = await doctor(pve, {
      args: ["--fingerprint", pve.fingerprint],
      environment: { GPUHOST_CA_FILE: "" },
    });
    expect(pinned.of("tls")[0]?.summary).toBe(
      `the certificate is pinned; its fingerprint is ${pve.fingerprint}`,
    );
    const another = pve.fingerprint.replace(/^../, (byte) => (byte === "00" ? "01" : "00"));
    const unlisted = await doctor(pve, { args: ["--fingerprint", another] });
    expect(unlisted.of("tls")).toMatchObject([
      {
        status: "ok",
        summary: `the certificate is trusted; its fingerprint is ${pve.fingerprint}; no listed fingerprint is this one's`,
      },
    ]);
  });

  test("warns of insecure, and how to pin", async () => {
    const pve = await started(host());
    const { of } = await doctor(pve, { args: ["--insecure"], environment: { GPUHOST_CA_FILE: "" } });
    expect(of("tls")).toMatchObject([
      {
        status: "warning",
        fix:
          "On 127.0.0.1: pvenode cert info\nWhere it prints this fingerprint, here: " +
          `export GPUHOST_FINGERPRINTS=${pve.fingerprint}\nunset PROXMOX_VE_INSECURE`,
      },
    ]);
  });

  test("says on Windows in PowerShell how to pin", async () => {
    const pve = await started(host());
    const { of } = await doctor(pve, {
      platform: "win32",
      args: ["--insecure"],
      environment: { GPUHOST_CA_FILE: "" },
    });
    expect(of("tls")[0]?.fix).toBe(
      "On 127.0.0.1: pvenode cert info\nWhere it prints this fingerprint, here: " +
        `$env:GPUHOST_FINGERPRINTS = '${pve.fingerprint}'\nRemove-Item Env:PROXMOX_VE_INSECURE`,
    );
  });

  test("refuses whom nobody trusts, and asks nothing of it", async () => {
    const pve = await started(host());
    const { checks, of } = await doctor(pve, { environment: { GPUHOST_CA_FILE: "" } });
    expect(checks.map(({ check }) => check)).toEqual(["endpoint", "tls"]);
    expect(of("tls")).toMatchObject([{ status: "error" }]);
    expect(of("tls")[0]?.fix).toContain(`export GPUHOST_FINGERPRINTS=${pve.fingerprint}`);
    expect(pve.requests.lines).toEqual([]);
  });
});

test("tls: names the variable where the host speaks only an older version", async () => {
  const pve = await startPve({ source: host(), maxTls: "TLSv1.2" });
  const { of } = await doctor(pve);
  await pve.close();
  expect(of("tls")).toMatchObject([
    { status: "error", fix: "Where this host is limited to TLS 1.2, here: export PROXMOX_VE_MIN_TLS=1.2" },
  ]);
});

test("endpoint: names the option for more time", async () => {
  const pve = await started(host());
  pve.faults.add({ kind: "hang" });
  const { of } = await doctor(pve, { args: ["--timeout", "1"] });
  expect(of("endpoint")).toMatchObject([
    {
      status: "error",
      fix:
        'Check that the host is not overloaded, or allow more time with "timeout" (seconds, at most 300).\n' +
        "Here this is --timeout SECONDS or GPUHOST_TIMEOUT.",
    },
  ]);
});

describe("sign-in", () => {
  test("a password where a token would do", async () => {
    const pve = await started(host());
    const { of } = await doctor(pve, {
      environment: {
        PROXMOX_VE_API_TOKEN: "",
        PROXMOX_VE_USERNAME: "gpu@pve",
        PROXMOX_VE_PASSWORD: PASSWORD,
      },
    });
    expect(of("sign-in")).toMatchObject([
      {
        subject: null,
        status: "warning",
        summary: "as gpu@pve, by a password; a token would do, and can be taken back by itself",
        fix:
          "pveum user token add gpu@pve gpuhost --privsep 1\n" +
          "pveum acl modify / --tokens 'gpu@pve!gpuhost' --roles PVEAuditor",
      },
    ]);
  });

  test("a one-time password is used once", async () => {
    const pve = await started(host());
    const { of } = await doctor(pve, {
      args: ["--endpoint", "https://127.0.0.1:1", "--endpoint", pve.endpoint],
      environment: {
        PROXMOX_VE_API_TOKEN: "",
        PROXMOX_VE_USERNAME: "tfa@pve",
        PROXMOX_VE_PASSWORD: PASSWORD,
        PROXMOX_VE_OTP: "123456",
      },
    });
    expect(of("endpoint")).toMatchObject([{ subject: pve.endpoint, status: "ok" }]);
    expect(of("sign-in")).toMatchObject([{ status: "warning" }]);
    expect(of("guests")).toMatchObject([{ status: "ok" }]);
    expect(pve.requests.lines.filter((line) => line.includes("/access/ticket"))).toHaveLength(1);
  });

  test("a token that is refused, and no secret is said", async () => {
    const pve = await started(host());
    const { checks, of } = await doctor(pve, {
      environment: { PROXMOX_VE_API_TOKEN: pve.tokens.wrongSecret },
    });
    expect(of("sign-in")).toMatchObject([{ status: "error" }]);
    expect(checks.map(({ check }) => check)).toEqual(["endpoint", "tls", "sign-in"]);
    expect(JSON.stringify(checks)).not.toContain(pve.tokens.wrongSecret.split("=")[1]);
  });
});

test("privileges: what is missing for less, and what nothing goes without", async () => {
  const pve = await started(host({ mappings: [LINE], guests: [guest(101)] }));
  const audit = await doctor(pve, { environment: { PROXMOX_VE_API_TOKEN: pve.tokens.sysAudit } });
  expect(audit.of("privileges")).toMatchObject([
    { subject: "/", status: "ok", summary: "Sys.Audit, for reading PCI devices", fix: null },
    {
      subject: "/mapping/pci",
      status: "warning",
      summary: "Mapping.Audit is missing, for seeing every mapping",
      fix:
        "pveum acl modify /mapping/pci --users sysaudit@pve --roles PVEAuditor\n" +
        "pveum acl modify /mapping/pci --tokens 'sysaudit@pve!ci' --roles PVEAuditor",
    },
    { subject: "/vms", status: "warning", summary: "VM.Audit is missing, for seeing which guests use what" },
  ]);
  expect(audit.of("usage")).toMatchObject([
    {
      subject: null,
      status: "warning",
      summary:
        "a device may have users that nobody sees here: Proxmox says nothing of guests for which VM.Audit is missing; here it is not granted on /vms and all below",
      fix: "Grant the token and its user what is missing, on the paths named here; the role PVEAuditor has all of it.",
    },
  ]);
  const modify = await doctor(pve, { environment: { PROXMOX_VE_API_TOKEN: pve.tokens.sysModify } });
  expect(modify.of("privileges", "/")).toMatchObject([
    { status: "ok", summary: "Sys.Modify, for reading PCI devices" },
  ]);
  const nothing = await doctor(pve, { environment: { PROXMOX_VE_API_TOKEN: pve.tokens.nothing } });
  expect(nothing.of("privileges", "/")).toMatchObject([
    { status: "error", summary: "Sys.Audit is missing, for reading PCI devices" },
  ]);
  expect(nothing.of("version")).toMatchObject([{ status: "ok" }]);
  expect(nothing.of("isolation")).toEqual([]);
});

test.for([
  ["9.2.11", "ok", "Proxmox VE 9.2.11"],
  ["9.1.12", "ok", "Proxmox VE 9.1.12"],
  [
    "8.4.1",
    "warning",
    "Proxmox VE 8.4.1 does not report virtual functions: they are told by place, id and name (9.1.12 reports them)",
  ],
  ["7.4-20", "warning", "Proxmox VE 7.4-20 has no PCI mappings, and leaves mapped devices out of guests"],
  ["7.4-3", "warning", "Proxmox VE 7.4-3 has no PCI mappings, and leaves mapped devices out of guests"],
  [
    "7.3-6",
    "warning",
    "Proxmox VE 7.3-6 has no PCI mappings; and it is older than 7.4, the oldest that this provider is tested with",
  ],
  [
    "6.4-15",
    "warning",
    "Proxmox VE 6.4-15 has no PCI mappings; and it is older than 7.4, the oldest that this provider is tested with",
  ],
] as const)("version: %s is %s", async ([version, status, summary]) => {
  const { of } = await doctor(await started(host({ version })));
  expect(of("version")).toMatchObject([{ subject: "pve1", status, summary }]);
});

describe("quorum", () => {
  test("is there, in a cluster", async () => {
    const { of } = await doctor(await started());
    expect(of("quorum")).toMatchObject([{ status: "ok", summary: "the cluster lab has quorum" }]);
  });

  test("is lost", async () => {
    const pve = await started();
    cutOff(pve.cluster, "pve1");
    const { of } = await doctor(pve);
    expect(of("quorum")).toMatchObject([{ subject: null, status: "error", fix: "pvecm status" }]);
  });

  test("is not told", async () => {
    const pve = await started();
    const body = JSON.stringify({ data: [{ type: "cluster", name: "lab", id: "cluster" }] });
    pve.faults.add({ kind: "body", body }, { path: "/cluster/status" });
    const { of } = await doctor(pve);
    expect(of("quorum")).toMatchObject([
      { status: "warning", summary: "the cluster lab does not say whether it has quorum" },
    ]);
  });
});

test("nodes: one is offline, one does not answer", async () => {
  const pve = await started();
  pve.faults.add(
    { kind: "status", status: 595, reason: "No route to host" },
    { path: "/nodes/pve2/hardware/pci" },
  );
  const { of } = await doctor(pve);
  expect(of("nodes")).toMatchObject([
    { subject: "pve1", status: "ok", summary: "online, and was read" },
    { subject: "pve2", status: "error", fix: "On pve2: systemctl restart pveproxy pvedaemon" },
    { subject: "pve3", status: "ok" },
    { subject: "pve4", status: "warning", summary: "offline" },
  ]);
});

describe("for a person", () => {
  const source = host({ mappings: [LINE], guests: [guest(101, { memory: "8192", balloon: 2048 })] });
  const run = async (pve: PveStandIn, args: readonly string[], columns?: number) =>
    runCli(["doctor", ...args], {
      environment: environmentFor(pve, pve.tokens.root),
      ...(columns === undefined ? {} : { columns }),
    });

  test("each check is a line, and below it what mends it", async () => {
    const { status, stdout, stderr } = await run(await started(source), []);
    expect(status).toBe(0);
    expect(stderr).toBe("1 of 1 node\n");
    expect(stdout).toContain("ok      iommu      pve1: on\n");
    expect(stdout).toMatch(
      /\nwarning guests {5}101: vm-101 on pve1: ballooning down .*\n {19}> pvesh set \/nodes\/pve1\/qemu\/101\/config --balloon 0\n0 errors, 1 warning, 13 ok\n$/,
    );
  });

  test("--strict makes a warning a failure", async () => {
    const pve = await started(source);
    expect((await run(pve, ["--strict"])).status).toBe(1);
    pve.cluster.guests.clear();
    expect((await run(pve, ["--strict"])).status).toBe(0);
  });

  test("no line but commands and fingerprints is wider than the terminal", async () => {
    const { stdout } = await run(await started(), [], 80);
    const lines = stdout.split("\n").filter((line) => !/> |(?::[0-9A-F]{2}){8}/.test(line));
    expect(lines.filter((line) => stripVTControlCharacters(line).length > 80)).toEqual([]);
  });
});
