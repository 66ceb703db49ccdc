/** What a launch of an executable loads that has `start-probe.cjs` in it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { launchPlugin } from "../host/launch.ts";

export interface LaunchLoads {
  /** Before the handshake line was written: files of the bundle by their paths, parts of Node as `node:NAME`. */
  readonly beforeHandshake: readonly string[];
  /** From then on, until the host had the schema and ended the plugin. */
  readonly beforeFirstAnswer: readonly string[];
  /** V8 takes compiled code only from a V8 with the same one: it stands for the version, the processor and the flags. */
  readonly versionTag: number;
}

/** As the probe writes it. */
interface Report {
  readonly versionTag: number;
  readonly handshake: Loaded;
  readonly end: Loaded;
}

interface Loaded {
  readonly files: readonly string[];
  /** `NativeModule fs`; what begins with other words is compiled into Node. */
  readonly modules: readonly string[];
}

/** Launches the executable, asks for the schema, and ends it. */
export async function launchLoads(command: string): Promise<LaunchLoads> {
  const folder = mkdtempSync(join(tmpdir(), "launch-loads-"));
  try {
    const report = join(folder, "report.json");
    await using plugin = await launchPlugin({
      command,
      variables: { ...nothingInherited(), START_PROBE: report },
    });
    const connection = plugin.connect();
    connection.openStreams();
    await connection.call(ProviderService.getProviderSchema, {});
    await connection.shutdown();
    await plugin.exited;
    const { handshake, end, versionTag } = JSON.parse(readFileSync(report, "utf8")) as Report;
    const before = namesOf(handshake);
    return {
      beforeHandshake: [...before],
      beforeFirstAnswer: [...namesOf(end).difference(before)],
      versionTag,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Nothing of the tests' own environment may decide what is loaded. */
function nothingInherited(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => name !== "TMPDIR");
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function namesOf({ files, modules }: Loaded): Set<string> {
  const parts = modules.flatMap((module) => /^NativeModule (.+)$/.exec(module)?.[1] ?? []);
  return new Set([...files, ...parts.map((part) => `node:${part}`)]);
}
