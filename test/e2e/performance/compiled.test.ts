/** Whether V8 takes the code that the package carries for Node's own modules. */
import { expect, inject, test } from "vitest";
import { train } from "../../../scripts/build/training.ts";

/** What Node says of each of its modules that it compiles, when it is asked to. */
const TAKEN = /^Code cache of (\S+) \(\w+\) is (accepted|rejected)$/gm;

test("no module of Node's that a plan loads is compiled anew", async () => {
  const { stderr: said } = await train(inject("binary"), [], { NODE_DEBUG_NATIVE: "CODE_CACHE" });
  const modules = [...said.matchAll(TAKEN)].map(([, id, how]) => ({ id, how }));
  expect(modules.filter(({ how }) => how !== "accepted")).toEqual([]);
  expect(modules.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["internal/main/embedding", "sea", "crypto", "internal/http2/core", "tls"]),
  );
});
