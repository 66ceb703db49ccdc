import { expect, test } from "vitest";
import { runCli } from "../support/cli/run.ts";

const HELP = /^Usage: gpuhost \[options\] \[command\]\n/;

test("without arguments the help is on standard error, and the status 1", async () => {
  const run = await runCli([]);
  expect(run).toMatchObject({ status: 1, stdout: "" });
  expect(run.stderr).toMatch(HELP);
});

test.for([["--help"], ["-h"], ["-help"], ["help"]])("%j prints the help", async (args) => {
  const run = await runCli(args);
  expect(run).toMatchObject({ status: 0, stderr: "" });
  expect(run.stdout).toMatch(HELP);
  expect(run.stdout).toContain('gpuhost = { source = "registry.opentofu.org/gpuhost/gpuhost" }');
});

test.for([["--version"], ["-V"], ["-version"], ["version"]])("%j prints the version", async (args) => {
  const run = await runCli(args);
  expect(run).toEqual({ status: 0, stdout: "terraform-provider-gpuhost 1.2.3\n", stderr: "", killed: [] });
});

test.for(["inspect", "doctor", "completion"])("%s has a help of its own", async (command) => {
  const asked = await runCli([command, "--help"]);
  expect(asked).toMatchObject({ status: 0, stderr: "" });
  expect(asked.stdout).toMatch(new RegExp(`^Usage: gpuhost ${command} \\[options\\]`));
  expect(await runCli(["help", command])).toEqual(asked);
});

test("help fits 80 columns where nothing says how wide the screen is", async () => {
  for (const args of [["--help"], ["inspect", "--help"], ["doctor", "--help"], ["completion", "--help"]]) {
    const { stdout } = await runCli(args);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
});

test("no option takes a secret", async () => {
  const { stdout } = await runCli(["inspect", "--help"]);
  expect(stdout).not.toMatch(/--(?:password|api-token |auth-ticket|otp|username)/);
});

const wrong: readonly (readonly [args: string, message: string])[] = [
  ["inspct", "error: unknown command 'inspct'\n(Did you mean inspect?)\n"],
  ["inspect --clases gpu", "error: unknown option '--clases'\n(Did you mean --classes?)\n"],
  ["doctor --stric", "error: unknown option '--stric'\n(Did you mean --strict?)\n"],
  ["--verson", "error: unknown option '--verson'\n(Did you mean --version?)\n"],
  ["inspect --json --hcl", "error: option '--json' cannot be used with option '--hcl'\n"],
  ["inspect --classes", "error: option '--classes <classes>' argument missing\n"],
  ["inspect --mdev yes", "error: option '--mdev <bool>' argument 'yes' is invalid. It is true or false.\n"],
  [
    "inspect --timeout 5m",
    "error: option '--timeout <seconds>' argument '5m' is invalid. It is a whole number of seconds.\n",
  ],
  ...["--ca-file", "--api-token-file", "--html"].map(
    (option) =>
      [
        `inspect ${option} `,
        `error: option '${option} <file>' argument '' is invalid. It is the name of a file.\n`,
      ] as const,
  ),
  ...[
    "--html --json",
    "--name-regex --usage",
    "--classes --all",
    "--endpoint --insecure",
    "--mdev --table",
  ].map((options) => {
    const [option = "", value = ""] = options.split(" ");
    const flags = { "--html": "<file>", "--name-regex": "<expression>", "--classes": "<classes>" };
    const more = { ...flags, "--endpoint": "<url>", "--mdev": "<bool>" };
    return [
      `inspect ${options}`,
      `error: option '${option} ${more[option as keyof typeof more]}' argument '${value}' is invalid. That is an option, and the value is missing.\n`,
    ] as const;
  }),
  ["help nope", "error: unknown command 'nope'\n"],
  ["help inspct", "error: unknown command 'inspct'\n(Did you mean inspect?)\n"],
  ["inspect gpu", "error: too many arguments for 'inspect'. Expected 0 arguments but got 1: gpu.\n"],
  ["completion", "error: missing required argument 'shell'\n"],
  [
    "completion csh",
    "error: command-argument value 'csh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
  ],
  [
    "inspect --timeout 301",
    "error: Value Out of Range (--timeout)\n  --timeout is 301, and must be from 1 to 300.\n",
  ],
  [
    "inspect --classes gpux",
    'error: Invalid Value (--classes)\n  "gpux" is not a class: write "gpu", "display", "accelerator", "audio", "network", "storage", "usb", "bridge", or the first two to six hexadecimal digits of a class code, such as "0302".\n',
  ],
  [
    "inspect --nodes ,",
    "error: Empty Value (--nodes)\n  --nodes is empty, and nothing could ever match it. Leave the argument out to set no limit.\n",
  ],
  [
    "inspect --mapping-names by-hand",
    'error: Invalid Value (--mapping-names)\n  --mapping-names is "by-hand", which is none of the values it can have: "address", "model".\n',
  ],
];

test.for(wrong)("%s is wrong usage", async ([line, message]) => {
  const run = await runCli(line.split(" "));
  expect(run).toMatchObject({ status: 2, stdout: "", stderr: message });
});

test("an endpoint that is none is wrong usage as an option, and a failure in the environment", async () => {
  const token = { PROXMOX_VE_API_TOKEN: "a@pve!b=00000000-0000-0000-0000-000000000000" };
  const option = await runCli(["inspect", "--endpoint", "pve1"], { environment: token });
  expect(option.status).toBe(2);
  expect(option.stderr).toMatch(/^error: Invalid Provider Configuration \(--endpoint\)\n {2}/);
  const variable = await runCli(["inspect"], { environment: { ...token, PROXMOX_VE_ENDPOINT: "pve1" } });
  expect(variable.status).toBe(1);
});

test("a file that an option names and that is wrong is a failure, as it is in the environment", async () => {
  const environment = {
    PROXMOX_VE_ENDPOINT: "https://127.0.0.1:1",
    PROXMOX_VE_API_TOKEN: "a@pve!b=00000000-0000-0000-0000-000000000000",
  };
  const unreadable = await runCli(["inspect", "--ca-file", "/does/not/exist"], { environment });
  expect(unreadable).toMatchObject({
    status: 1,
    stderr:
      'error: Invalid Provider Configuration (--ca-file)\n  The file "/does/not/exist" cannot be read: it does not exist.\n',
  });
  const variable = await runCli(["inspect"], {
    environment: { ...environment, GPUHOST_CA_FILE: "/does/not/exist" },
  });
  expect(variable.status).toBe(1);
});

test("a token from a file that is none is told with the option of the file", async () => {
  const environment = { PROXMOX_VE_ENDPOINT: "https://127.0.0.1:1" };
  const read = (stdin: string) => runCli(["inspect", "--api-token-file", "-"], { environment, stdin });
  const none = await read("geheim\n");
  expect(none.status).toBe(1);
  expect(none.stderr).toMatch(
    /^error: Invalid Provider Configuration \(--api-token-file\)\n {2}The API token must have the form/,
  );
  expect(none.stderr).not.toContain("geheim");
  const line = await read("PROXMOX_VE_API_TOKEN=a@pve!b=00000000-0000-0000-0000-000000000000\n");
  expect(line).toMatchObject({
    status: 1,
    stderr:
      'error: Invalid Provider Configuration (--api-token-file)\n  The API token has "PROXMOX_VE_API_TOKEN=" before it, as a script has; leave that out: USER@REALM!TOKENID=SECRET.\n',
  });
});

test("without a configuration it says how to give one", async () => {
  const run = await runCli(["inspect"]);
  expect(run).toMatchObject({ status: 1, stdout: "" });
  expect(run.stderr).toContain("PROXMOX_VE_ENDPOINT");
  expect(run.stderr).toMatch(
    / {2}Here these are --endpoint URL and --api-token-file FILE, or the variables\.\n$/,
  );
});

test("what somebody pastes does not reach the terminal as an escape sequence", async () => {
  const run = await runCli(["inspect", "--\u001b[31mred"]);
  expect(run.status).toBe(2);
  expect(run.stderr).not.toContain("\u001b");
});

test("a reader who leaves is no error, and a full disk is", async () => {
  for (const code of ["EPIPE", "EOF"]) {
    const gone = Object.assign(new Error(`write ${code}`), { code });
    expect(await runCli(["--version"], { stdoutError: gone })).toMatchObject({ status: 0, stderr: "" });
  }
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(await runCli(["--version"], { stdoutError: full })).toMatchObject({
    status: 1,
    stderr: "error: Results Cannot Be Written\n  ENOSPC: no space left on device, write\n",
  });
});
