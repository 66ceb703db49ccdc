/** The secrets that the provider learns, for `main`: it hands them to the log, and knows no Proxmox. */
export { Secrets } from "../proxmox/secrets.ts";
