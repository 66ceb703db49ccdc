/** What decides how the program runs: the host's environment, a person's arguments. */
import { CommanderError } from "commander";
import { defineCommandLine } from "../../../../src/cli/definition.ts";
import { PluginStartError, readHandshake } from "../../../../src/plugin/handshake.ts";
import { readLogLevel } from "../../../../src/plugin/log-level.ts";
import { createCertificateAuthority } from "../../pve/certificate.ts";
import type { FuzzTarget } from "../target.ts";

/** `NAME=value` with NUL between, as the system has an environment. */
function environmentOf(input: Buffer): Record<string, string> {
  const variables = input.toString("utf8").split("\0");
  return Object.fromEntries(
    variables.map((variable) => {
      const equals = variable.indexOf("=");
      return [variable.slice(0, Math.max(equals, 0)), variable.slice(equals + 1)];
    }),
  );
}

export const programTargets: readonly FuzzTarget[] = [
  {
    name: "handshake",
    what: "the environment that a host gives",
    refusals: [PluginStartError],
    maxBytes: 2_000,
    seeds: [
      "PLUGIN_PROTOCOL_VERSIONS=6,5\0PLUGIN_MIN_PORT=10000\0PLUGIN_MAX_PORT=25000",
      `PLUGIN_CLIENT_CERT=${createCertificateAuthority().certificatePem}\0TF_LOG=TRACE`,
      "PLUGIN_UNIX_SOCKET_DIR=/tmp\0PLUGIN_MULTIPLEX_GRPC=true\0TF_LOG_PROVIDER=debug",
    ],
    words: [
      "PLUGIN_PROTOCOL_VERSIONS=",
      "PLUGIN_MIN_PORT=",
      "PLUGIN_MAX_PORT=",
      "PLUGIN_CLIENT_CERT=",
      "PLUGIN_UNIX_SOCKET_DIR=",
      "\0",
      "65535",
      "65536",
      "-1",
      ",",
      "6",
      "-----BEGIN CERTIFICATE-----",
      "TF_LOG=",
    ],
    run: (input) => {
      const environment = environmentOf(input);
      readLogLevel(environment, "gpuhost");
      const { ports, clientCertificates } = readHandshake(environment);
      const inRange = ports.first >= 0 && ports.first <= ports.last && ports.last <= 65_535;
      if (!inRange) throw new Error(`ports ${ports.first} to ${ports.last}`);
      // A certificate that cannot be read must never lead to plain text.
      const asked = environment["PLUGIN_CLIENT_CERT"] ?? "";
      if (asked !== "" && (clientCertificates ?? []).length === 0)
        throw new Error("no TLS although it was asked for");
    },
  },
  {
    name: "command-line",
    what: "a person's arguments, with NUL between",
    refusals: [CommanderError],
    maxBytes: 500,
    seeds: [
      "inspect\0--classes\0gpu\0--nodes=pve1,pve2",
      "inspect\0--json\0--usage",
      "--help",
      "completion\0bash",
      "inspect\0--timeout\x05\0--endpoint\0https://pve1:8006",
    ],
    words: [
      "inspect",
      "completion",
      "help",
      "--",
      "-",
      "--json",
      "--table",
      "--endpoint",
      "--timeout",
      "--mdev",
      "true",
      "\0",
      "=",
      ",",
      "--name-regex",
      "bash",
      "--mapping-names",
    ],
    run: (input) => {
      const program = defineCommandLine("0.0.0", () => {});
      const output = { writeOut: () => {}, writeErr: () => {} };
      for (const command of [program, ...program.commands]) command.exitOverride().configureOutput(output);
      program.parse(input.toString("utf8").split("\0"), { from: "user" });
    },
  },
];
