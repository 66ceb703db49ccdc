/**
 * `npm run demo`: the real OpenTofu and bpg/proxmox make mappings and a VM with a GPU in a stand-in for Proxmox; then the card
 * moves. If the environment names a cluster, it is read instead.
 */

import { messageOf } from "../src/message-of.ts";
import { readArguments } from "./arguments.ts";
import { runDemo } from "./demo/demo.ts";
import { Interruption } from "./demo/interruption.ts";

readArguments({
  command: "npm run demo",
  summary:
    "Maps the GPUs of a stand-in of Proxmox, gives one to a VM, and mends the mapping when the card moves.\n" +
    "Where PROXMOX_VE_ENDPOINT is set, it shows that cluster instead, and changes nothing there",
});
const interruption = new Interruption(process);
let status = 0;
try {
  status = await runDemo(process.env, interruption);
} catch (error) {
  if (interruption.exitStatus === null) {
    console.error(`Error: ${messageOf(error)}`);
  }
  status = 1;
}
// Ends what an interrupted build may have left running. The demo itself leaves nothing.
process.exit(interruption.exitStatus ?? status);
