/** Figures of the provider's own behaviour, as guides have them. */
import { expect, test } from "vitest";
import { MAX_CONCURRENT_REQUESTS } from "../../src/proxmox/asking/request-queue.ts";
import { FAILOVER_CONNECT_MS } from "../../src/proxmox/asking/transport.ts";
import {
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_SECONDS,
  MAX_TIMEOUT_SECONDS,
} from "../../src/proxmox/settings/defaults.ts";
import { readProjectFile } from "../support/documentation.ts";
import { tableRows } from "../support/markdown.ts";

test("what a read of a big cluster costs", () => {
  const page = readProjectFile("docs/guides/big-clusters.md");
  expect(page).toContain(`At most ${MAX_CONCURRENT_REQUESTS} requests are under way at a time`);
  expect(tableRows(page).slice(0, 3)).toStrictEqual([
    ["one request may take", `${DEFAULT_TIMEOUT_SECONDS} s`, `\`timeout\`, at most ${MAX_TIMEOUT_SECONDS}`],
    ["it is tried again, where that may help", `${DEFAULT_MAX_RETRIES} times`, "`max_retries`"],
    ["connecting, while another endpoint is left", `${FAILOVER_CONNECT_MS / 1000} s`, ""],
  ]);
});
