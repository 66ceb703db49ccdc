/** The interface as it is published: files in Go modules of pinned versions. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** A module, and the hash that its content must have. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  readonly sum: string;
}

export const PUBLISHED = {
  opentofu: {
    path: "github.com/opentofu/opentofu",
    version: "v1.12.6",
    sum: "h1:0VT4P8pMmGcCUnQ9JDrJ+Qg2d35Vzm4FFd/9+H7oF98=",
  },
  goPlugin: {
    path: "github.com/hashicorp/go-plugin",
    version: "v1.8.0",
    sum: "h1:ie8S6RRY8RvB2usYZv+AAZ/wBvx2AU5p5QeP5j/FORs=",
  },
  grpc: {
    path: "google.golang.org/grpc",
    version: "v1.79.3",
    sum: "h1:sybAEdRIEtvcD68Gx7dmnwjZKlyfuc61Dyo9pGXXkKE=",
  },
} as const satisfies { readonly [name: string]: GoModule };

/** The module's folder in Go's module cache; Go downloads what is not there. */
export async function locateModule({ path, version, sum }: GoModule): Promise<string> {
  const { stdout } = await promisify(execFile)("go", ["mod", "download", "-json", `${path}@${version}`], {
    cwd: tmpdir(),
    env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off" },
  });
  const found = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
  if (found.Sum !== sum) throw new Error(`${path}@${version} has the hash ${found.Sum} instead of ${sum}`);
  return found.Dir;
}

/**
 * gRPC's health service, whose .proto file is in no Go module: its descriptor stands in the Go code that was
 * generated from it, as a text constant in pieces.
 */
export function readDescriptorOfHealth(grpcFolder: string): FileDescriptorProto {
  const code = readFileSync(join(grpcFolder, "health/grpc_health_v1/health.pb.go"), "utf8");
  const constant = /const file_grpc_health_v1_health_proto_rawDesc = ((?:"(?:[^"\\]|\\.)*"[\s+]*)+)/.exec(
    code,
  )?.[1];
  if (constant === undefined) throw new Error("health.pb.go has no descriptor");
  const pieces = constant.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return fromBinary(FileDescriptorProtoSchema, Buffer.concat(pieces.map(readGoText)));
}

const GO_ESCAPES: { readonly [letter: string]: number } = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  "\\": 92,
};

/** The bytes of an interpreted string literal of Go, with its quotes. */
function readGoText(literal: string): Buffer {
  const tokens = literal.slice(1, -1).match(/\\x[0-9a-f]{2}|\\.|[^\\]/g) ?? [];
  return Buffer.concat(
    tokens.map((token) => {
      if (!token.startsWith("\\")) return Buffer.from(token, "utf8");
      if (token.startsWith("\\x")) return Buffer.from(token.slice(2), "hex");
      const code = GO_ESCAPES[token.slice(1)];
      if (code === undefined) throw new Error(`unknown escape ${token}`);
      return Buffer.of(code);
    }),
  );
}
