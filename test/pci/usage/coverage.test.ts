import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/pci/address.ts";
import type { Host } from "../../../src/pci/host.ts";
import { clashesOver } from "../../../src/pci/usage/clash.ts";
import type { Target } from "../../../src/pci/usage/clash-kind.ts";
import { UsageIndex } from "../../../src/pci/usage.ts";
import { coverageOf, guest } from "../support/guests.ts";
import { AUDIO, host, NIC } from "../support/hardware.ts";

const CARD = "id=10de:2204,iommugroup=1";
const PORT = "id=15b3:1017,iommugroup=1";

/** The addresses that the first line of a mapping covers on pve1, and whether it may be any of them. */
function covered(line: string, of: Host, others: readonly string[] = []): string {
  const [first] = coverageOf({ m: [line], others }, [of]).linesOf("m", "pve1");
  const addresses = first?.addresses.map(formatAddress).join(" ") ?? "no line";
  return `${addresses}${first?.ambiguous === true ? ", any" : ""}`;
}

describe("a line covers", () => {
  const there = host({ "0000:01:00.0": {}, "0000:01:00.1": AUDIO, "0000:05:00.0": NIC });

  test.each<[string, string, Host, readonly string[], string]>([
    ["its address, where its ids are", `pve1,path=0000:01:00.0,${CARD}`, there, [], "0000:01:00.0"],
    ["its slot, where its ids are", `pve1,path=0000:01:00,${CARD}`, there, [], "0000:01:00"],
    [
      "its address, whatever else of it does not fit",
      "pve1,path=0000:01:00.0,id=10de:2204,iommugroup=77",
      there,
      [],
      "0000:01:00.0",
    ],
    ["where its card has moved", `pve1,path=0000:03:00,${CARD}`, there, [], "0000:01:00"],
    ["nothing when its card is gone", "pve1,path=0000:03:00,id=10de:1111", there, [], ""],
    [
      "what bears its ids and nobody names, where it cannot be told",
      `pve1,path=0000:09:00.0,${PORT}`,
      host({ "0000:05:00.0": NIC, "0000:06:00.0": NIC, "0000:07:00.0": NIC }),
      [`pve1,path=0000:06:00.0,${PORT}`],
      "0000:05:00.0 0000:07:00.0, any",
    ],
    [
      "what is at its address and of its vendor, where another may have taken its place",
      "pve1,path=0000:01:00.0,id=10de:1111",
      there,
      [],
      "0000:01:00.0, any",
    ],
    [
      "what is written where it says no ids",
      "pve1,path=0000:08:00.0;0000:05:00",
      there,
      [],
      "0000:08:00.0 0000:05:00",
    ],
  ])("%s", (_what, line, of, others, expected) => {
    expect(covered(line, of, others)).toBe(expected);
  });

  test("what is written on a node that was not read", () => {
    const [line] = coverageOf({ m: [`pve2,path=0000:03:00,${CARD}`] }, [there]).linesOf("m", "pve2");
    expect(line?.addresses.map(formatAddress)).toEqual(["0000:03:00"]);
  });

  test("nothing of a mapping that is not there, or has no line for the node", () => {
    const coverage = coverageOf({ m: [`pve2,path=0000:03:00,${CARD}`] }, [there]);
    expect([coverage.linesOf("gone", "pve1"), coverage.linesOf("m", "pve1")]).toEqual([[], []]);
  });
});

describe("after a change of the hardware", () => {
  test("a guest's card is the guest's where it stands now, and nothing else is", () => {
    const of = host({
      "0000:02:00.0": {},
      "0000:01:00.0": { vendor: "0x144d", device: "0xa808", class: "0x010802" },
    });
    const coverage = coverageOf({ m: [`pve1,path=0000:01:00.0,${CARD}`] }, [of]);
    const usage = new UsageIndex([guest(100, [["hostpci0", "mapping=m"]])], coverage, []);
    expect(of.devices.map((one) => `${one.path} ${usage.usedBy(one)?.length}`)).toEqual([
      "0000:01:00.0 0",
      "0000:02:00.0 1",
    ]);
  });

  const ports = host({ "0000:05:00.0": NIC, "0000:06:00.0": NIC });
  const lines = {
    port: [`pve1,path=0000:09:00.0,${PORT}`],
    ports: [`pve1,path=0000:09:00.0,${PORT}`, `pve1,path=0000:0a:00.0,${PORT}`],
  };
  const clashes = (mapping: string, count: number, entry = `mapping=${mapping}`) =>
    clashesOver(
      ports.devices.map((device): Target => [device]),
      [ports],
      Array.from({ length: count }, (_, index) => guest(200 + index, [["hostpci0", entry]])),
      coverageOf(lines, [ports]),
    );

  test("two guests with one line clash, whatever it may mean", () => {
    expect(clashes("port", 1)).toEqual([]);
    expect(clashes("port", 2)).toMatchObject([
      { over: "mapping", mapping: "port", lines: 1, serves: 1, claims: [{ vmid: 200 }, { vmid: 201 }] },
    ]);
  });

  test("guests with several lines clash when they are more than these", () => {
    expect(clashes("ports", 2)).toEqual([]);
    expect(clashes("ports", 3)).toMatchObject([{ over: "mapping", mapping: "ports", lines: 2, serves: 2 }]);
  });

  test("guests with mediated devices of a line do not clash", () => {
    expect(clashes("port", 3, "mapping=port,mdev=i915-GVTg_V5_4")).toEqual([]);
  });
});
