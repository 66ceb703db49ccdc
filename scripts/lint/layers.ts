/** What the folders of `src` may import. */

/**
 * By room, which is a folder or a file below `src`: the rooms, packages and parts of Node (`node`) that its files may
 * import. Everything else is forbidden.
 *
 * `type pci` allows only types. `proxmox/tls` is a room inside `proxmox`. It has its own list, and may also import the
 * files directly in `proxmox`; these may import it only if the list of `proxmox` names it. Who may import a room may
 * import the rooms in it.
 *
 * Files directly in `src` import no room, and every room may import them.
 *
 * `npm run format` makes the rules of the linter from this.
 */
export const layers: Layers = {
  "main.ts": ["plugin", "tfplugin6", "provider", "cli", "@grpc/grpc-js", "node"],
  plugin: ["@grpc/grpc-js", "@bufbuild/protobuf", "node"],
  tfplugin6: ["framework", "cty", "@grpc/grpc-js", "@bufbuild/protobuf"],
  framework: ["cty"],
  cty: ["node"],
  provider: ["framework", "proxmox", "pci", "node"],
  proxmox: [],
  "proxmox/client.ts": ["proxmox/answers", "proxmox/asking", "proxmox/tls", "proxmox/settings"],
  "proxmox/answers": ["type pci"],
  "proxmox/asking": ["proxmox/tls", "proxmox/settings", "undici", "node"],
  "proxmox/tls": ["proxmox/settings", "node"],
  "proxmox/settings": ["node"],
  pci: [],
  cli: ["provider", "framework", "proxmox", "pci", "commander", "hono", "string-width", "node"],
};

export type Layers = Readonly<Record<string, readonly string[]>>;
