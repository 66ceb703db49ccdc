/** `inspect --json` or `doctor --json` run under a fault, as a person or a program runs it. */
import { hostEnvironment } from "../host/environment.ts";
import { LaunchedProcess } from "../host/launch.ts";
import { memoryOf } from "../host/process-state.ts";
import { endOf } from "./ending.ts";
import type { Observed, Told } from "./judge.ts";
import { waitedForProcessor } from "./process-figures.ts";
import type { CommandReader } from "./reader.ts";
import type { FaultScene } from "./scene.ts";
import { within } from "./within.ts";

/** Between two looks at a command that may end at any moment. */
const LOOK_MS = 20;

type Checked = { readonly check: string; readonly subject: string | null; readonly status: string } & {
  readonly summary: string;
  readonly fix: string | null;
};

export async function readCommand(
  executable: string,
  { args }: CommandReader,
  scene: FaultScene,
): Promise<Observed> {
  const environment = hostEnvironment({ variables: { ...scene.surroundings, ...scene.commandEnvironment } });
  const start = performance.now();
  await using command = new LaunchedProcess({ command: executable, arguments: args }, environment);
  const figures = { memory: 0, waited: 0 };
  const look = (): void => {
    figures.memory = Math.max(figures.memory, memoryOf(command.pid, "VmHWM"));
    figures.waited = Math.max(figures.waited, waitedForProcessor(command.pid));
  };
  const looking = setInterval(look, LOOK_MS);
  try {
    await within(scene, command.exited);
    const milliseconds = performance.now() - start;
    const { stdout, stderr } = command;
    const { told, state, status, strange } =
      scene.reader === "doctor" ? ofDoctor(stdout, stderr, scene) : ofInspect(stdout, stderr);
    const left = await endOf(command, scene, status);
    return {
      told,
      state,
      milliseconds,
      ...figures,
      output: `${stdout}\n${stderr}`,
      left: [...left, ...strange],
    };
  } finally {
    clearInterval(looking);
  }
}

interface Printed {
  readonly told: readonly Told[];
  readonly state: Buffer | null;
  /** The exit status that belongs to it. */
  readonly status: 0 | 1;
  /** What nobody expects of a command, in words. */
  readonly strange: readonly string[];
}

/** Everything on standard output, or nothing there and why on standard error. */
function ofInspect(stdout: string, stderr: string): Printed {
  const told = printedMessages(stderr);
  const strange = controlCharacters(stdout, stderr);
  if (told.some(({ severity }) => severity === "error")) {
    return {
      told,
      state: null,
      status: 1,
      strange: [...strange, ...(stdout === "" ? [] : ["values beside an error"])],
    };
  }
  const {
    endpoint: _,
    warnings,
    ...values
  } = JSON.parse(stdout) as { warnings: readonly Told[] } & Record<string, unknown>;
  const unprinted = warnings.filter(({ summary }) => !told.some((one) => one.summary.startsWith(summary)));
  return {
    told,
    state: Buffer.from(JSON.stringify(values)),
    status: 0,
    strange: [...strange, ...unprinted.map(({ summary }) => `a warning that is not printed: ${summary}`)],
  };
}

/** Checks on standard output; what is not right is told, and the rest are the values. */
function ofDoctor(stdout: string, stderr: string, scene: FaultScene): Printed {
  const strange = controlCharacters(stdout, stderr);
  const printed = printedMessages(stderr);
  if (stdout === "") return { told: printed, state: null, status: 1, strange };
  const { status, checks } = JSON.parse(stdout) as { status: string; checks: readonly Checked[] };
  const told = checks
    .filter((one) => !isOfSetting(one, scene))
    .flatMap(({ check, subject, status: one, summary, fix }): Told[] =>
      one === "error" || one === "warning"
        ? [{ severity: one, summary: `${check} ${subject ?? ""}`, detail: `${summary}\n${fix ?? ""}` }]
        : [],
    );
  return {
    told: [...told, ...printed],
    state: Buffer.from(withoutPlace(JSON.stringify(checks.filter(({ check }) => !WAY_IN.has(check))), scene)),
    status: status === "error" ? 1 : 0,
    strange,
  };
}

/** Checks of how a run is configured. What is wrong with them is told; when they are right, every setting has its own. */
const WAY_IN: ReadonlySet<string> = new Set(["endpoint", "tls", "sign-in"]);

/** Whether a check speaks of how the provider is configured, or of one of several endpoints: no other read has it. */
function isOfSetting({ check, status, summary }: Checked, { endpoints, setting }: FaultScene): boolean {
  if (check === "sign-in") return setting.credentials === "password" && summary.includes("by a password");
  return endpoints.length > 1 && (check === "endpoint" || check === "tls") && status !== "error";
}

/** Where a stand-in listens, and its certificate, are others in every run. */
function withoutPlace(text: string, { endpoints }: FaultScene): string {
  const anywhere = endpoints.reduce((all, endpoint) => all.replaceAll(endpoint, "ENDPOINT"), text);
  return anywhere.replaceAll(/(?:[0-9A-F]{2}:){31}[0-9A-F]{2}/g, "FINGERPRINT");
}

/** What `printMessage` prints: a head line, and the rest behind a margin. */
function printedMessages(stderr: string): readonly Told[] {
  const told: { severity: "error" | "warning"; summary: string; lines: string[] }[] = [];
  for (const line of stderr.split("\n")) {
    const [, severity, summary = ""] = /^(error|warning): (.*)$/.exec(line) ?? [];
    if (severity === "error" || severity === "warning") told.push({ severity, summary, lines: [] });
    else told.at(-1)?.lines.push(line.replace(/^ {2}/, ""));
  }
  return told.map(({ lines, ...head }) => ({ ...head, detail: lines.join("\n").trim() }));
}

function controlCharacters(...texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => {
    const found = /(?!\n)\p{Cc}/u.exec(text);
    return found === null
      ? []
      : [`control characters: ${JSON.stringify(text.slice(found.index, found.index + 100))}`];
  });
}
