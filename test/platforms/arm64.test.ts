/** The package for Linux on arm64, run by qemu where this machine is another one. */
import { expect, inject, onTestFinished, test } from "vitest";
import { projectVersion } from "../../scripts/project.ts";
import { registerEmulator } from "./support/binfmt.ts";
import { Root } from "./support/root.ts";

test("starts, answers a host and reads the stand-in, in a root with nothing else", async () => {
  const takeAway = registerEmulator(inject("arm64Emulator"));
  onTestFinished(takeAway);
  using root = new Root(inject("arm64"));
  expect(root.run(root.program, ["--version"])).toMatchObject({
    status: 0,
    stdout: `terraform-provider-gpuhost ${projectVersion()}\n`,
    stderr: "",
  });
  await root.readStandIn();
});
