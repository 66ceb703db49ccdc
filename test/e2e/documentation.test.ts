/** What the README and the guides show is tried as it stands there. */
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { guidePaths, listRows, pagePaths, readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { bpg } from "../support/tofu/bpg.ts";
import { Workspace, type WorkspaceOptions } from "../support/tofu/workspace.ts";

const PRELUDE = `terraform {
  required_providers {
    gpuhost = { source = "registry.opentofu.org/gpuhost/gpuhost" }
    proxmox = { source = "bpg/proxmox" }
  }
}
`;

function open(options: Partial<WorkspaceOptions> = {}): Workspace {
  const workspace = new Workspace({
    executable: inject("tofu"),
    mirror: inject("mirror"),
    further: [bpg()],
    ...options,
  });
  onTestFinished(() => workspace.remove());
  return workspace;
}

function configurations(path: string): string[] {
  return codeBlocks(readProjectFile(path))
    .filter(({ language }) => language === "terraform")
    .map(({ text }) => text);
}

/** Names of the files that configurations read from their own folder: what lspci printed. */
function filesReadBy(blocks: readonly string[]): string[] {
  return blocks.flatMap((block) =>
    [...block.matchAll(/file\("\$\{path\.module\}\/([^"]+)"\)/g)].map(([, name = ""]) => name),
  );
}

test("every block of HCL is formatted as tofu fmt does", async () => {
  const workspace = open();
  for (const path of pagePaths()) {
    const blocks = codeBlocks(readProjectFile(path)).filter(({ language }) =>
      /^(terraform|hcl)$/.test(language),
    );
    for (const [index, { text }] of blocks.entries()) {
      workspace.write(`${path.replaceAll(/\W/g, "-")}-${index}.tf`, text);
    }
  }
  expect(await workspace.run(["fmt", "-check", "-diff"])).toMatchObject({ output: "", status: 0 });
});

test.each(["README.md", ...guidePaths()].filter((path) => configurations(path).length > 0))(
  "the configurations of %s make a valid one together",
  async (path) => {
    const blocks = configurations(path);
    const workspace = open();
    workspace.write("page.tf", blocks.join("\n"));
    for (const file of filesReadBy(blocks)) {
      workspace.write(file, readProjectFile(`examples/functions/parse_lspci/${file}`));
    }
    if (!blocks.some((block) => block.includes("required_providers"))) workspace.write("prelude.tf", PRELUDE);
    await workspace.init();
    expect(await workspace.validate()).toStrictEqual([]);
  },
);

describe("bpg/proxmox takes and refuses the lists that the guide names", () => {
  const rows = listRows();

  test("there are both kinds", () => {
    expect(new Set(rows.map(({ refused }) => refused))).toStrictEqual(new Set([true, false]));
  });

  test.each(rows)("map = $map, $forEach", async ({ map, forEach, refused }) => {
    const workspace = open();
    workspace.write("prelude.tf", PRELUDE);
    workspace.write(
      "main.tf",
      `data "gpuhost_pci_devices" "cards" {}
resource "proxmox_hardware_mapping_pci" "card" {
  ${forEach}
  name = "card"
  map  = ${map}
}
`,
    );
    await workspace.init();
    const summaries = (await workspace.validate()).map(({ severity, summary }) => `${severity}: ${summary}`);
    expect([...new Set(summaries)]).toStrictEqual(
      refused ? ["error: Missing Configuration for Required Attribute"] : [],
    );
  });
});

describe("the README's ways of installing the binary", () => {
  const configuration = `terraform {
  required_providers {
    gpuhost = { source = "registry.opentofu.org/gpuhost/gpuhost" }
  }
}

output "path" {
  value = provider::gpuhost::path("03:00.0")
}
`;

  test("in the folder of plugins", async () => {
    const workspace = open();
    const plugins = join(workspace.environment["HOME"] ?? "", ".terraform.d", "plugins");
    mkdirSync(plugins, { recursive: true });
    cpSync(inject("mirror"), plugins, { recursive: true });
    workspace.write("main.tf", configuration);
    const environment = { TF_CLI_CONFIG_FILE: "" };
    await workspace.init({ environment });
    expect(await workspace.apply({ environment })).toStrictEqual({ path: "0000:03:00.0" });
  });

  test("by the CLI configuration", async () => {
    const [cli] = codeBlocks(readProjectFile("README.md")).filter(({ language }) => language === "hcl");
    const workspace = open();
    workspace.write("main.tf", configuration);
    workspace.write("tofurc", cli?.text.replace("/opt/gpuhost/plugins", inject("mirror")) ?? "");
    const environment = { TF_CLI_CONFIG_FILE: join(workspace.directory, "tofurc") };
    await workspace.init({ environment });
    expect(await workspace.apply({ environment })).toStrictEqual({ path: "0000:03:00.0" });
  });
});
