/**
 * `npm run demo`: with the real OpenTofu and bpg/proxmox, a stand-in of Proxmox gets mappings and a VM with a GPU, whose card then
 * moves. Where the environment names a cluster, that one is read instead.
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
// Ends what an interrupted build may have left running; nothing of the demo itself is.
process.exit(interruption.exitStatus ?? status);
