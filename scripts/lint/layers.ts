/** What the rooms of `src` may import. */

/**
 * By room, a folder or a file below `src`: the rooms, packages and parts of Node (`node`) that its files may import. What
 * is not here is forbidden.
 *
 * `type pci` is for types alone. `proxmox/tls` is a room inside `proxmox`: its list stands for itself, the files that lie
 * directly in `proxmox` are open to it, and none of them may import it unless the list of `proxmox` names it. Whoever may
 * import a room may import the rooms in it.
 *
 * Files directly in `src` import no room, and every room may import them.
 *
 * `npm run format` makes the rules of the linter out of this.
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
