/** The command line: from arguments to an exit status. */
import { type Command, CommanderError } from "commander";
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import { presentable } from "../framework/presentable.ts";
import { messageOf } from "../message-of.ts";
import { BUG_REPORTS } from "../provider/bug-reports.ts";
import { ProxmoxError } from "../proxmox/errors.ts";
import { completionScript } from "./completion/completion.ts";
import { defineCommandLine } from "./definition.ts";
import { runDoctor } from "./doctor/doctor.ts";
import { runInspect } from "./inspect/inspect.ts";
import { interruptible } from "./interruption.ts";
import { printDiagnostics, printMessage } from "./messages.ts";
import { hintOf } from "./option-hint.ts";
import type { Request } from "./request.ts";
import { Screen } from "./screen.ts";
import { UsageError } from "./usage-error.ts";

/** 0: done. 1: failed, or `doctor` found something. 2: wrong usage. */
export type ExitStatus = 0 | 1 | 2;

export interface CommandLineOptions {
  readonly version: string;
  readonly process: NodeJS.Process;
}

/** Does what the arguments say. The output is written completely before it returns. @returns the exit status. */
export async function runCommandLine(
  args: readonly string[],
  { version, process }: CommandLineOptions,
): Promise<ExitStatus> {
  const stdout = new Screen(process.stdout, process.env, process.platform);
  const stderr = new Screen(process.stderr, process.env, process.platform);
  const status = await run(args, version, process, stdout, stderr);
  const failure = await stdout.finish();
  if (failure === null) return status;
  printMessage(stderr, "error", "Results Cannot Be Written", failure.message);
  return 1;
}

async function run(
  args: readonly string[],
  version: string,
  process: NodeJS.Process,
  stdout: Screen,
  stderr: Screen,
): Promise<ExitStatus> {
  const parsed = parse(args, version, stdout, stderr);
  if (typeof parsed === "number") return parsed;
  if (parsed.kind === "completion") {
    stdout.write(
      completionScript(
        parsed.shell,
        defineCommandLine(version, () => {}),
      ),
    );
    return 0;
  }
  try {
    return await interruptible(process, async (signal) => {
      const surroundings = {
        version,
        environment: process.env,
        platform: process.platform,
        stdin: process.stdin,
      };
      const doing = { surroundings, stdout, stderr, signal, now: () => new Date() };
      return parsed.kind === "inspect"
        ? await runInspect(parsed.options, doing)
        : await runDoctor(parsed.options, doing);
    });
  } catch (error) {
    return explain(error, stderr);
  }
}

function parse(
  args: readonly string[],
  version: string,
  stdout: Screen,
  stderr: Screen,
): Request | ExitStatus {
  let request: Request | null = null;
  const program = defineCommandLine(version, (found) => {
    request = found;
  });
  const output = {
    writeOut: (text: string) => stdout.write(text),
    writeErr: (text: string) => stderr.write(presentable(text)),
    getOutHelpWidth: () => stdout.columns ?? HELP_COLUMNS,
    getErrHelpWidth: () => stderr.columns ?? HELP_COLUMNS,
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  };
  for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(output);
  if (args.length === 0) {
    program.outputHelp({ error: true });
    return 1;
  }
  try {
    program.parse(asToday(args, program), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  // Every command that parses has an action.
  return request ?? 2;
}

/** The width of the help where the screen tells none. */
const HELP_COLUMNS = 80;

/** Arguments of earlier versions and of OpenTofu, and what is written instead now. */
const OTHERWISE: ReadonlyMap<string, string> = new Map([
  ["-version", "--version"],
  ["version", "--version"],
  ["-help", "--help"],
]);

function asToday(args: readonly string[], { commands }: Command): string[] {
  const [first, ...others] = args;
  const [second] = others;
  // By itself, commander answers the general help, and says nothing of a command that there is not.
  if (
    first === "help" &&
    second !== undefined &&
    !["help", ...commands.map((one) => one.name())].includes(second)
  ) {
    return others;
  }
  return first !== undefined && others.length === 0 ? [OTHERWISE.get(first) ?? first] : [...args];
}

function explain(error: unknown, stderr: Screen): ExitStatus {
  if (error instanceof DiagnosticError) {
    printDiagnostics(error.diagnostics, stderr);
    const hint = hintFor(error);
    if (hint !== null) stderr.write(`  ${hint}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  if (error instanceof ProxmoxError) {
    printDiagnostics([errorDiagnostic("Unable to Ask Proxmox", error.message)], stderr);
    return 1;
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : messageOf(error);
  const detail = `${what}\nThis is a bug. Please report it at ${BUG_REPORTS}`;
  printMessage(stderr, "error", "Something Unforeseen", detail);
  return 1;
}

/** The provider's messages speak of a configuration. This says the same for the command line. */
function hintFor({ diagnostics, cause }: DiagnosticError): string | null {
  if (diagnostics.some(({ summary }) => summary === "Missing Provider Configuration")) {
    return "Here these are --endpoint URL and --api-token-file FILE, or the variables.";
  }
  return cause instanceof ProxmoxError ? hintOf(cause) : null;
}
