import { type ApiMethod, type Call, type Permission, requireAny, toPathNode } from "../api.ts";
import type { JsonObject } from "../json.ts";
import { nodeParameter, requiredParameter, textParameter, vmidParameter } from "../parameters.ts";
import { ProxmoxError, parameterError, permissionError } from "../proxmox-error.ts";
import { STORAGE_TOTAL, type Storage, type Volume, volumesOn } from "../storage.ts";
import { callerOf, startTask } from "./task-endpoints.ts";

const text = { type: "string", optional: true } as const;
const flag = { type: "boolean", optional: true } as const;
const url = { type: "string", pattern: "https?://.*" } as const;
const place = { node: nodeParameter, storage: { type: "string" } } as const;

const AUDIT = ["Datastore.Audit", "Datastore.AllocateSpace"];

/** Every file that is fetched from somewhere has this size. */
const DOWNLOAD_SIZE = 2 ** 30;

/** Asking for an address makes the node reach out, which not everybody may. */
const reachOut: Permission = (check) => {
  const node = textParameter(check.parameters, "node") ?? "";
  const { access } = check.cluster;
  const modifies = ["Sys.Audit", "Sys.Modify"].every((privilege) =>
    access.allows(check.caller, "/", privilege),
  );
  if (modifies || access.allows(check.caller, `/nodes/${node}`, "Sys.AccessNetwork")) return;
  throw new ProxmoxError(403, "Permission check failed\n");
};

/** Storages of a node, what lies there, and fetching images. Nothing is really fetched. */
export const storageEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/nodes/{node}/storage",
    parameters: {
      node: nodeParameter,
      storage: text,
      content: text,
      enabled: flag,
      target: text,
      format: flag,
    },
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: listStorages,
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/status",
    parameters: place,
    permission: requireAny("/storage/{storage}", AUDIT),
    protected: true,
    proxyTo: toPathNode,
    run: (call) => storageStatus(storageOf(call), call.node),
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/content",
    parameters: { ...place, content: text, vmid: { ...vmidParameter, optional: true } },
    permission: requireAny("/storage/{storage}", AUDIT),
    protected: true,
    proxyTo: toPathNode,
    run: listContent,
  },
  {
    method: "GET",
    path: "/nodes/{node}/storage/{storage}/content/{volume*}",
    parameters: { ...place, volume: { type: "string" } },
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: (call) => {
      assertPrivilege(call, AUDIT);
      const { id, format, size } = volumeOf(call);
      return { path: `/dev/stand-in/${id}`, format, size, used: size };
    },
  },
  {
    method: "DELETE",
    path: "/nodes/{node}/storage/{storage}/content/{volume*}",
    parameters: { ...place, volume: { type: "string" }, delay: { type: "integer", optional: true } },
    permission: "all",
    protected: true,
    proxyTo: toPathNode,
    run: (call) => {
      assertPrivilege(call, ["Datastore.Allocate"]);
      const volume = volumeOf(call);
      const storage = storageOf(call);
      return startTask(call, "imgdel", storage.id, (log) => {
        volumesOn(storage, call.node).delete(volume.id);
        log(`Removed volume '${volume.id}'`);
      });
    },
  },
  {
    method: "GET",
    path: "/nodes/{node}/query-url-metadata",
    parameters: { node: nodeParameter, url, "verify-certificates": flag },
    permission: reachOut,
    proxyTo: toPathNode,
    run: ({ parameters }) => ({
      filename: new URL(requiredParameter(parameters, "url")).pathname.split("/").at(-1) ?? "",
      mimetype: "application/octet-stream",
      size: DOWNLOAD_SIZE,
    }),
  },
  {
    method: "POST",
    path: "/nodes/{node}/storage/{storage}/download-url",
    parameters: {
      ...place,
      url,
      content: { type: "string", enum: ["iso", "vztmpl", "import"] },
      filename: { type: "string", maxLength: 255 },
      checksum: { ...text, requires: "checksum-algorithm" },
      "checksum-algorithm": {
        ...text,
        enum: ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"],
        requires: "checksum",
      },
      compression: text,
      "verify-certificates": flag,
    },
    permission: (check) => {
      const allocate = requireAny("/storage/{storage}", ["Datastore.AllocateTemplate"]);
      if (typeof allocate === "function") allocate(check);
      if (typeof reachOut === "function") reachOut(check);
    },
    protected: true,
    proxyTo: toPathNode,
    run: download,
  },
];

function storageOf({ cluster, parameters }: Call): Storage {
  const id = requiredParameter(parameters, "storage");
  const storage = cluster.storages.get(id);
  if (storage === undefined) throw new ProxmoxError(500, `storage '${id}' does not exist\n`);
  return storage;
}

function volumeOf(call: Call): Volume {
  const storage = storageOf(call);
  const asked = requiredParameter(call.parameters, "volume");
  const id = asked.includes(":") ? asked : `${storage.id}:${asked}`;
  const volume = volumesOn(storage, call.node).get(id);
  if (volume === undefined) throw new ProxmoxError(500, `volume_size_info on '${id}' failed - no format\n`);
  return volume;
}

function assertPrivilege(call: Call, privileges: readonly string[]): void {
  const path = `/storage/${requiredParameter(call.parameters, "storage")}`;
  const caller = callerOf(call);
  if (privileges.some((privilege) => call.cluster.access.allows(caller, path, privilege))) return;
  throw permissionError(`${path}, ${privileges.join("|")}`);
}

function listStorages({ cluster, caller, parameters, random, node }: Call): JsonObject[] {
  const wanted = textParameter(parameters, "storage");
  const content = textParameter(parameters, "content")?.split(",");
  const visible = [...cluster.storages.values()].filter(
    (storage) =>
      (wanted === undefined || storage.id === wanted) &&
      (content === undefined || content.some((kind) => storage.content.includes(kind))) &&
      caller !== null &&
      AUDIT.some((privilege) => cluster.access.allows(caller, `/storage/${storage.id}`, privilege)),
  );
  return random.shuffle(visible).map((storage) => {
    const status = storageStatus(storage, node);
    return { ...status, storage: storage.id, used_fraction: Number(status["used"]) / STORAGE_TOTAL };
  });
}

function storageStatus(storage: Storage, node: string): JsonObject {
  const used = [...volumesOn(storage, node).values()].reduce((sum, { size }) => sum + size, 0);
  return {
    type: storage.type,
    content: storage.content.join(","),
    enabled: 1,
    active: 1,
    shared: storage.shared === true ? 1 : 0,
    total: STORAGE_TOTAL,
    used,
    avail: STORAGE_TOTAL - used,
  };
}

function listContent(call: Call): JsonObject[] {
  const content = textParameter(call.parameters, "content");
  const vmid = textParameter(call.parameters, "vmid");
  const volumes = [...volumesOn(storageOf(call), call.node).values()].filter(
    (volume) =>
      (content === undefined || volume.content === content) &&
      (vmid === undefined || volume.vmid === Number(vmid)),
  );
  return call.random.shuffle(volumes).map(({ id, content: kind, format, size, vmid: owner }) => ({
    volid: id,
    content: kind,
    format,
    size,
    ...(owner === undefined ? {} : { vmid: owner }),
  }));
}

function download(call: Call): string {
  const storage = storageOf(call);
  const content = requiredParameter(call.parameters, "content");
  const filename = requiredParameter(call.parameters, "filename");
  if (storage.type !== "dir") {
    throw new ProxmoxError(
      500,
      `can't upload to storage type '${storage.type}', not a file based storage!\n`,
    );
  }
  if (!storage.content.includes(content)) {
    throw new ProxmoxError(500, `storage '${storage.id}' is not configured for content-type '${content}'\n`);
  }
  const extension = filename.split(".").at(-1) ?? "";
  if (content === "iso" && !/^(iso|img)$/i.test(extension))
    throw parameterError({ filename: "wrong file extension" });
  if (content === "import" && !/^(ova|qcow2|raw|vmdk)$/.test(extension)) {
    throw parameterError({ filename: "invalid filename or wrong extension" });
  }
  return startTask(call, "download", filename, (log) => {
    const id = `${storage.id}:${content}/${filename}`;
    const format = content === "import" ? extension : content;
    volumesOn(storage, call.node).set(id, { id, content, format, size: DOWNLOAD_SIZE });
    log(`downloading ${requiredParameter(call.parameters, "url")} to ${id}`);
    log("download finished");
  });
}
