/** Every command and option, defined once: for parsing, help and completion. */
import { Command, InvalidArgumentError, Option } from "commander";
import { CLASS_NAMES } from "../pci/class.ts";
import { MAPPING_NAMINGS } from "../pci/mapping-name.ts";
import { providerAddress } from "../provider-address.ts";
import { MAX_TIMEOUT_SECONDS } from "../proxmox/settings/defaults.ts";
import type { DoctorOptions, InspectOptions, Request, Shell } from "./request.ts";

/** The name by which people call the binary: a link that they make once. */
const PROGRAM = "gpuhost";

const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

/** An option for which a shell can offer values: words, or names of files. */
export class CompletedOption extends Option {
  readonly completions: readonly string[] | "files";
  /** Whether several values may be given, with commas between them. */
  readonly isList: boolean;

  constructor(
    flags: string,
    description: string,
    completions: readonly string[] | "files",
    isList: boolean = false,
  ) {
    super(flags, description);
    this.completions = completions;
    this.isList = isList;
  }
}

/** Defines the command line. @param onRequest is called with what the person wants, once the arguments are right. */
export function defineCommandLine(version: string, onRequest: (request: Request) => void): Command {
  const program = new Command(PROGRAM)
    .description(
      "Shows the PCI devices of a Proxmox VE cluster, and what would go wrong with passing them through.\n\n" +
        "The same program is a provider plugin, which OpenTofu and Terraform start by themselves when a configuration " +
        "names it.",
    )
    .version(`terraform-provider-gpuhost ${version}`, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText("after", AFTER);
  program
    .addCommand(inspectCommand(onRequest))
    .addCommand(doctorCommand(onRequest))
    .addCommand(completionCommand(onRequest));
  // Commands that are added whole do not inherit this.
  for (const command of program.commands) command.helpOption("-h, --help", "print this help");
  for (const option of program.commands.flatMap(({ options }) => options)) {
    if (option.required) refuseOptionsAsValue(option);
  }
  return program;
}

const AFTER = `
As a plugin:
  terraform {
    required_providers {
      gpuhost = { source = "${providerAddress}" }
    }
  }
  -debug   serve until interrupted, and print TF_REATTACH_PROVIDERS for the host

Exit status: 0 done, 1 failed or something is wrong, 2 wrong usage.`;

const CONNECTION_HELP = `
Where the cluster is and who signs in comes from the environment, under the
names of the provider: PROXMOX_VE_ENDPOINT, PROXMOX_VE_API_TOKEN and so on.
No secret is ever an argument.`;

function inspectCommand(onRequest: (request: Request) => void): Command {
  const command = new Command("inspect")
    .summary("show nodes, cards, IOMMU groups and who uses what")
    .description(
      "Shows the PCI devices of the cluster by node, card and IOMMU group. Without a filter other than --nodes it " +
        "shows GPUs. Values within one filter are alternatives, different filters must all hold.",
    )
    .addOption(list("--nodes <names>", "only these nodes: pve1,pve2"))
    .addOption(
      list("--classes <classes>", `what the devices are: ${CLASS_NAMES.join(", ")}, or 0302`, CLASS_NAMES),
    )
    .addOption(list("--vendor-ids <ids>", "vendor ids: 10de"))
    .addOption(list("--ids <ids>", "vendor and device ids: 10de:2204"))
    .addOption(list("--subsystem-ids <ids>", "subsystem ids: 1462:3884"))
    .addOption(list("--paths <paths>", "addresses or slots, NODE/ before it for one node: pve1/03:00"))
    .addOption(new Option("--name-regex <expression>", "a regular expression that is searched for in names"))
    .addOption(flag("--mdev <bool>", "only devices that offer mediated devices, or do not"))
    .addOption(flag("--virtual-functions <bool>", "only virtual functions, or none"))
    .addOption(new Option("--physical-function <path>", "only the virtual functions of this address"))
    .addOption(new Option("--all", "every device, where there is no filter"))
    .addOption(new Option("--usage", "also which guests use what"))
    .addOption(new Option("--mapping-prefix <prefix>", "what names of mappings begin with (default: gpu)"))
    .addOption(
      new CompletedOption(
        "--mapping-names <way>",
        "how mappings are named: address or model",
        MAPPING_NAMINGS,
      ),
    );
  const forms = [
    new Option("--table", "one line a device"),
    new Option("--json", "everything, for programs"),
    new Option("--hcl", "a configuration for bpg/proxmox: what exists with import blocks, and the rest"),
    file("--html <file>", "a page for the browser, with usage and mappings; - is standard output"),
  ];
  for (const form of forms) {
    const others = forms.filter((other) => other !== form).map((other) => other.attributeName());
    command.addOption(form.conflicts(others));
  }
  return withConnection(command).action((options: InspectOptions) => onRequest({ kind: "inspect", options }));
}

function doctorCommand(onRequest: (request: Request) => void): Command {
  return withConnection(
    new Command("doctor")
      .summary("check what keeps guests with PCI devices from starting")
      .description(
        "Checks the connection, the cluster, its mappings and its guests. Each line says what was found, and what " +
          "mends it. It reads only, and changes nothing.",
      )
      .addOption(new Option("--json", "the checks, for programs"))
      .addOption(new Option("--strict", "warnings also give exit status 1")),
  ).action((options: DoctorOptions) => onRequest({ kind: "doctor", options }));
}

function completionCommand(onRequest: (request: Request) => void): Command {
  const command = new Command("completion")
    .summary("print the completion of a shell")
    .description(
      "Prints what makes a shell complete commands and options. For this shell alone, and for good:\n\n" +
        `  bash  source <(${PROGRAM} completion bash)\n` +
        `        ${PROGRAM} completion bash > ~/.local/share/bash-completion/completions/${PROGRAM}\n` +
        `  zsh   source <(${PROGRAM} completion zsh)        (behind compinit)\n` +
        `        ${PROGRAM} completion zsh > "\${fpath[1]}/_${PROGRAM}"\n` +
        `  fish  ${PROGRAM} completion fish | source\n` +
        `        ${PROGRAM} completion fish > ~/.config/fish/completions/${PROGRAM}.fish`,
    );
  return command
    .addArgument(command.createArgument("<shell>", "bash, zsh or fish").choices(SHELLS))
    .action((shell: Shell) => onRequest({ kind: "completion", shell }));
}

function withConnection(command: Command): Command {
  return command
    .addOption(repeated("--endpoint <url>", "URL of the API; several times for members of one cluster"))
    .addOption(file("--ca-file <file>", "certificates of the authorities to trust, PEM"))
    .addOption(
      repeated("--fingerprint <sha256>", "trust the certificate with this fingerprint; several times"),
    )
    .addOption(new Option("--insecure", "accept any certificate"))
    .addOption(
      new Option("--timeout <seconds>", `of one request, at most ${MAX_TIMEOUT_SECONDS}`).argParser(
        wholeNumber,
      ),
    )
    .addOption(file("--api-token-file <file>", "a file with the API token; - is standard input"))
    .addHelpText("after", CONNECTION_HELP);
}

/** An option with a list: separated by commas, given several times, or both. */
function list(flags: string, description: string, completions: readonly string[] = []): Option {
  return new CompletedOption(flags, description, completions, true).argParser(
    (value: string, before: readonly string[] | undefined): readonly string[] => [
      ...(before ?? []),
      ...value.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()])),
    ],
  );
}

/** A value that begins like an option is one: the value before it was forgotten. */
function refuseOptionsAsValue(option: Option): void {
  const parse = option.parseArg;
  option.argParser((value: string, before: unknown): unknown => {
    if (value.startsWith("--"))
      throw new InvalidArgumentError("That is an option, and the value is missing.");
    return parse === undefined ? value : parse(value, before);
  });
}

/** An option that names a file. An empty name is that of a variable that is not set. */
function file(flags: string, description: string): Option {
  return new CompletedOption(flags, description, "files").argParser((value: string): string => {
    if (value !== "") return value;
    throw new InvalidArgumentError("It is the name of a file.");
  });
}

/** An option that may be given several times, each with one value. */
function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(
    (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value],
  );
}

/** An option that is yes or no. When it is not given, it is neither. */
function flag(flags: string, description: string): Option {
  const words = ["true", "false"];
  return new CompletedOption(flags, description, words).argParser((value: string): boolean => {
    if (words.includes(value)) return value === "true";
    throw new InvalidArgumentError("It is true or false.");
  });
}

function wholeNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw new InvalidArgumentError("It is a whole number of seconds.");
}
