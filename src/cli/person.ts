/** What the binary says to a person: it is a plugin, and OpenTofu is who starts it. */
import { providerAddress } from "../provider-address.ts";

/** Text for one of the two streams, and the exit code. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Answers a person's command line.
 * @param args what stands behind the name of the binary.
 */
export function answerPerson(args: readonly string[], version: string): Answer {
  const [first, ...rest] = args;
  if (first === undefined) return { stdout: "", stderr: introduction(version), exitCode: 1 };
  if (rest.length === 0) {
    if (VERSION.has(first)) return said(`terraform-provider-gpuhost ${version}\n`);
    if (HELP.has(first)) return said(introduction(version));
  }
  return {
    stdout: "",
    stderr: `terraform-provider-gpuhost: unknown arguments: ${args.join(" ")}\n\n${introduction(version)}`,
    exitCode: 2,
  };
}

const VERSION = new Set(["--version", "-version", "version"]);
const HELP = new Set(["--help", "-help", "-h", "help"]);

function said(stdout: string): Answer {
  return { stdout, stderr: "", exitCode: 0 };
}

function introduction(version: string): string {
  return `terraform-provider-gpuhost ${version}: PCI devices of Proxmox VE hosts for OpenTofu.

This is a provider plugin. OpenTofu and Terraform start it by themselves when a
configuration names it; it does nothing when a person starts it.

  terraform {
    required_providers {
      gpuhost = { source = "${providerAddress}" }
    }
  }

Arguments:
  -debug      serve until interrupted, and print TF_REATTACH_PROVIDERS for the host
  --version   print the version
  --help      print this text
`;
}
