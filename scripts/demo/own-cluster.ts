/** The user's own cluster: the demo reads it, and changes nothing there. */
import { clusterEnvironment } from "./environment.ts";
import { runProgram } from "./program.ts";
import type { Setting } from "./setting.ts";

/** The command that makes the configuration. PowerShell's own `>` would write UTF-16, which OpenTofu does not read. */
export function configurationLine(gpuhost: string, platform: NodeJS.Platform): string {
  return platform === "win32"
    ? `cmd /c '"${gpuhost}" inspect --hcl > gpus.tf'`
    : "dist/plugins/*/*/*/*/*/terraform-provider-gpuhost_v* inspect --hcl > gpus.tf";
}

/** @returns The exit status: 1 when the cluster cannot be read. Problems in the cluster are no failure of the demo. */
export async function lookAtCluster(setting: Setting): Promise<number> {
  const { narrator, userFolder } = setting;
  const gpuhost = {
    path: setting.gpuhost,
    name: "gpuhost",
    folder: userFolder,
    environment: clusterEnvironment(setting.environment, userFolder),
    interruption: setting.interruption,
    platform: setting.platform,
  };
  narrator.say("The cluster of your environment is read, and nothing is changed there.");
  narrator.head("1. What is there");
  narrator.command("gpuhost inspect");
  const status = await runProgram(gpuhost, ["inspect"]);
  if (status !== 0) return status;

  narrator.head("2. What would keep a VM with a GPU from starting");
  narrator.command("gpuhost doctor");
  await runProgram(gpuhost, ["doctor"]);

  narrator.head("Next: a configuration for what is there, made by the binary in dist/plugins");
  narrator.say(configurationLine(setting.gpuhost, setting.platform));
  return 0;
}
