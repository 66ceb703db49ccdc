/** `doctor`: what keeps guests with PCI devices from starting, and how to mend it. */
import { connect } from "../connection.ts";
import type { Doing } from "../doing.ts";
import { encodedJson } from "../json-text.ts";
import { ProgressLine } from "../progress.ts";
import type { DoctorOptions } from "../request.ts";
import { worstOf } from "./check.ts";
import { examine } from "./examination.ts";
import { drawChecks } from "./report.ts";

/** The version of `--json`: the first number changes when programs that read it have to change. */
const FORMAT_VERSION = "1.0";

/** @returns 1 when something is wrong; with `--strict` also when there is a warning. */
export async function runDoctor(
  options: DoctorOptions,
  { surroundings, stdout, stderr, signal }: Doing,
): Promise<0 | 1> {
  const configured = await connect(options, surroundings);
  const progress = new ProgressLine(stderr);
  try {
    const checks = await examine(configured, surroundings, signal, (answered, asked) =>
      progress.show(answered, asked),
    );
    progress.end();
    const status = worstOf(checks);
    const told =
      options.json === true
        ? encodedJson({ format_version: FORMAT_VERSION, status, checks })
        : drawChecks(checks, stdout);
    stdout.write(told);
    return status === "error" || (status === "warning" && options.strict === true) ? 1 : 0;
  } finally {
    progress.end();
    await configured.client.close();
  }
}
