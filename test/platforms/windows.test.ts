/** The package for Windows on amd64, run by Wine; its host is a Windows program too. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { planCalls, stateOf } from "../../scripts/build/plan-calls.ts";
import { train } from "../../scripts/build/training.ts";
import { projectVersion } from "../../scripts/project.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { Wine } from "./support/wine.ts";

let wine: Wine;

beforeAll(async () => {
  wine = await Wine.start(inject("wine"), inject("windowsAmd64"));
});

afterAll(() => wine[Symbol.dispose]());

const HEALTHY = {
  Version: 6,
  Protocol: "grpc",
  Exited: true,
  SchemaBytes: expect.toSatisfy((n) => n > 10_000),
};

test("a host launches it over TCP with mutual TLS, and it reads what the package for Linux reads", async () => {
  const expected = (await train(inject("binary"), [])).state;
  const pve = await startPve();
  try {
    const { before, read } = planCalls(pve);
    const { report, answer } = await wine.host({ variables: { TF_LOG: "debug" } }, [...before, read]);
    expect(report.Error).toBeUndefined();
    expect(report).toMatchObject(HEALTHY);
    expect(report.Log).toContainEqual(
      expect.objectContaining({ "@message": "serving", network: "tcp", tls: true }),
    );
    expect(report.Log).not.toContainEqual(
      expect.objectContaining({ "@message": "plugin failed to exit gracefully" }),
    );
    expect(stateOf(Buffer.from(report.Answers?.at(-1) ?? "", "base64")).equals(expected)).toBe(true);
    expect(answer).toMatchObject({ status: 0, isLeftBehind: false });
  } finally {
    await pve.close();
  }
});

test.each(["die-before-connecting", "die-in-call"] as const)(
  "a host that dies leaves nothing behind (%s)",
  async (scenario) => {
    const { report, answer } = await wine.host({ scenario });
    expect(report.Pid).toBeGreaterThan(0);
    expect(report).toMatchObject({ Version: 6, Exited: false });
    expect(answer.isLeftBehind).toBe(false);
  },
);

test("a person gets answers", async () => {
  const version = await wine.run([wine.program, "--version"]);
  expect(version).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(`^terraform-provider-gpuhost ${projectVersion()}\r?\n$`),
    stderr: "",
  });
  const doctor = await wine.run([wine.program, "doctor", "--endpoint", "https://127.0.0.1:1"], {
    PROXMOX_VE_API_TOKEN: "root@pam!t=00000000-0000-0000-0000-000000000000",
  });
  expect(doctor.stdout).toContain("https://127.0.0.1:1: refuses the connection");
  expect(doctor).toMatchObject({ status: 1, stderr: "" });
});
