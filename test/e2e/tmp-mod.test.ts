import { inject, test, onTestFinished } from "vitest";
import { Example } from "../support/tofu/example.ts";
import { bpg } from "../support/tofu/bpg.ts";
import { writeFileSync } from "node:fs";
test("x", async () => {
  let out = "";
  for (const executable of ["/usr/local/bin/terraform", inject("tofu")]) {
    const example = new Example("modules/vm-gpus", { executable, mirror: inject("mirror"), further: [bpg()] });
    onTestFinished(() => example.workspace.remove());
    out += (await example.run("init", "-no-color")).output;
    out += (await example.run("test", "-no-color")).output;
  }
  writeFileSync("/tmp/assign-mod.log", out);
});
