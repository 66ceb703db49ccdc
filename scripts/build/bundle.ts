/** Makes one CommonJS file of the provider and everything it imports, and another one of what answers a person. */
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { projectRoot, providerName } from "../project.ts";
import { grpcServerOnly } from "./grpc-server.ts";
import { personApart } from "./person-apart.ts";
import { undiciHttp1Only } from "./undici-http1.ts";

export interface Bundle {
  readonly text: string;
  /** What went in and how the parts are connected, as esbuild tells it. */
  readonly metafile: Metafile;
}

export interface BundleOptions {
  /** The version that the provider reports. */
  readonly version: string;
  /** The file to begin at; the provider itself when absent. */
  readonly entry?: string;
}

/**
 * Bundles the provider. The text depends on the sources and the version alone: no absolute path and
 * no date goes in.
 */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const result = await build({
    entryPoints: [options.entry ?? join(projectRoot, "src", "main.ts")],
    absWorkingDir: projectRoot,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: "node24",
    minify: true,
    // A single-executable application can require Node's modules but not import() them.
    supported: { "dynamic-import": false },
    plugins: [grpcServerOnly, undiciHttp1Only, personApart],
    // grpc-js loads .proto files with it at run time. The code here is generated beforehand.
    external: ["@grpc/proto-loader"],
    define: {
      GPUHOST_VERSION: JSON.stringify(options.version),
      // By this name undici leaves out its experimental second parser, as it does in Node itself.
      esbuildDetection: "true",
    },
    charset: "ascii",
    legalComments: "inline",
    banner: { js: `/*! ${providerName} ${options.version}, MPL-2.0 */` },
    logLevel: "warning",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("esbuild made no file.");
  return { text: escapeBeyondAscii(file.text), metafile: result.metafile };
}

/** Bundles what answers a person. A plugin's launch reads nothing of it, so it brings along a copy of all that it needs. */
export function bundleForPerson(version: string): Promise<Bundle> {
  return bundle({ version, entry: join(projectRoot, "src", "cli", "command-line.ts") });
}

/**
 * V8 keeps a source in half the memory when every character takes one byte. esbuild escapes the others
 * everywhere but in comments, where a name may be written with one, and where this does no harm.
 */
function escapeBeyondAscii(text: string): string {
  return text.replaceAll(/[\u0080-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
