import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeOf, type PciDevice } from "../support/pve/cluster.ts";
import { exchange } from "../support/pve/exchange.ts";
import type { Json, JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import type { StandardTokens } from "../support/pve/standard-access.ts";

const CARD = "id=10de:2204,iommugroup=14,node=pve1,path=0000:01:00,subsystem-id=1462:3884";
const OTHER = "id=10de:1e07,iommugroup=15,node=pve1,path=0000:02:00,subsystem-id=1043:866a";
const IGPU = "id=8086:3e92,iommugroup=0,node=pve1,path=0000:00:02.0,subsystem-id=1458:d000";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve({ now: () => new Date("2026-11-22T12:30:00Z") });
  pve.cluster.mappings.set("card", { map: [CARD] });
  pve.cluster.mappings.set("any", { map: [CARD, OTHER] });
  pve.cluster.mappings.set("igpu", { map: [IGPU], mdev: 1 });
});
afterEach(() => pve.close());

type Form = Readonly<Record<string, string>>;

async function send(
  method: string,
  path: string,
  form?: Form,
  token: string = pve.tokens.mapper,
): Promise<{ line: string; data: Json; errors: Json }> {
  const answer = await exchange(pve, {
    method,
    path: `/api2/json/nodes/${path}`,
    token,
    ...(form === undefined ? {} : { form }),
  });
  const body = JSON.parse(answer.body.toString()) as JsonObject;
  return {
    line: `${answer.status} ${answer.reason}`,
    data: body["data"] ?? null,
    errors: body["errors"] ?? null,
  };
}

/** How the task of a call ended; the call itself has to be accepted. */
async function outcome(method: string, path: string, form?: Form, token?: string): Promise<Json> {
  const { line, data } = await send(method, path, form, token);
  if (line !== "200 OK") throw new Error(line);
  const node = path.split("/")[0] ?? "";
  const status = await send(
    "GET",
    `${node}/tasks/${encodeURIComponent(String(data))}/status`,
    undefined,
    token,
  );
  return (status.data as JsonObject)["exitstatus"] ?? null;
}

const create = (vmid: number, form: Form = {}, token?: string): Promise<Json> =>
  outcome("POST", "pve1/qemu", { vmid: String(vmid), machine: "q35", ...form }, token);
const start = (vmid: number, node = "pve1"): Promise<Json> =>
  outcome("POST", `${node}/qemu/${vmid}/status/start`);
const config = async (vmid: number): Promise<JsonObject> =>
  (await send("GET", `pve1/qemu/${vmid}/config`)).data as JsonObject;

function changeHardware(node: string, change: (device: PciDevice) => PciDevice): void {
  const found = nodeOf(pve.cluster, node);
  found.hardware = found.hardware.map(change);
}

describe("a virtual machine", () => {
  it("is created with volumes, addresses and what Proxmox adds", async () => {
    const status = await create(500, {
      name: "worker",
      cores: "4",
      memory: "8192",
      onboot: "1",
      scsi0: "file=local-lvm:20,discard=on,format=raw,",
      efidisk0: "local-lvm:1,efitype=4m",
      tpmstate0: "local-lvm:1,version=v2.0",
      ide2: "local-lvm:cloudinit",
      net0: "model=virtio,bridge=vmbr0,firewall=0",
      hostpci0: "mapping=card,pcie=1,rombar=1",
    });
    expect(status).toBe("OK");
    expect(await config(500)).toEqual({
      name: "worker",
      cores: 4,
      memory: "8192",
      onboot: 1,
      machine: "q35",
      scsi0: "local-lvm:vm-500-disk-0,discard=on,size=20G",
      efidisk0: "local-lvm:vm-500-disk-1,efitype=4m,size=528K",
      tpmstate0: "local-lvm:vm-500-disk-2,size=4M,version=v2.0",
      ide2: "local-lvm:vm-500-cloudinit,media=cdrom",
      net0: expect.stringMatching(/^virtio=BC:24:11(:[0-9A-F]{2}){3},bridge=vmbr0,firewall=0$/) as string,
      hostpci0: "mapping=card,pcie=1,rombar=1",
      boot: "order=scsi0;net0",
      smbios1: expect.stringMatching(/^uuid=[0-9a-f-]{36}$/) as string,
      vmgenid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      meta: "creation-qemu=9.2.0,ctime=1795350600",
      digest: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    });
  });

  it("is started, seen, stopped and removed with its volumes", async () => {
    await create(500, { scsi0: "local-lvm:8", hostpci0: "mapping=card" });
    expect(await start(500)).toBe("OK");
    expect(pve.cluster.guests.get(500)?.devices).toEqual(["0000:01:00.0", "0000:01:00.1"]);
    expect((await send("GET", "pve1/qemu/500/status/current")).data).toMatchObject({
      status: "running",
      vmid: 500,
    });
    expect((await send("DELETE", "pve1/qemu/500")).line).toBe("500 VM 500 is running - destroy failed");
    expect(await outcome("POST", "pve1/qemu/500/status/shutdown", { forceStop: "1" })).toBe("OK");
    expect(await outcome("DELETE", "pve1/qemu/500?purge=1&destroy-unreferenced-disks=1")).toBe("OK");
    expect((await send("GET", "pve1/qemu/500/config")).line).toBe(
      "500 Configuration file 'nodes/pve1/qemu-server/500.conf' does not exist",
    );
    expect(pve.cluster.storages.get("local-lvm")?.volumes.get("pve1")?.size).toBe(0);
  });

  it("is changed at once while it is stopped", async () => {
    await create(500, { memory: "1024", description: "old" });
    expect((await send("PUT", "pve1/qemu/500/config", { memory: "2048", delete: "description" })).line).toBe(
      "200 OK",
    );
    const after = await config(500);
    expect([after["memory"], after["description"]]).toEqual(["2048", undefined]);
  });

  it("keeps most changes pending while it runs, and takes them at its next start", async () => {
    await create(500, { memory: "1024", hostpci0: "mapping=card" });
    await start(500);
    expect(
      await outcome("POST", "pve1/qemu/500/config", { memory: "2048", name: "new", delete: "hostpci0" }),
    ).toBe("OK");
    expect((await send("GET", "pve1/qemu/500/config?current=1")).data).toMatchObject({
      memory: "1024",
      name: "new",
      hostpci0: "mapping=card",
    });
    const pending = (await send("GET", "pve1/qemu/500/pending")).data as JsonObject[];
    expect(pending).toEqual(
      expect.arrayContaining([
        { key: "memory", value: "1024", pending: "2048" },
        { key: "hostpci0", value: "mapping=card", delete: 1 },
        { key: "name", value: "new" },
      ]),
    );
    await outcome("POST", "pve1/qemu/500/status/reboot");
    expect(pve.cluster.guests.get(500)?.devices).toEqual([]);
    expect((await send("GET", "pve1/qemu/500/config?current=1")).data).toMatchObject({ memory: "2048" });
  });

  it("forgets a pending change on demand", async () => {
    await create(500, { memory: "1024" });
    await start(500);
    await send("PUT", "pve1/qemu/500/config", { memory: "2048" });
    await send("PUT", "pve1/qemu/500/config", { revert: "memory" });
    expect(await config(500)).toMatchObject({ memory: "1024" });
  });

  it("is started with its creation when asked for, and created even if that fails", async () => {
    expect(await create(500, { start: "1" })).toBe("OK");
    expect(pve.cluster.guests.get(500)?.running).toBe(true);
    expect(await create(501, { start: "1", hostpci0: "mapping=none" })).toBe("OK");
    expect(pve.cluster.guests.get(501)?.running).toBe(false);
  });

  it("takes the size of an image that it imports, and grows", async () => {
    const url = "https://factory.talos.dev/image/talos.raw";
    const meta = await send("GET", `pve1/query-url-metadata?url=${encodeURIComponent(url)}`);
    expect(meta.data).toMatchObject({ filename: "talos.raw", size: 2 ** 30 });
    const form = { url, content: "import", filename: "talos.raw" };
    expect(await outcome("POST", "pve1/storage/local/download-url", form)).toBe("OK");
    await create(500, { scsi0: "local-lvm:0,import-from=local:import/talos.raw" });
    expect(await config(500)).toMatchObject({ scsi0: "local-lvm:vm-500-disk-0,size=1G" });
    await outcome("PUT", "pve1/qemu/500/resize", { disk: "scsi0", size: "+7G" });
    expect(await config(500)).toMatchObject({ scsi0: "local-lvm:vm-500-disk-0,size=8G" });
    expect(await outcome("PUT", "pve1/qemu/500/resize", { disk: "scsi0", size: "2G" })).toBe(
      "shrinking disks is not supported",
    );
    const volumes = (await send("GET", "pve1/storage/local-lvm/content")).data;
    expect(volumes).toEqual([
      { volid: "local-lvm:vm-500-disk-0", content: "images", format: "raw", size: 8 * 2 ** 30, vmid: 500 },
    ]);
  });

  it("writes a drive that names an existing volume as it writes all drives, with the volume's size", async () => {
    const url = "https://factory.talos.dev/image/talos.iso";
    const form = { url, content: "iso", filename: "talos.iso" };
    expect(await outcome("POST", "pve1/storage/local/download-url", form)).toBe("OK");
    await create(500, { ide3: "file=local:iso/talos.iso,media=cdrom,", ide2: "none,media=cdrom" });
    expect(await config(500)).toMatchObject({
      ide3: "local:iso/talos.iso,media=cdrom,size=1G",
      ide2: "none,media=cdrom",
    });
  });

  it("has an agent when its configuration says so and it runs", async () => {
    await create(500, { agent: "enabled=1,type=virtio", net0: "virtio=BC:24:11:00:00:01,bridge=vmbr0" });
    const path = "pve1/qemu/500/agent/network-get-interfaces";
    expect((await send("GET", path)).line).toBe("500 VM 500 is not running");
    await start(500);
    expect((await send("GET", path)).data).toEqual({
      result: [
        {
          name: "eth0",
          "hardware-address": "bc:24:11:00:00:01",
          "ip-addresses": [{ "ip-address": "10.0.0.246", "ip-address-type": "ipv4", prefix: 24 }],
        },
      ],
    });
    expect((await send("GET", path.replace("500", "100"))).line).toBe("500 No QEMU guest agent configured");
  });

  it.each([
    [{ hostpci0: "01:00.0" }, "500 only root can set 'hostpci0' config for non-mapped devices"],
    [{ hostpci0: "host=0000:01:00" }, "500 only root can set 'hostpci0' config for non-mapped devices"],
    [{ hostpci0: "pcie=1" }, "500 either 'host' or 'mapping' must be set."],
    [{ args: "-foo" }, "500 only root can set 'args' config"],
    [{ hostpci0: "mapping=card,romfile=a.rom" }, "400 Parameter verification failed."],
  ])("is refused to a token with %o", async (form: Form, line) => {
    for (const token of [pve.tokens.mapper, pve.tokens.root]) {
      expect((await send("POST", "pve1/qemu", { vmid: "500", ...form }, token)).line).toBe(line);
    }
  });

  it("may be given a raw address by root, who signs in with a password", async () => {
    const root = pve.cluster.access.users.get("root@pam");
    if (root !== undefined) root.password = "secret";
    const form = { username: "root@pam", password: "secret" };
    const signIn = await exchange(pve, { method: "POST", path: "/api2/json/access/ticket", form });
    const { data } = JSON.parse(signIn.body.toString()) as { data: Record<string, string> };
    const answer = await exchange(pve, {
      method: "POST",
      path: "/api2/json/nodes/pve1/qemu",
      headers: {
        Cookie: `PVEAuthCookie=${data["ticket"]}`,
        CSRFPreventionToken: String(data["CSRFPreventionToken"]),
      },
      form: { vmid: "500", hostpci0: "01:00.0" },
    });
    expect(answer.status).toBe(200);
    expect(await config(500)).toMatchObject({ hostpci0: "01:00.0" });
  });

  it("may not use a mapping without Mapping.Use, nor be changed by whoever may only look", async () => {
    const { access } = pve.cluster;
    const token = access.addToken("vms@pve", "ci", "s3cret", { privilegeSeparation: false });
    access.grant("/vms", "vms@pve", "PVEVMAdmin");
    expect((await send("POST", "pve1/qemu", { vmid: "500", hostpci0: "mapping=card" }, token)).line).toBe(
      "403 Permission check failed (/mapping/pci/card, Mapping.Use)",
    );
    expect((await send("POST", "pve1/qemu", { vmid: "500", scsi0: "local-lvm:8" }, token)).line).toBe(
      "403 Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)",
    );
    expect((await send("POST", "pve1/qemu", { vmid: "500", net0: "virtio,bridge=vmbr0" }, token)).line).toBe(
      "403 Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)",
    );
    const { auditor } = pve.tokens;
    expect((await send("POST", "pve1/qemu", { vmid: "500" }, auditor)).line).toBe(
      "403 Permission check failed",
    );
    expect((await send("PUT", "pve1/qemu/100/config", { cores: "1" }, auditor)).line).toMatch(
      /^403 Permission check failed \(\/vms\/100, VM\.Config\.Disk\|/,
    );
    expect((await send("POST", "pve1/qemu/100/status/start", {}, auditor)).line).toBe(
      "403 Permission check failed (/vms/100, VM.PowerMgmt)",
    );
  });

  it.each([
    [
      { hostpci16: "mapping=card" },
      { hostpci16: "property is not defined in schema and the schema does not allow additional properties" },
    ],
    [
      { hostpci0: "1:0" },
      { hostpci0: "invalid format - format error\nhostpci0.host: value does not match the regex pattern\n" },
    ],
    [
      { hostpci0: "mapping=card,pcie=maybe" },
      {
        hostpci0:
          "invalid format - format error\nhostpci0.pcie: type check ('boolean') failed - got 'maybe'\n",
      },
    ],
    [
      { hostpci0: "mapping=card,what=1" },
      { hostpci0: "invalid format - invalid key in comma-separated list property: what\n" },
    ],
    [{ cores: "0" }, { cores: "value must have a minimum value of 1" }],
    [{ name: "a_b" }, { name: "invalid format - value does not look like a valid DNS name\n" }],
    [{ bios: "bios" }, { bios: "value 'bios' does not have a value in the enumeration 'seabios, ovmf'" }],
    [{ vmid: "99" }, { vmid: "value must have a minimum value of 100" }],
  ])("has a wrong parameter: %o", async (form: Form, errors) => {
    expect(await send("POST", "pve1/qemu", { vmid: "500", ...form })).toMatchObject({
      line: "400 Parameter verification failed.",
      errors,
    });
  });

  it("is refused when its number is taken, or its digest another", async () => {
    expect((await send("POST", "pve2/qemu", { vmid: "100" })).line).toBe(
      "500 unable to create VM 100 - VM 100 already exists on node 'pve1'",
    );
    expect((await send("PUT", "pve1/qemu/100/config", { digest: "0", cores: "1" })).line).toBe(
      "500 checksum mismatch (file change by other user?)",
    );
    expect((await send("PUT", "pve1/qemu/100/config", { delete: "cores", cores: "1" })).line).toBe(
      "400 Parameter verification failed.",
    );
  });
});

describe("the start of a virtual machine", () => {
  it.each([
    ["a moved card", { map: [CARD.replace("01:00", "09:00")] }, "pci device '0000:09:00.0' not found"],
    [
      "another group",
      { map: [CARD.replace("14", "41")] },
      "'iommugroup' does not match for 'bad' (14 != 41)",
    ],
    [
      "upper case",
      { map: [CARD.replace("10de", "10DE")] },
      "'id' does not match for 'bad' (10de:2204 != 10DE:2204)",
    ],
    ["a missing flag", { map: [IGPU] }, "'mdev' does not match for 'bad' (1 != 0)"],
    [
      "one line of two",
      { map: [CARD, OTHER.replace("1e07", "1e04")] },
      "'id' does not match for 'bad' (10de:1e07 != 10de:1e04)",
    ],
  ])("fails with %s", async (_, mapping, problem) => {
    pve.cluster.mappings.set("bad", mapping);
    await create(500, { hostpci0: "mapping=bad" });
    expect(await start(500)).toBe(`PCI device mapping invalid (hardware probably changed): ${problem} `);
    expect(pve.cluster.guests.get(500)?.running).toBe(false);
  });

  it("follows the hardware between two starts", async () => {
    await create(500, { hostpci0: "mapping=card" });
    expect(await start(500)).toBe("OK");
    await outcome("POST", "pve1/qemu/500/status/stop");
    changeHardware("pve1", (device) =>
      device.id.startsWith("0000:01:00") ? { ...device, id: device.id.replace(":01:", ":03:") } : device,
    );
    expect(await start(500)).toBe(
      "PCI device mapping invalid (hardware probably changed): pci device '0000:01:00.0' not found ",
    );
  });

  it("fails without an IOMMU, even for a mapping without groups", async () => {
    changeHardware("pve1", (device) => ({ ...device, iommugroup: -1 }));
    pve.cluster.mappings.set("card", { map: [CARD.replace("iommugroup=14,", "")] });
    await create(500, { hostpci0: "mapping=card" });
    expect(await start(500)).toBe("cannot prepare PCI pass-through, IOMMU not present");
  });

  it("takes the first device that nobody has, and fails when none is left", async () => {
    for (const vmid of [500, 501, 502]) await create(vmid, { hostpci0: "mapping=any" });
    expect([await start(500), await start(501), await start(502)]).toEqual([
      "OK",
      "OK",
      "could not find a free device for 'hostpci0'",
    ]);
    expect(pve.cluster.guests.get(501)?.devices[0]).toBe("0000:02:00.0");
  });

  it("makes a mediated device while the device has one left", async () => {
    await create(500, { hostpci0: "mapping=igpu,mdev=i915-GVTg_V5_4" });
    expect(await start(500)).toBe("OK");
    await create(501, { hostpci0: "mapping=igpu,mdev=no-such-type" });
    expect(await start(501)).toBe("could not create mediated device");
  });

  it.each([
    [{ hostpci0: "mapping=none" }, "PCI device mapping not found for 'none'"],
    [{ hostpci0: "mapping=card", hostpci1: "mapping=card" }, "device '0000:01:00.0' assigned more than once"],
    [{ hostpci0: "mapping=card,pcie=1", machine: "pc" }, "q35 machine model is not enabled"],
    [{ hostpci0: "mapping=card,mdev=x" }, "cannot use mediated device with multifunction device"],
    [{ template: "1" }, "you can't start a vm if it's a template"],
  ])("fails with %o", async (form: Form, problem) => {
    await create(500, form);
    expect(await start(500)).toBe(problem);
  });

  it("fails for a card that a running machine has, and for a machine that runs", async () => {
    await create(500, { hostpci0: "mapping=card" });
    await create(501, { hostpci0: "mapping=card" });
    await start(500);
    expect(await start(501)).toBe("PCI device '0000:01:00.0' already in use by VMID '500'");
    expect(await start(500)).toBe("VM 500 already running");
  });

  it("passes the raw address that root has set", async () => {
    expect(await start(100)).toBe("device '0000:01:00.1' assigned more than once");
    pve.cluster.guests.get(100)?.config.set("hostpci1", "02:00");
    expect(await start(100)).toBe("OK");
    expect(pve.cluster.guests.get(100)?.devices).toHaveLength(6);
  });
});

describe("a task", () => {
  it("reports its status and log to who started it and to auditors", async () => {
    const upid = String((await send("POST", "pve1/qemu", { vmid: "500" })).data);
    expect(upid).toBe("UPID:pve1:00001000:00001000:6B02E048:qmcreate:500:mapper@pve!ci:");
    const path = `pve1/tasks/${encodeURIComponent(upid)}`;
    const expected = {
      upid,
      node: "pve1",
      pid: 4096,
      pstart: 4096,
      starttime: 1795350600,
      type: "qmcreate",
      id: "500",
      user: "mapper@pve",
      tokenid: "ci",
      status: "stopped",
      exitstatus: "OK",
    };
    expect((await send("GET", `${path}/status`)).data).toEqual(expected);
    expect((await send("GET", `${path}/status`, undefined, pve.tokens.auditor)).line).toBe("200 OK");
    expect((await send("GET", `${path}/status`, undefined, pve.tokens.nothing)).line).toBe(
      "403 Permission check failed (/nodes/pve1, Sys.Audit)",
    );
    expect((await send("GET", `${path}/log`)).data).toEqual([{ n: 1, t: "TASK OK" }]);
  });

  it.each([
    ["nonsense", { upid: "unable to parse worker upid" }],
    ["UPID:pve1:00001000:00001000:6B02DFC8:qmcreate:500:mapper@pve!ci:", { upid: "no such task" }],
  ])("is not known as %s", async (upid, errors) => {
    expect(await send("GET", `pve1/tasks/${encodeURIComponent(upid)}/status`)).toMatchObject({
      line: "400 Parameter verification failed.",
      errors,
    });
  });
});

describe("a storage", () => {
  it("says what it holds and has", async () => {
    await create(500, { scsi0: "local-lvm:8" });
    const storages = (await send("GET", "pve1/storage")).data as JsonObject[];
    expect(storages.map(({ storage }) => storage).toSorted()).toEqual(["local", "local-lvm"]);
    expect((await send("GET", "pve1/storage/local-lvm/status")).data).toEqual({
      type: "lvmthin",
      content: "images,rootdir",
      enabled: 1,
      active: 1,
      shared: 0,
      total: 2 ** 40,
      used: 8 * 2 ** 30,
      avail: 2 ** 40 - 8 * 2 ** 30,
    });
    const volume = (await send("GET", "pve1/storage/local-lvm/content/local-lvm:vm-500-disk-0")).data;
    expect(volume).toMatchObject({ format: "raw", size: 8 * 2 ** 30 });
  });

  it.each([
    [
      "local-lvm",
      { content: "import", filename: "a.raw" },
      "500 can't upload to storage type 'lvmthin', not a file based storage!",
    ],
    ["local", { content: "iso", filename: "a.raw" }, "400 Parameter verification failed."],
    ["local", { content: "import", filename: "a.iso" }, "400 Parameter verification failed."],
    ["nowhere", { content: "iso", filename: "a.iso" }, "500 storage 'nowhere' does not exist"],
  ])("%s refuses %o", async (storage, form, line) => {
    const url = "https://example.org/file";
    expect((await send("POST", `pve1/storage/${storage}/download-url`, { ...form, url })).line).toBe(line);
  });

  it("is reached only by whoever may reach out", async () => {
    const path = "pve1/query-url-metadata?url=https://example.org/a.iso";
    const line = async (token: keyof StandardTokens): Promise<string> =>
      (await send("GET", path, undefined, pve.tokens[token])).line;
    expect([await line("mapper"), await line("auditor")]).toEqual(["200 OK", "403 Permission check failed"]);
  });

  it("loses a volume with Datastore.Allocate only", async () => {
    await create(500, { scsi0: "local-lvm:8" });
    const path = "pve1/storage/local-lvm/content/local-lvm:vm-500-disk-0";
    expect((await send("DELETE", path, undefined, pve.tokens.auditor)).line).toBe(
      "403 Permission check failed (/storage/local-lvm, Datastore.Allocate)",
    );
    expect(await outcome("DELETE", path)).toBe("OK");
    expect((await send("GET", path)).line).toMatch(/^500 volume_size_info on /);
  });
});
