/** Proxmox's `pvesh set` and `pvesh delete` against a stand-in, as root: what `doctor` advises is done to the letter. */
import { execFileSync } from "node:child_process";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { PveStandIn } from "../pve/stand-in.ts";

const ROOT = "root@pam";

/** Runs every command of an advice; what stands on other lines is for people. */
export async function followAdvice(pve: PveStandIn, advice: string | null): Promise<void> {
  const commands = commandsOf(advice);
  if (commands.length === 0) throw new Error(`there is no command in ${advice}`);
  for (const command of commands) await pvesh(pve, wordsOf(command));
}

/** The commands of an advice that can be followed on a stand-in. */
export function commandsOf(advice: string | null): readonly string[] {
  return (advice ?? "").split("\n").filter((line) => /^pvesh (?:set|delete) /.test(line));
}

/** The words of a command, as a shell has them. */
function wordsOf(command: string): readonly string[] {
  return execFileSync("bash", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}

async function pvesh(
  pve: PveStandIn,
  [, verb = "", path = "", ...options]: readonly string[],
): Promise<void> {
  const method = verb === "set" ? "PUT" : "DELETE";
  const { tickets } = pve.cluster;
  const now = new Date();
  const form = new URLSearchParams();
  for (let index = 0; index < options.length; index += 2) {
    form.append((options[index] ?? "").slice(2), options[index + 1] ?? "");
  }
  const sent = request(`${pve.endpoint}/api2/json${path}`, {
    method,
    ca: pve.caPem,
    agent: false,
    headers: {
      // A token of root's may less than root.
      cookie: `PVEAuthCookie=${tickets.issue(ROOT, now)}`,
      csrfpreventiontoken: tickets.issueCsrfToken(ROOT, now),
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  sent.end(options.length === 0 ? undefined : form.toString());
  const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      void text(response).then((all) => resolve([response.statusCode, all]), reject);
    });
  });
  if (status !== 200) throw new Error(`${method} ${path} ended with ${status}: ${body}`);
}
