/** The completion of each shell, tried in that shell with what the packaged binary prints. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { ensureProgram } from "../../support/cli/programs.ts";

const binary = inject("binary");
const support = join(import.meta.dirname, "../../support/cli");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gpuhost-completion-"));
  for (const shell of ["bash", "zsh", "fish"]) {
    ensureProgram(shell);
    writeFileSync(script(shell), execFileSync(binary, ["completion", shell], { encoding: "utf8" }));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = (shell: string): string => join(folder, `gpuhost.${shell}`);

function inShell(shell: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(shell, args, { encoding: "utf8", timeout: 60_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

test.for(["bash", "zsh", "fish"])("%s understands its script", (shell) => {
  inShell(shell, ["-n", script(shell)]);
});

describe("bash", () => {
  test.for([
    ["gpuhost ", "inspect doctor completion help --version --help"],
    ["gpuhost ins", "inspect"],
    ["gpuhost inspect --cl", "--classes"],
    ["gpuhost inspect --mdev ", "true false"],
    ["gpuhost inspect --mdev = t", "true"],
    ["gpuhost inspect --classes gpu,a", "gpu,accelerator gpu,audio"],
    ["gpuhost inspect --timeout ", ""],
    ["gpuhost inspect --ca-file /etc/hostn", "/etc/hostname"],
    ["gpuhost doctor --s", "--strict"],
    ["gpuhost completion ", "bash zsh fish --help"],
    ["gpuhost help d", "doctor"],
  ] as const)("completes %j", ([line, offered]) => {
    expect(inShell("bash", [join(support, "complete.bash"), script("bash"), line])).toBe(`${offered}\n`);
  });
});

test("zsh completes what it is typed", () => {
  const typed = [
    ["gpuhost insp", "gpuhost inspect "],
    ["gpuhost inspect --cla", "gpuhost inspect --classes "],
    ["gpuhost inspect --classes gpu,aud", "gpuhost inspect --classes gpu,audio,"],
    ["gpuhost inspect --ca-file /etc/hostn", "gpuhost inspect --ca-file /etc/hostname "],
    ["gpuhost inspect --mapping-names a", "gpuhost inspect --mapping-names address "],
    ["gpuhost inspect --nodes x --phy", "gpuhost inspect --nodes x --physical-function "],
    ["gpuhost doctor --str", "gpuhost doctor --strict "],
    ["gpuhost completion f", "gpuhost completion fish "],
  ] as const;
  const lines = typed.map(([line]) => line);
  const answer = inShell("zsh", ["-f", join(support, "complete.zsh"), script("zsh"), ...lines]);
  expect(answer.split("\n").slice(0, -1)).toEqual(typed.map(([, completed]) => completed));
});

describe("fish", () => {
  test.for([
    ["gpuhost ins", ["inspect"]],
    ["gpuhost inspect --cl", ["--classes"]],
    ["gpuhost inspect --mdev ", ["false", "true"]],
    ["gpuhost inspect --classes gpu,a", ["gpu,accelerator", "gpu,audio"]],
    ["gpuhost inspect --ca-file /etc/hostn", ["/etc/hostname"]],
    ["gpuhost doctor --str", ["--strict"]],
    ["gpuhost completion ", ["bash", "fish", "zsh"]],
  ] as const)("completes %j", ([line, offered]) => {
    const answer = inShell("fish", ["-c", `source ${script("fish")}; complete -C '${line}'`]);
    expect(answer.split("\n").flatMap((one) => (one === "" ? [] : [one.split("\t")[0]]))).toEqual(offered);
  });
});
