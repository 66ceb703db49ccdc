/** Makes one CommonJS file of the provider with all its imports, and another one of the command line. */
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { projectRoot, providerName } from "../project.ts";
import { grpcServerOnly } from "./grpc-server.ts";
import { personApart } from "./person-apart.ts";
import { undiciHttp1Only } from "./undici-http1.ts";

export interface Bundle {
  readonly text: string;
  /** What the bundle contains and how the parts are connected, from esbuild. */
  readonly metafile: Metafile;
}

export interface BundleOptions {
  /** The version that the provider reports. */
  readonly version: string;
  /** The entry file; the provider itself when absent. */
  readonly entry?: string;
}

/**
 * Bundles the provider. The text depends only on the sources and the version: it contains no absolute path and no date.
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
    // grpc-js uses it to load .proto files at run time. Our code is generated at build time.
    external: ["@grpc/proto-loader"],
    define: {
      GPUHOST_VERSION: JSON.stringify(options.version),
      // With this name undici omits its experimental second parser, as in Node itself.
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

/**
 * Bundles the command line. A launch of the plugin does not read it, so it has its own copy of everything that it needs.
 */
export function bundleForPerson(version: string): Promise<Bundle> {
  return bundle({ version, entry: join(projectRoot, "src", "cli", "command-line.ts") });
}

/**
 * V8 needs half the memory for a source whose characters all fit into one byte. esbuild escapes other characters
 * everywhere except in comments. There escaping does no harm.
 */
function escapeBeyondAscii(text: string): string {
  return text.replaceAll(/[\u0080-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
