/** The secrets that the provider learns. `main` passes them to the log, but may not import from `proxmox`. */
export { Secrets } from "../proxmox/secrets.ts";
