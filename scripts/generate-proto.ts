/**
 * Generates the static protobuf code under the `gen` folders of `src` from the files in `proto/`.
 *
 * Run with `npm run generate`. buf reads the .proto files and passes their descriptors to ts-proto. Both come from npm,
 * and neither needs the network. The output depends only on the .proto files and the versions of the two tools, so a
 * test can compare it with what is committed.
 */
import { execFile } from "node:child_process";
import { mkdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { readArguments } from "./arguments.ts";

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);

/** What is generated, and where it goes below the root of the repository. */
export const generatedFolders = [
  { folder: "src/tfplugin6/gen", protos: ["tfplugin6.proto"] },
  {
    folder: "src/plugin/gen",
    protos: ["grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto", "health.proto"],
  },
] as const;

/**
 * Options of ts-proto (https://github.com/stephenh/ts-proto#supported-options). What only costs start-up time is left
 * out: clients, JSON and partial messages. 64-bit integers (bigint) and time stamps (no Date) are lossless. Map keeps
 * keys such as `__proto__`.
 */
const options = [
  "env=node",
  "esModuleInterop=true",
  "importSuffix=.ts",
  "enumsAsLiterals=true",
  "unrecognizedEnum=false",
  "oneof=unions-value",
  "useOptionals=messages",
  "useMapType=true",
  "forceLong=bigint",
  "useDate=false",
  "outputServices=grpc-js",
  "outputClientImpl=false",
  "outputJsonMethods=false",
  "outputPartialMethods=false",
  "exportCommonSymbols=false",
];

/**
 * Writes the generated folders below `target`, by default the repository itself.
 * @throws buf's own message when a .proto file has an error; then the old folders stay as they are.
 */
export async function generateProto(target: string = root): Promise<void> {
  for (const { folder, protos } of generatedFolders) {
    const output = join(target, folder);
    const fresh = `${output}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    await runBuf(fresh, protos);
    await rm(output, { recursive: true, force: true });
    await rename(fresh, output);
  }
}

async function runBuf(output: string, protos: readonly string[]): Promise<void> {
  const plugin = [process.execPath, require.resolve("ts-proto/protoc-gen-ts_proto")];
  const template = { version: "v2", plugins: [{ local: plugin, out: output, opt: options }] };
  await promisify(execFile)(
    process.execPath,
    [
      require.resolve("@bufbuild/buf/bin/buf"),
      "generate",
      "proto",
      ...protos.flatMap((file) => ["--path", `proto/${file}`]),
      "--template",
      JSON.stringify(template),
    ],
    // Its cache must not be in the home directory, which may be read-only.
    { cwd: root, env: { ...process.env, BUF_CACHE_DIR: join(root, "node_modules/.cache/buf") } },
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  readArguments({
    command: "npm run generate",
    summary: "Writes the code in the gen folders of src from the files in proto",
  });
  await generateProto();
}
