/** The story of a card that moves, with the real OpenTofu and the real bpg/proxmox, and a stand-in for Proxmox. */
import { join } from "node:path";
import { readHardwareFile } from "../../test/support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../../test/support/pve/stand-in.ts";
import { trustVariables } from "../../test/support/pve/trust.ts";
import { projectRoot } from "../project.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { moveCard } from "./card-moves.ts";
import { standInEnvironment } from "./environment.ts";
import { type Program, runProgram } from "./program.ts";
import type { Setting } from "./setting.ts";
import { COLUMNS, readEvent, type TofuEvent } from "./tofu-events.ts";

const MOVE = { node: "pve1", from: "0000:02:00", to: "0000:04:00", group: 17 } as const;

/** @throws {Error} When a tool cannot be had, when OpenTofu fails, or at a signal. */
export async function tellStory(setting: Setting): Promise<void> {
  const hardware = readHardwareFile(join(projectRoot, "examples", "demo", "cluster.json"));
  const pve = await startPve({ source: hardware });
  try {
    await new Story(setting, pve).tell(() => moveCard(pve.cluster, hardware, MOVE));
  } finally {
    await pve.close();
  }
}

class Story {
  readonly #setting: Setting;
  readonly #pve: PveStandIn;
  readonly #environment: NodeJS.ProcessEnv;
  #tofu: Program | null = null;

  constructor(setting: Setting, pve: PveStandIn) {
    this.#setting = setting;
    this.#pve = pve;
    this.#environment = {
      ...standInEnvironment(setting.environment, setting.userFolder),
      ...setting.workspace.environment,
      PROXMOX_VE_ENDPOINT: pve.endpoint,
      PROXMOX_VE_API_TOKEN: pve.tokens.mapper,
      ...trustVariables(pve.caFile, setting.platform),
    };
  }

  async tell(move: () => void): Promise<void> {
    const { narrator } = this.#setting;
    narrator.say("A stand-in on this machine answers as a Proxmox VE 9.2 cluster does.");
    narrator.head("1. What is there");
    await this.#inspect();

    narrator.head("2. examples/demo/main.tf: a mapping for each model, and a VM with an RTX 3090");
    await this.#prepareTofu();
    await this.#plan();
    await this.#apply();

    narrator.head("3. pve1 is shut down, and its RTX 3090 is put into another slot");
    move();
    await this.#plan("  # before anything fails");
    await this.#apply();

    narrator.head("All of it is removed again. Next, your own cluster, which is only read:");
    narrator.say("PROXMOX_VE_ENDPOINT=https://HOST:8006 PROXMOX_VE_API_TOKEN='…' npm run demo");
  }

  async #inspect(): Promise<void> {
    const { gpuhost, narrator } = this.#setting;
    narrator.command("gpuhost inspect");
    const environment = { ...this.#environment };
    // A terminal tells its width; other outputs get a narrow one.
    if (process.stdout.isTTY !== true) environment["COLUMNS"] = String(COLUMNS);
    const status = await runProgram(this.#program(gpuhost, "gpuhost", environment), ["inspect"]);
    if (status !== 0) throw new Error(`gpuhost inspect ended with ${status}; see its message above.`);
  }

  async #prepareTofu(): Promise<void> {
    const { interruption, narrator, workspace } = this.#setting;
    const say = (line: string): void => narrator.say(line);
    const path = await interruption.race(ensureTool("tofu", say));
    workspace.addBpg(await interruption.race(ensureTool("bpg", say)));
    this.#tofu = this.#program(path, "tofu", this.#environment);
    await this.#run(["init"]);
  }

  async #plan(comment = ""): Promise<void> {
    const { narrator } = this.#setting;
    narrator.command(`tofu plan${comment}`);
    const events = await this.#run(["plan", "-out=demo.tfplan"]);
    const plan: string[] = [];
    await this.#read(["show", "-json", "demo.tfplan"], (line) => plan.push(line));
    narrator.plan(events, plan.join("\n"));
  }

  async #apply(): Promise<void> {
    const { narrator } = this.#setting;
    narrator.command("tofu apply");
    await this.#run(["apply", "demo.tfplan"], (event) => {
      if (event.kind === "done") narrator.event(event);
    });
    for (const { vmid, node, config, running, devices } of this.#pve.cluster.guests.values()) {
      const state = running ? `runs on ${node} with ${devices.join(" and ")}` : `does not run on ${node}`;
      narrator.say(`  Proxmox: VM ${vmid} (${String(config.get("name"))}) ${state}.`);
    }
  }

  /** Runs a command of OpenTofu, and shows its errors if it fails. */
  async #run(args: readonly string[], onEvent?: (event: TofuEvent) => void): Promise<readonly TofuEvent[]> {
    const [command = "", ...others] = args;
    const events: TofuEvent[] = [];
    await this.#read([command, "-json", ...others], (line) => {
      const event = readEvent(line);
      events.push(event);
      onEvent?.(event);
      if (event.kind === "error") this.#setting.narrator.event(event);
    });
    return events;
  }

  async #read(args: readonly string[], onLine: (line: string) => void): Promise<void> {
    if (this.#tofu === null) throw new Error("OpenTofu is not there yet.");
    const status = await runProgram(this.#tofu, args, onLine);
    if (status !== 0) throw new Error(`tofu ${args[0] ?? ""} ended with ${status}; see its message above.`);
  }

  #program(path: string, name: string, environment: NodeJS.ProcessEnv): Program {
    const { interruption, platform, workspace } = this.#setting;
    return { path, name, folder: workspace.folder, environment, interruption, platform };
  }
}
