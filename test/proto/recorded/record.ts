/**
 * Records the requests of a real OpenTofu, for recorded.test.ts:
 *
 *     node test/proto/recorded/record.ts PATH_OF_TOFU
 *
 * Writes requests.json beside this file. Needed again only when a newer OpenTofu asks for more.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { silentLogger } from "../../../src/logger.ts";
import { startGrpcServer } from "../../../src/plugin/grpc-server.ts";
import { listen } from "../../../src/plugin/listener.ts";
import { formatReattach } from "../../../src/plugin/reattach.ts";
import { addRecordingProvider, type RecordedRequest } from "./provider.ts";

const configuration = `
terraform {
  required_providers {
    recorder = { source = "registry.opentofu.org/gpuhost/recorder" }
  }
}

variable "number" { default = 1 }

provider "recorder" {
  text   = "Grüße, 世界"
  number = 12345678901234567890
  flags  = [true, false]
  tags   = { a = "1", b = null }
}

resource "recorder_resource" "changing" {
  text     = "first"
  number   = var.number
  anything = { list = [1, "two", 3.5] }
}

data "recorder_data" "known" {
  text   = "x"
  number = 0.1
}

data "recorder_data" "unknown" {
  text = terraform_data.later.id
  tags = { later = terraform_data.later.id }
}

resource "terraform_data" "later" {}

output "known" { value = data.recorder_data.known.number }
output "echo" { value = provider::recorder::echo({ a = [1, null] }, "second") }
`;

const tofu = process.argv[2];
if (tofu === undefined) throw new Error("usage: record.ts PATH_OF_TOFU");

const requests: RecordedRequest[] = [];
const directory = mkdtempSync(join(tmpdir(), "record-"));
const listener = await listen(
  { socketDirectory: undefined, ports: { first: 0, last: 0 } },
  { platform: process.platform, temporaryDirectory: directory },
);
await startGrpcServer({
  listener,
  tls: undefined,
  addServices: (server) => addRecordingProvider(server, (request) => requests.push(request)),
  watch: undefined,
  logger: silentLogger,
  onShutdown: () => {
    throw new Error("A host asked a provider to end that it has not started.");
  },
});

async function run(command: string, ...options: readonly string[]): Promise<string> {
  const address = "registry.opentofu.org/gpuhost/recorder";
  const env = {
    PATH: process.env["PATH"],
    HOME: directory,
    TF_REATTACH_PROVIDERS: formatReattach(address, listener.address, process.pid),
  };
  const { stdout } = await promisify(execFile)(tofu ?? "", [command, ...options], { cwd: directory, env });
  return stdout;
}

writeFileSync(join(directory, "main.tf"), configuration);
const { terraform_version: version } = JSON.parse(await run("version", "-json")) as {
  terraform_version: string;
};
await run("init");
await run("providers", "schema", "-json");
await run("validate");
await run("plan");
await run("apply", "-auto-approve");
await run("apply", "-auto-approve", "-var", "number=2");
await run("apply", "-destroy", "-auto-approve");

// One of a kind is enough: the same request comes again with every command.
const distinct = new Map(
  requests.map((request) => [`${request.method} ${request.bytes.toString("hex")}`, request]),
);
const lines = [...distinct.values()].map(({ method, bytes }) => ({
  method,
  bytes: bytes.toString("base64"),
}));
const file = join(import.meta.dirname, "requests.json");
writeFileSync(file, `${JSON.stringify({ host: `OpenTofu ${version}`, requests: lines }, null, 2)}\n`);
listener.close();
rmSync(directory, { recursive: true });
process.stdout.write(`${lines.length} of ${requests.length} requests kept in ${file}\n`);
process.exit(0);
