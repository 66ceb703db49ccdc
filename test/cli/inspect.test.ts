import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connect } from "../../src/cli/connection.ts";
import { argumentsOf } from "../../src/cli/inspect/arguments.ts";
import { inspectCluster } from "../../src/cli/inspect/inspection.ts";
import { drawTable } from "../../src/cli/inspect/table.ts";
import { drawTree } from "../../src/cli/inspect/tree.ts";
import { Screen } from "../../src/cli/screen.ts";
import { fixtureCluster, fixtureClusters } from "../support/cli/clusters.ts";
import { environmentFor, runCli } from "../support/cli/run.ts";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { configuredFor } from "../support/provider/reading.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";

interface Answer {
  readonly [name: string]: unknown;
}

const parsed = (text: string): Answer => JSON.parse(text) as Answer;

/** What warnings say to readers who have a configuration. */
const OF_CONFIGURATIONS = [
  /\nMind that mappings made with for_each .*?map = gpus\./,
  /: in for_each, leave out the elements of mappings whose kind is "pf"/,
  /, and with for_each the mapping is planned for destruction/,
];

const withoutConfiguration = (detail: string): string =>
  OF_CONFIGURATIONS.reduce((text, part) => text.replace(part, ""), detail).replaceAll(
    "The data source gpuhost_pci_mappings says",
    "gpuhost doctor says",
  );

describe("every cluster of the fixtures", () => {
  const clusters = fixtureClusters();
  let pve: PveStandIn;
  afterEach(() => pve.close());

  test.for(clusters)("%s as JSON has the values of the data source", async ([, source]) => {
    pve = await startPve({ source });
    const provider = await configuredFor(pve, pve.tokens.root);
    for (const { args, options } of [
      { args: {}, options: ["--all"] },
      { args: { classes: ["gpu"], at_least: 0, include_usage: true }, options: ["--usage"] },
    ]) {
      const { state, told } = await provider.read({ ...args, unreachable_nodes: "warn" });
      const run = await runCli(["inspect", "--json", ...options], {
        environment: environmentFor(pve, pve.tokens.root),
      });
      expect(run.status).toBe(0);
      const { devices, gpus, by_node, mappings, pools, warnings } = parsed(run.stdout);
      expect({ devices, gpus, by_node, mappings, pools }).toEqual({
        devices: state?.["devices"],
        gpus: state?.["gpus"],
        by_node: state?.["by_node"],
        mappings: state?.["mappings"],
        pools: state?.["pools"],
      });
      expect(warnings).toEqual(
        told.map(({ summary, detail }) => ({ summary, detail: withoutConfiguration(detail) })),
      );
    }
  });

  test.for(clusters)("%s fits the terminal as a tree and as a table", async ([, source]) => {
    pve = await startPve({ source });
    const environment = environmentFor(pve, pve.tokens.root);
    const { client } = await connect(
      {},
      {
        version: "1.2.3",
        environment,
        platform: "linux",
        stdin: process.stdin,
      },
    );
    const context = { instance: client, signal: new AbortController().signal };
    const args = argumentsOf({ all: true, usage: true });
    const inspection = await inspectCluster(args, context, () => {});
    await client.close();
    for (const columns of [20, 80, 200]) {
      const stream = { isTTY: true, columns, write: () => true, on: () => {} };
      const screen = new Screen(stream, { NO_COLOR: "1" }, "linux");
      const lines = [drawTree, drawTable].flatMap((draw) => draw(inspection, screen).split("\n"));
      expect(lines.filter((line) => stringWidth(line) > columns)).toEqual([]);
    }
  });
});

describe("the recorded cluster", () => {
  let pve: PveStandIn;
  beforeAll(async () => {
    pve = await startPve();
  });
  afterEach(() => pve.faults.clear());
  afterAll(() => pve.close());

  const inspect = (args: readonly string[], options: Parameters<typeof runCli>[1] = {}) =>
    runCli(["inspect", ...args], {
      ...options,
      environment: { ...environmentFor(pve), ...options?.environment },
    });

  test("says of each member whether it answers and whether its IOMMU is on", async () => {
    const { stdout } = await inspect(["--json"]);
    expect(parsed(stdout)).toMatchObject({
      format_version: "1.0",
      provider_version: "1.2.3",
      endpoint: pve.endpoint,
      proxmox_version: "9.2.11",
      nodes: [
        { name: "pve1", status: "online", iommu: true },
        { name: "pve2", status: "online", iommu: true },
        { name: "pve3", status: "online", iommu: false },
        { name: "pve4", status: "offline", iommu: null },
      ],
    });
  });

  test("filters that select nothing are named as options, and nothing is advised that only a configuration can", async () => {
    const { status, stderr } = await inspect([
      "--name-regex",
      "nothing is called so",
      "--vendor-ids",
      "10df",
    ]);
    expect(status).toBe(0);
    expect(stderr).toContain("warning: No PCI Device Matches\n");
    expect(stderr).toMatch(/, left out by --vendor-ids and --name-regex\n/);
    expect(stderr).not.toMatch(/at_least|name_regex|vendor_ids|for_each/);
  });

  test("a node that does not answer is unreachable; one that is not asked for is not read", async () => {
    pve.faults.add({ kind: "status", status: 595, reason: "No route to host" }, { node: "pve2" });
    const all = await inspect(["--json"]);
    expect(parsed(all.stdout)["nodes"]).toContainEqual({ name: "pve2", status: "unreachable", iommu: null });
    const one = await inspect(["--json", "--nodes", "pve1"]);
    expect(parsed(one.stdout)["nodes"]).toContainEqual({ name: "pve2", status: "online", iommu: null });
    const tree = await inspect([]);
    expect(tree.stdout).toContain("pve2  unreachable, not read\n");
    expect(tree.stdout).toContain("pve4  offline, not read\n");
    expect(tree.stderr).toContain("warning: ");
  });

  test.for([
    { options: [], gpus: true },
    { options: ["--nodes", "pve1,pve2"], gpus: true },
    { options: ["--usage", "--mapping-prefix", "card"], gpus: true },
    { options: ["--all"], gpus: false },
    { options: ["--vendor-ids", "8086"], gpus: false },
  ])("with $options there are GPUs alone: $gpus", async ({ options, gpus }) => {
    const { stdout } = await inspect(["--json", ...options]);
    const devices = parsed(stdout)["devices"] as readonly { readonly gpu: boolean }[];
    expect(devices.every(({ gpu }) => gpu)).toBe(gpus);
  });

  test.for([
    ["--classes", "audio,usb"],
    ["--classes", "audio", "--classes", "0c03"],
    ["--ids", "10DE:2204,0x10de:1aef"],
    ["--subsystem-ids", "1462:3884"],
    ["--paths", "pve1/01:00,0000:02:00.1"],
    ["--name-regex", "RTX 3090\\]"],
    ["--mdev", "true"],
    ["--virtual-functions", "true"],
    ["--virtual-functions", "false"],
    ["--physical-function", "pve2/c1:00.0"],
    ["--mapping-names", "model"],
  ])("%s %s is the argument of the data source", async (options) => {
    const provider = await configuredFor(pve, pve.tokens.mapper);
    const args: { [name: string]: string | boolean | readonly string[] } = {};
    for (let index = 0; index < options.length; index += 2) {
      const name = (options[index] ?? "").slice(2).replaceAll("-", "_");
      const value = options[index + 1] ?? "";
      if (["name_regex", "physical_function", "mapping_names"].includes(name)) args[name] = value;
      else if (value === "true" || value === "false") args[name] = value === "true";
      else args[name] = [...((args[name] as readonly string[] | undefined) ?? []), ...value.split(",")];
    }
    const defaults = options.includes("--mapping-names") ? { classes: ["gpu"] } : {};
    const { state } = await provider.read({ ...defaults, ...args, unreachable_nodes: "warn" });
    const { stdout } = await inspect(["--json", ...options]);
    expect(parsed(stdout)["devices"]).toEqual(state?.["devices"]);
    expect(parsed(stdout)["mappings"]).toEqual(state?.["mappings"]);
    expect(state?.["devices"]).not.toEqual([]);
  });

  test("what is wrong with a filter that only the cluster shows is a failure, and nothing is printed", async () => {
    const stranger = await inspect(["--nodes", "pve9"]);
    expect(stranger).toMatchObject({
      status: 1,
      stdout: "",
      stderr: `error: Node Not Found (--nodes)\n  "pve9" is no node of this cluster (GET /api2/json/nodes at ${pve.endpoint}). Its members are pve1, pve2, pve3 and pve4.\n`,
    });
    const parent = await inspect(["--physical-function", "pve9/c1:00.0"]);
    expect(parent).toMatchObject({ status: 1, stdout: "" });
    expect(parent.stderr).toMatch(/^error: Node Not Found \(--physical-function\)\n {2}"pve9" is no node/);
    const nothing = await inspect(["--json", "--nodes", "pve1", "--paths", "pve1/ff:00"]);
    expect(nothing).toMatchObject({ status: 1, stdout: "" });
    expect(nothing.stderr).toMatch(
      /error: PCI Device Not Found \(--paths\)\n {2}There is no PCI device at "pve1\/ff:00"/,
    );
  });

  test("a refused token is a failure, and no secret is said", async () => {
    const run = await inspect(["--json"], { environment: { PROXMOX_VE_API_TOKEN: pve.tokens.wrongSecret } });
    expect(run).toMatchObject({ status: 1, stdout: "" });
    expect(run.stderr).toMatch(/^error: /);
    expect(run.stderr).not.toContain(pve.tokens.wrongSecret.split("=")[1]);
  });

  test("a certificate that nobody trusts is told with the options that help", async () => {
    const run = await inspect([], { environment: { GPUHOST_CA_FILE: "" } });
    expect(run).toMatchObject({ status: 1, stdout: "" });
    expect(run.stderr).toContain(pve.fingerprint);
    expect(run.stderr).toMatch(
      / {2}Here these are --ca-file FILE or GPUHOST_CA_FILE, --fingerprint SHA256 or GPUHOST_FINGERPRINTS,\n {2}and --insecure or PROXMOX_VE_INSECURE=true\.\n$/,
    );
    const pinned = await inspect(["--fingerprint", pve.fingerprint], {
      environment: { GPUHOST_CA_FILE: "" },
    });
    expect(pinned.status).toBe(0);
    const insecure = await inspect(["--insecure"], { environment: { GPUHOST_CA_FILE: "" } });
    expect(insecure.status).toBe(0);
  });

  test("options are named where they help, and nowhere else", async () => {
    const other = await startPve({ certificateHosts: ["pve1.example.com"], maxTls: "TLSv1.2" });
    const ask = (environment: NodeJS.ProcessEnv) =>
      inspect([], {
        environment: { PROXMOX_VE_ENDPOINT: other.endpoint, GPUHOST_CA_FILE: other.caFile, ...environment },
      });
    const misnamed = await ask({ PROXMOX_VE_MIN_TLS: "1.2" });
    expect(misnamed.stderr).toMatch(
      / {2}Here these are --fingerprint SHA256 or GPUHOST_FINGERPRINTS,\n {2}and --insecure or PROXMOX_VE_INSECURE=true\.\n$/,
    );
    const old = await ask({});
    expect(old.stderr).toMatch(/set min_tls = "1\.2"\.\n {2}Here this is PROXMOX_VE_MIN_TLS\.\n$/);
    other.faults.add({ kind: "hang" });
    const slow = await ask({ PROXMOX_VE_MIN_TLS: "1.2", PROXMOX_VE_INSECURE: "true", GPUHOST_TIMEOUT: "1" });
    expect(slow.stderr).toMatch(/ {2}Here this is --timeout SECONDS or GPUHOST_TIMEOUT\.\n$/);
    const plain = createServer((socket) =>
      socket.on("error", () => {}).end("HTTP/1.1 400 Bad Request\r\n\r\n"),
    );
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const address = plain.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const none = await ask({ PROXMOX_VE_ENDPOINT: `https://127.0.0.1:${port}` });
    expect(none.stderr).toMatch(/ {2}Check the port: Proxmox listens on 8006\.\n$/);
    plain.close();
    await other.close();
  });

  test("the token comes from standard input, and several endpoints are members of one cluster", async () => {
    const args = ["--api-token-file", "-", "--endpoint", "https://127.0.0.1:1", "--endpoint", pve.endpoint];
    const environment = { PROXMOX_VE_API_TOKEN: "", PROXMOX_VE_ENDPOINT: "" };
    const run = await inspect([...args, "--json", "--ca-file", pve.caFile], {
      stdin: `${pve.tokens.mapper}\n`,
      environment,
    });
    expect(run.status).toBe(0);
    expect(parsed(run.stdout)["endpoint"]).toBe(pve.endpoint);
    const empty = await inspect(args, { stdin: "\n", environment });
    expect(empty).toMatchObject({
      status: 1,
      stderr:
        "error: No API Token (--api-token-file)\n  standard input is empty. It has to hold an API token, USER@REALM!TOKENID=SECRET, and nothing else.\n",
    });
    const folder = await mkdtemp(join(tmpdir(), "gpuhost-token-"));
    // As `"TOKEN" > token.txt` of Windows PowerShell writes it, and as its Set-Content -Encoding UTF8 does.
    for (const [name, bytes] of [
      ["utf-16", Buffer.from(`\ufeff${pve.tokens.mapper}\r\n`, "utf16le")],
      ["utf-8", Buffer.from(`\ufeff${pve.tokens.mapper}\r\n`, "utf8")],
    ] as const) {
      const token = join(folder, name);
      await writeFile(token, bytes);
      const args = ["--json", "--api-token-file", token, "--ca-file", pve.caFile];
      expect(await inspect(args, { environment: { PROXMOX_VE_API_TOKEN: "" } }), name).toMatchObject({
        status: 0,
      });
    }
    await rm(folder, { recursive: true });
    const missing = await inspect(["--api-token-file", "/does/not/exist"]);
    expect(missing).toMatchObject({
      status: 1,
      stderr:
        "error: API Token Cannot Be Read (--api-token-file)\n  /does/not/exist cannot be read (ENOENT).\n",
    });
    const large = await inspect(args, { stdin: "x".repeat(70_000), environment });
    expect(large).toMatchObject({
      status: 1,
      stderr:
        "error: API Token Cannot Be Read (--api-token-file)\n  standard input has more than 64 KiB, which no API token has.\n",
    });
    const endless = await inspect(["--api-token-file", "/dev/zero"]);
    expect(endless).toMatchObject({
      status: 1,
      stderr:
        "error: API Token Cannot Be Read (--api-token-file)\n  /dev/zero has more than 64 KiB, which no API token has.\n",
    });
  });

  test("progress counts the nodes: a terminal forgets it, a file keeps the last of it", async () => {
    const terminal = await inspect(["--json"], { columns: 80 });
    for (const count of [0, 1, 2, 3]) expect(terminal.stderr).toContain(`\r\u001b[K${count} of 3 nodes`);
    expect(terminal.stderr).toContain("3 of 3 nodes\r\u001b[K");
    const pipe = await inspect(["--json"]);
    expect(pipe.stderr.split("\n")[0]).toBe("3 of 3 nodes");
  });

  test("colour is for terminals, and never with NO_COLOR", async () => {
    const coloured = await inspect([], { columns: 80 });
    expect(coloured.stdout).toContain("\u001b[");
    for (const options of [{}, { columns: 80, environment: { NO_COLOR: "1" } }]) {
      const plain = await inspect([], options);
      expect(plain.stdout).not.toContain("\u001b");
    }
    const json = await inspect(["--json"], { columns: 80 });
    expect(json.stdout).not.toContain("\u001b");
  });

  test("a locale without Unicode gets ASCII", async () => {
    const run = await inspect(["--usage"], { environment: { LC_ALL: "C", COLUMNS: "80" } });
    expect(run.stdout).toMatch(/^[\n -~]+$/);
    expect(run.stdout).toContain("|- 0000:01:00 NVIDIA Corporation GA102 [GeForce RTX 3090]\n");
  });

  test("Ctrl-C ends it without a word, as the signal that it was", async () => {
    pve.faults.add({ kind: "hang" }, { path: "/nodes/pve1/hardware/pci" });
    const seen = pve.requests.waitFor(({ path }) => path === "/nodes/pve1/hardware/pci");
    const run = await inspect([], {
      onStart: (process) => void seen.then(() => process.emit("SIGINT", "SIGINT")),
    });
    expect(run).toMatchObject({ status: -1, stdout: "", killed: ["SIGINT"] });
    expect(run.stderr).toMatch(/^(\d of 3 nodes\n)?$/);
  });

  test.for(["SIGINT", "SIGBREAK", "SIGHUP"] as const)(
    "on Windows %s ends it without a word, with the status of Ctrl-C",
    async (signal) => {
      pve.faults.add({ kind: "hang" }, { path: "/nodes/pve1/hardware/pci" });
      const before = pve.requests.requests.length;
      const run = await inspect([], {
        platform: "win32",
        onStart: async (process) => {
          const hanging = ({ path }: { path: string }) => path === "/nodes/pve1/hardware/pci";
          await expect.poll(() => pve.requests.requests.slice(before).some(hanging)).toBe(true);
          process.emit(signal, signal);
        },
      });
      expect(run).toMatchObject({ status: -1, stdout: "", killed: [-1073741510] });
      expect(run.stderr).toMatch(/^(\d of 3 nodes\n)?$/);
    },
  );

  test("what Windows shows in a pipe is ASCII, and on a console one column narrower than that", async () => {
    const pipe = await inspect(["--usage"], { platform: "win32", environment: { COLUMNS: "80" } });
    expect(pipe.stdout).toMatch(/^[\n -~]+$/);
    const console = await inspect(["--usage"], { platform: "win32", columns: 80 });
    const widths = stripVTControlCharacters(console.stdout)
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBe(79);
    expect(console.stdout).toContain("├─ ");
    expect(console.stdout).toContain("\u001b[1m");
  });
});

test("the tree shows a card with what shares its group, and who uses it", async () => {
  const pve = await startPve({
    source: {
      ...hardwareOf({
        pve1: [
          pciFunction("0000:00:01.0", "8086:a70d", "060400", 2),
          pciFunction("0000:01:00.0", "10de:2204", "030000", 2, "GA102 [GeForce RTX 3090]", {
            subsystem_vendor: "0x1462",
            subsystem_device: "0x3884",
          }),
          pciFunction("0000:01:00.1", "10de:1aef", "040300", 2, "GA102 High Definition Audio Controller"),
          pciFunction("0000:02:00.0", "8086:15f3", "020000", 2, "Ethernet Controller I225-V"),
        ],
      }),
      guests: [
        {
          vmid: 101,
          node: "pve1",
          name: "worker",
          machine: "q35",
          hostpci0: "0000:01:00,pcie=1",
          running: true,
        },
      ],
    },
  });
  try {
    const { stdout } = await runCli(["inspect", "--usage"], {
      environment: { ...environmentFor(pve, pve.tokens.root), COLUMNS: "80" },
    });
    expect(stdout).toBe(`pve1  IOMMU on
└─ 0000:01:00 NVIDIA Corporation GA102 [GeForce RTX 3090]
   │  gpu-pve1-01-00 · 10de:2204, subsystem 1462:3884 · not isolated
   │  guest 101 (worker) hostpci0, running
   └─ IOMMU group 2
      ├─ 0000:01:00.0 10de:2204 gpu         NVIDIA Corporation GA102 [GeForce R…
      ├─ 0000:01:00.1 10de:1aef audio       NVIDIA Corporation GA102 High Defin…
      └─ 0000:02:00.0 8086:15f3 also in this group: Intel Corporation Ethernet…
`);
  } finally {
    await pve.close();
  }
});

test("names of hardware and of guests are text: nothing in them moves a cursor or colours a line", async () => {
  const evil = "RTX\u001b[2J\u001b]0;owned\u0007\u202e\u009b31m\nx";
  const pve = await startPve({
    source: {
      ...hardwareOf({ pve1: [pciFunction("0000:01:00.0", "10de:2204", "030000", 2, evil)] }),
      guests: [{ vmid: 101, node: "pve1", name: "a\u001b[31mb", hostpci0: "0000:01:00" }],
    },
  });
  try {
    const environment = environmentFor(pve, pve.tokens.root);
    for (const form of [[], ["--table"], ["--json"]]) {
      const run = await runCli(["inspect", "--usage", ...form], { environment });
      expect(run.status).toBe(0);
      expect(run.stdout + run.stderr).not.toMatch(/[^\n\P{Cc}]|\u202e/u);
    }
    const { stdout } = await runCli(["inspect", "--json"], { environment });
    const [device] = parsed(stdout)["devices"] as readonly { readonly name: string }[];
    const { state } = await (await configuredFor(pve)).read({});
    const [same] = (state?.["devices"] ?? []) as readonly { readonly name: string }[];
    expect(device?.name).toBe(same?.name);
  } finally {
    await pve.close();
  }
});

test("without quorum it names the options that help", async () => {
  const pve = await startPve({ source: fixtureCluster("no-quorum.json") });
  const { status, stderr } = await runCli(["inspect"], { environment: environmentFor(pve) });
  await pve.close();
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: Cluster Without Quorum\n/m);
  expect(stderr).toMatch(
    /, or set --endpoint to a member that has quorum\. Read alone, with --nodes \S+, it answers for itself\.\n$/,
  );
});
