/**
 * `npm run demo`: builds the provider, and lets the real OpenTofu read GPUs with it: of two stand-ins
 * that answer as a Proxmox VE 9.2 and a 7.4 cluster did, or of the cluster in the environment.
 */
import { readArguments } from "./arguments.ts";
import { runDemo } from "./demo/demo.ts";
import { Interruption } from "./demo/interruption.ts";

readArguments({
  command: "npm run demo",
  summary:
    "Builds the provider, and lets the real OpenTofu read GPUs with it: of two stand-ins, or of the cluster that\nPROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN name, where it changes nothing",
});
const interruption = new Interruption(process);
let status = 0;
try {
  await runDemo(process.env, interruption);
} catch (error) {
  if (interruption.exitStatus === null) {
    console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
  }
  status = 1;
}
// Ends what an interrupted build may have left running; nothing of the demo itself is.
process.exit(interruption.exitStatus ?? status);
