/** The shell of the guides. What a reader runs on the own machine is run by end-to-end tests; what is for a host is read here. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { guidePaths, readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { runPveum } from "../support/pve/pveum.ts";
import { standardAccess } from "../support/pve/standard-access.ts";
import { capabilitiesOf } from "../support/pve/version.ts";
import { pveumCommands, shellBlocks } from "../support/shell-blocks.ts";

/** What guides have a reader run on the own machine. */
const OWN_COMMANDS = /^(?:tofu|gpuhost|npm run|export|cp|sed|git) /;

/** What guides have a reader run on a host or in a guest. Nothing here deletes, formats or restarts anything by itself. */
const HOST_COMMANDS =
  /^(?:apt install|cat|dmesg|echo|find|ha-manager|ls|lspci|pveum|pvecm|pvesh|pve-nvidia-vgpu-helper|qm|readlink|systemctl|update-initramfs) /;

/** Guides of which test/e2e/release runs every block as it stands, in the folder of a release. */
const RUN_WHOLE = ["docs/guides/air-gapped.md", "docs/guides/install.md"];

const blocks = guidePaths().flatMap((path) => shellBlocks(path).map((block) => ({ path, ...block })));

describe("every block", () => {
  test.each(blocks.map((block) => [block.path, block.text]))("of %s is shell: %s", (_, text) => {
    for (const shell of ["sh", "bash"]) {
      expect(spawnSync(shell, ["-n"], { input: text, encoding: "utf8" })).toMatchObject({
        status: 0,
        stderr: "",
      });
    }
  });

  const read = blocks.filter(({ path }) => !RUN_WHOLE.includes(path));
  test.each(read.map(({ path, elsewhere, commands }) => [path, commands, elsewhere] as const))(
    "of %s is of commands that are known: %j",
    (_, commands, elsewhere) => {
      expect(commands.length).toBeGreaterThan(0);
      const known = elsewhere ? HOST_COMMANDS : OWN_COMMANDS;
      expect(commands.filter((command) => !known.test(command))).toStrictEqual([]);
    },
  );

  test("there are some of both kinds", () => {
    expect(new Set(blocks.map(({ elsewhere }) => elsewhere))).toStrictEqual(new Set([true, false]));
  });
});

test("no block is in a language that no test knows", () => {
  const languages = guidePaths().flatMap((path) =>
    codeBlocks(readProjectFile(path)).map(({ language }) => language),
  );
  expect([...new Set(languages)].toSorted()).toStrictEqual(["diff", "hcl", "sh", "terraform", "text"]);
});

test.each(guidePaths().filter((path) => pveumCommands(path).length > 0))(
  "%s grants what Proxmox knows, to users that it has made",
  (path) => {
    const { access } = standardAccess(capabilitiesOf("9.2.11"));
    access.users.delete("gpuhost@pve");
    for (const command of pveumCommands(path)) {
      expect(() => runPveum(access, command), command).not.toThrow();
    }
  },
);
