/**
 * A provider written like a usual gRPC server for Node: it reads .proto files when it starts, and its dependencies are
 * in node_modules. It describes one data source and can be asked to end, which is all that the first launch of a plan
 * needs. Its only argument is the folder of the .proto files.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { createCertificate } from "../../../src/plugin/certificate.ts";

/** Source: go-plugin `server.go`; version 1 of the handshake, 6 of the protocol. */
const VERSIONS = "1|6";

type Answer = (error: null, answer: object) => void;

function serviceOf(folder: string, file: string, path: readonly string[]): ServiceDefinition {
  const types = loadPackageDefinition(loadSync(join(folder, file), { keepCase: true, defaults: true }));
  const found = path.reduce<unknown>(
    (part, name) =>
      typeof part === "object" || typeof part === "function" ? Reflect.get(part ?? {}, name) : null,
    types,
  );
  if (typeof found !== "function") throw new Error(`${file} has no ${path.join(".")}`);
  return Reflect.get(found, "service") as ServiceDefinition;
}

const text = Buffer.from('"string"');
const attribute = { name: "text", type: text, computed: true, description: "A text." };

const SCHEMA = {
  provider: { version: 0, block: { version: 0, attributes: [] } },
  data_source_schemas: { usual_text: { version: 0, block: { version: 0, attributes: [attribute] } } },
};

async function main(folder: string): Promise<void> {
  const certificate = await createCertificate();
  const server = new Server();
  server.addService(serviceOf(folder, "tfplugin6.proto", ["tfplugin6", "Provider"]), {
    GetProviderSchema: (_call: unknown, answer: Answer) => answer(null, SCHEMA),
    GetFunctions: (_call: unknown, answer: Answer) => answer(null, {}),
  });
  server.addService(serviceOf(folder, "grpc_controller.proto", ["plugin", "GRPCController"]), {
    Shutdown: (_call: unknown, answer: Answer) => {
      answer(null, {});
      server.tryShutdown(() => process.exit(0));
    },
  });
  const socket = join(mkdtempSync(join(tmpdir(), "usual-")), "plugin.sock");
  const key = {
    private_key: Buffer.from(certificate.privateKeyPem),
    cert_chain: Buffer.from(certificate.certificatePem),
  };
  const client = Buffer.from(process.env["PLUGIN_CLIENT_CERT"] ?? "");
  const credentials = ServerCredentials.createSsl(client, [key], true);
  server.bindAsync(`unix:${socket}`, credentials, () => {
    const shown = certificate.certificateDer.toString("base64").replace(/=+$/, "");
    process.stdout.write(`${VERSIONS}|unix|${socket}|grpc|${shown}\n`);
  });
}

void main(process.argv[2] ?? "");
