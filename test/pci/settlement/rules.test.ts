import { describe, expect, test } from "vitest";
import { GPU, kind, line, NIC, NVME, node, OTHER_GPU, RADEON, SOUND, said } from "./scene.ts";

describe("a card at home", () => {
  test("stays, and nothing is suggested", () => {
    const on = node({ "0000:01:00.0": GPU });
    expect(said(on, { gpu: [line("0000:01:00", GPU)] })).toEqual({
      suggested: { gpu: null },
      covered: { gpu: ["0000:01:00"] },
      decided: { gpu: ["home"] },
    });
  });

  test("stays while a line for it states no subsystem", () => {
    const on = node({ "0000:01:00.0": GPU });
    const lines = { a: [line("0000:01:00.0", GPU)], b: ["id=10de:2204,node=pve1,path=0000:01:00.0"] };
    expect(said(on, lines).suggested).toEqual({ a: null, b: ["0000:01:00.0"] });
  });

  test("has its group renewed", () => {
    const on = node({ "0000:01:00.0": { ...GPU.traits, iommugroup: 33 } });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({ gpu: ["0000:01:00.0"] });
  });
});

describe("displays whose buses were renumbered", () => {
  test("move, each in the form of its path", () => {
    const on = node({ "0000:02:00.0": GPU, "0000:02:00.1": SOUND });
    const lines = { slot: [line("0000:01:00", GPU)], function: [line("0000:01:00.0", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { slot: ["0000:02:00"], function: ["0000:02:00.0"] },
      covered: { slot: ["0000:02:00"], function: ["0000:02:00.0"] },
      decided: { slot: ["moved"], function: ["moved"] },
    });
  });

  test("move to another domain", () => {
    const on = node({ "0001:02:00.0": GPU });
    expect(said(on, { gpu: [line("0000:01:00", GPU)] }).suggested).toEqual({ gpu: ["0001:02:00"] });
  });

  test("keep their order", () => {
    const on = node({ "0000:11:00.0": GPU, "0000:12:00.0": GPU });
    const lines = { b: [line("0000:02:00.0", GPU)], a: [line("0000:01:00.0", GPU)] };
    expect(said(on, lines).suggested).toEqual({ a: ["0000:11:00.0"], b: ["0000:12:00.0"] });
  });

  test("change places with others", () => {
    const on = node({ "0000:01:00.0": OTHER_GPU, "0000:02:00.0": GPU });
    const lines = { a: [line("0000:01:00.0", GPU)], b: [line("0000:02:00.0", OTHER_GPU)] };
    expect(said(on, lines).suggested).toEqual({ a: ["0000:02:00.0"], b: ["0000:01:00.0"] });
  });

  test("follow their subsystem, not their model alone", () => {
    const other = kind("10de:2204", "1043:87b5", "030000");
    const on = node({ "0000:11:00.0": other, "0000:12:00.0": GPU });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({ gpu: ["0000:12:00.0"] });
  });

  test("are accelerators too", () => {
    const instinct = kind("1002:740f", "1002:0c34", "120000");
    const on = node({ "0000:83:00.0": instinct });
    expect(said(on, { mi210: [line("0000:43:00.0", instinct)] }).suggested).toEqual({
      mi210: ["0000:83:00.0"],
    });
  });

  test.each([
    ["the device", "0000:02:01.0"],
    ["the function", "0000:02:00.2"],
  ])("do not move where %s changes", (_what, address) => {
    const on = node({ [address]: GPU });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] })).toEqual({
      suggested: { gpu: null },
      covered: { gpu: [address] },
      decided: { gpu: ["unknown: ambiguous"] },
    });
  });

  test("do not move where more of them are there than lines", () => {
    const on = node({ "0000:02:00.0": GPU, "0000:03:00.0": GPU });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] })).toEqual({
      suggested: { gpu: null },
      covered: { gpu: ["0000:02:00.0", "0000:03:00.0"] },
      decided: { gpu: ["unknown: ambiguous"] },
    });
  });

  test("do not move where fewer of them are there than lines", () => {
    const on = node({ "0000:07:00.0": GPU });
    const lines = { a: [line("0000:01:00.0", GPU)], b: [line("0000:02:00.0", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { a: null, b: null },
      covered: { a: ["0000:07:00.0"], b: ["0000:07:00.0"] },
      decided: { a: ["unknown: ambiguous"], b: ["unknown: ambiguous"] },
    });
  });

  test("do not move while a twin of another mapping seems to be at home", () => {
    const on = node({ "0000:02:00.0": GPU, "0000:03:00.0": GPU });
    const lines = { a: [line("0000:01:00.0", GPU)], b: [line("0000:02:00.0", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { a: null, b: null },
      covered: { a: ["0000:03:00.0"], b: ["0000:02:00.0"] },
      decided: { a: ["unknown: ambiguous"], b: ["home"] },
    });
  });

  test("move though a twin is at home, where one pool has both", () => {
    const on = node({ "0000:02:00.0": GPU, "0000:03:00.0": GPU });
    const lines = { pool: [line("0000:01:00.0", GPU), line("0000:02:00.0", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { pool: ["0000:03:00.0", "0000:02:00.0"] },
      covered: { pool: ["0000:03:00.0", "0000:02:00.0"] },
      decided: { pool: ["moved", "home"] },
    });
  });

  test("do not move to what is a VF, or a PF with live VFs", () => {
    const vf = { ...GPU.traits, physfn: "0000:02:00.0" };
    const pf = { ...GPU.traits, virtfns: { virtfn0: "0000:02:00.4" } };
    expect(said(node({ "0000:02:00.0": pf }), { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({
      gpu: null,
    });
    expect(said(node({ "0000:03:00.0": vf }), { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({
      gpu: null,
    });
  });
});

describe("a card that is gone", () => {
  test("is left out where its ids are nowhere", () => {
    const on = node({ "0000:02:00.0": RADEON });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] })).toEqual({
      suggested: { gpu: [] },
      covered: { gpu: [] },
      decided: { gpu: ["left-out: gone"] },
    });
  });

  test("is left out though what is at its address is of another maker", () => {
    const on = node({ "0000:01:00.0": NVME });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({ gpu: [] });
  });

  test("is left out though a bridge of its maker is at its address", () => {
    const bridge = kind("1002:1478", "0000:0000", "060400");
    const on = node({ "0000:01:00.0": bridge });
    expect(said(on, { gpu: [line("0000:01:00.0", RADEON)] }).suggested).toEqual({ gpu: [] });
  });

  test("is left out of a pool whose other cards are at home", () => {
    const on = node({ "0000:01:00.0": GPU });
    const lines = { pool: [line("0000:01:00", GPU), line("0000:02:00", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { pool: ["0000:01:00"] },
      covered: { pool: ["0000:01:00"] },
      decided: { pool: ["home", "left-out: pooled"] },
    });
  });

  test("is not told where a line at home may mean another board, which no line names", () => {
    // Both have moved by one: the line without a subsystem has the first one's board at its address now.
    const other = kind("10de:2204", "1043:87b5", "030000");
    const on = node({ "0000:02:00.0": GPU, "0000:03:00.0": other });
    const pool = [line("0000:01:00.0", GPU), "id=10de:2204,iommugroup=2,node=pve1,path=0000:02:00.0"];
    expect(said(on, { pool })).toEqual({
      suggested: { pool: null },
      covered: { pool: ["0000:02:00.0"] },
      decided: { pool: ["unknown: held", "home"] },
    });
  });

  test("is not told where only a card of another mapping bears its ids", () => {
    const on = node({ "0000:02:00.0": GPU });
    const lines = { a: [line("0000:01:00.0", GPU)], b: [line("0000:02:00.0", GPU)] };
    expect(said(on, lines)).toEqual({
      suggested: { a: null, b: null },
      covered: { a: [], b: ["0000:02:00.0"] },
      decided: { a: ["unknown: held"], b: ["home"] },
    });
  });

  test("is not told where another of its maker is at its address", () => {
    const on = node({ "0000:01:00.0": OTHER_GPU });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] })).toEqual({
      suggested: { gpu: null },
      covered: { gpu: ["0000:01:00.0"] },
      decided: { gpu: ["unknown: replaced"] },
    });
  });

  test("is not told where the same model of another board maker is at its address", () => {
    const on = node({ "0000:01:00.0": kind("10de:2204", "1043:87b5", "030000") });
    expect(said(on, { gpu: [line("0000:01:00.0", GPU)] }).suggested).toEqual({ gpu: null });
  });

  test("is left out where the one of its maker at its address has moved there, by its own line", () => {
    const on = node({ "0000:01:00.0": OTHER_GPU });
    const lines = { a: [line("0000:01:00.0", GPU)], b: [line("0000:02:00.0", OTHER_GPU)] };
    expect(said(on, lines).suggested).toEqual({ a: [], b: ["0000:01:00.0"] });
  });
});

describe("what may come back", () => {
  test("is waited for: a device that is not 00, or a function that is not 0", () => {
    const igpu = kind("8086:4680", "1043:8882", "030000");
    const on = node({ "0000:01:00.0": NVME });
    expect(said(on, { igpu: [line("0000:00:02.0", igpu)] })).toEqual({
      suggested: { igpu: null },
      covered: { igpu: [] },
      decided: { igpu: ["unknown: absent"] },
    });
    expect(said(on, { vf: [line("0000:02:00.4", GPU)] }).suggested).toEqual({ vf: null });
  });

  test("keeps its like from being moved or left out", () => {
    const vf = kind("10de:2236", "10de:1482", "030200");
    const lines = { vfs: [line("0000:21:00.4", vf)], first: [line("0000:21:00.0", vf)] };
    expect(said(node({}), lines).decided).toEqual({
      vfs: ["unknown: absent"],
      first: ["unknown: beside-absent"],
    });
  });

  test("is a VF with other ids, too", () => {
    const pf = { ...GPU.traits, virtfns: { virtfn0: "0000:01:00.4" } };
    const vf = { ...OTHER_GPU.traits, physfn: "0000:01:00.0" };
    const on = node({ "0000:01:00.0": pf, "0000:01:00.4": vf });
    expect(said(on, { vf: [line("0000:01:00.4", RADEON)] }).decided).toEqual({
      vf: ["unknown: virtual-function"],
    });
  });

  test("is a VF in slot 00 of the next bus, of which others are there", () => {
    const vf = { ...GPU.traits, physfn: "0000:01:00.0" };
    const on = node({ "0000:01:00.0": OTHER_GPU, "0000:01:1f.7": vf });
    const lines = { vfs: [line("0000:01:1f.7", GPU), line("0000:02:00.0", GPU)] };
    expect(said(on, lines).suggested).toEqual({ vfs: null });
  });
});

describe("what is neither display nor accelerator", () => {
  test.each([
    ["storage", NVME],
    ["network", NIC],
    ["sound without its card", SOUND],
    ["USB", kind("1b73:1100", "1b73:1100", "0c0330")],
  ])("does not move: %s", (_what, one) => {
    const on = node({ "0000:02:00.0": one });
    expect(said(on, { it: [line("0000:01:00.0", one)] })).toEqual({
      suggested: { it: null },
      covered: { it: ["0000:02:00.0"] },
      decided: { it: ["unknown: elsewhere"] },
    });
  });

  test("covers its like where that stands at the address of a line that does not fit it", () => {
    const other = kind("8086:1533", "8086:0003", "020000");
    const on = node({ "0000:02:00.0": NIC, "0000:03:00.0": other });
    const lines = { wan: [line("0000:01:00.0", NIC)], lan: [line("0000:02:00.0", other)] };
    expect(said(on, lines)).toMatchObject({
      suggested: { wan: null, lan: null },
      covered: { wan: ["0000:02:00.0"], lan: ["0000:03:00.0"] },
    });
  });

  test("stays where it is at home, while four of a kind have moved by one", () => {
    const on = node({ "0000:03:00.0": NIC, "0000:04:00.0": NIC, "0000:05:00.0": NIC, "0000:06:00.0": NIC });
    const at = (bus: string) => [line(`0000:${bus}:00.0`, NIC)];
    const lines = { wan: at("02"), lan: at("03"), dmz: at("04"), opt: at("05") };
    expect(said(on, lines).suggested).toEqual({ wan: null, lan: null, dmz: null, opt: null });
  });
});

describe("the other functions of a slot", () => {
  test("go where function .0 goes", () => {
    const on = node({ "0000:02:00.0": GPU, "0000:02:00.1": SOUND });
    const lines = { gpu: [line("0000:01:00.0", GPU)], sound: [line("0000:01:00.1", SOUND)] };
    expect(said(on, lines).suggested).toEqual({ gpu: ["0000:02:00.0"], sound: ["0000:02:00.1"] });
  });

  test("go with it though they seem to be at home: two models with one kind of sound", () => {
    const on = node({
      "0000:01:00.0": OTHER_GPU,
      "0000:01:00.1": SOUND,
      "0000:02:00.0": GPU,
      "0000:02:00.1": SOUND,
    });
    const lines = { a: [line("0000:01:00.0", GPU), line("0000:01:00.1", SOUND)] };
    expect(said(on, lines).suggested).toEqual({ a: ["0000:02:00.0", "0000:02:00.1"] });
  });

  test("go out with it, and where the card has no such function there", () => {
    const lines = { gpu: [line("0000:01:00.0", GPU)], sound: [line("0000:01:00.1", SOUND)] };
    expect(said(node({ "0000:01:00.0": NVME }), lines).suggested).toEqual({ gpu: [], sound: [] });
    expect(said(node({ "0000:02:00.0": GPU }), lines).suggested).toEqual({
      gpu: ["0000:02:00.0"],
      sound: [],
    });
  });

  test("stay where it stays, and are not told where it is not", () => {
    const on = node({ "0000:01:00.0": GPU, "0000:01:00.1": { ...SOUND.traits, iommugroup: 5 } });
    const lines = { gpu: [line("0000:01:00.0", GPU)], sound: [line("0000:01:00.1", SOUND)] };
    expect(said(on, lines).suggested).toEqual({ gpu: null, sound: ["0000:01:00.1"] });
    const two = node({ "0000:05:00.0": GPU, "0000:05:00.1": SOUND, "0000:06:00.0": GPU });
    expect(said(two, lines).suggested).toEqual({ gpu: null, sound: null });
  });

  const pool = [line("0000:01:00.0", GPU), line("0000:02:00.0", GPU)];
  const one = node({ "0000:01:00.0": GPU, "0000:01:00.1": SOUND });

  test("go with one of several interchangeable cards where they are so themselves", () => {
    const sounds = [line("0000:01:00.1", SOUND), line("0000:02:00.1", SOUND)];
    expect(said(one, { pool, sounds }).suggested).toEqual({
      pool: ["0000:01:00.0"],
      sounds: ["0000:01:00.1"],
    });
  });

  test("are not told where a pool's card moved, and only that one's sound has a line", () => {
    const on = node({
      "0000:02:00.0": GPU,
      "0000:02:00.1": SOUND,
      "0000:03:00.0": GPU,
      "0000:03:00.1": SOUND,
    });
    expect(said(on, { pool, sound: [line("0000:01:00.1", SOUND)] }).suggested).toEqual({
      pool: ["0000:03:00.0", "0000:02:00.0"],
      sound: null,
    });
  });

  test("are not told where their card is one of several and may be elsewhere", () => {
    const on = node({
      "0000:03:00.0": OTHER_GPU,
      "0000:03:00.1": { ...SOUND.traits, iommugroup: 40 },
      "0000:05:00.0": GPU,
      "0000:06:00.0": GPU,
    });
    const lines = { gpu: [line("0000:03:00.0", GPU)], sound: [line("0000:03:00.1", SOUND)] };
    expect(said(on, lines)).toMatchObject({
      suggested: { gpu: null, sound: null },
      covered: { gpu: ["0000:05:00.0", "0000:06:00.0"], sound: ["0000:03:00.1"] },
    });
  });

  test("stay where only the ids of function .0 are in doubt", () => {
    const on = node({ "0000:01:00.0": OTHER_GPU, "0000:01:00.1": { ...SOUND.traits, iommugroup: 40 } });
    const lines = { gpu: [line("0000:01:00.0", GPU)], sound: [line("0000:01:00.1", SOUND)] };
    expect(said(on, lines).suggested).toEqual({ gpu: null, sound: ["0000:01:00.1"] });
  });

  test("are not told otherwise", () => {
    const lines = { pool, sound: [line("0000:02:00.1", SOUND)] };
    expect(said(one, lines)).toMatchObject({
      suggested: { pool: ["0000:01:00.0"], sound: null },
      decided: { sound: ["unknown: companion"] },
    });
  });
});

describe("two cards", () => {
  test("are never suggested at one address, nor one where a line has the sound of another", () => {
    const on = node({ "0000:02:00.0": GPU, "0000:02:00.1": SOUND });
    const lines = {
      gpu: [line("0000:01:00.0", GPU)],
      sound: [line("0000:01:00.1", SOUND)],
      other: [line("0000:02:00.1", SOUND, "").replace("iommugroup=2", "iommugroup=9")],
    };
    expect(said(on, lines)).toMatchObject({
      suggested: { gpu: null, sound: null, other: null },
      covered: { sound: ["0000:02:00.1"], other: ["0000:02:00.1"] },
      decided: { gpu: ["unknown: shared"], sound: ["unknown: shared"], other: ["unknown: shared"] },
    });
  });

  test("are one where a line states no subsystem, and move together", () => {
    const on = node({ "0000:05:00.0": GPU });
    const lines = { pool: ["id=10de:2204,node=pve1,path=0000:01:00"], own: [line("0000:01:00.0", GPU)] };
    expect(said(on, lines).suggested).toEqual({ pool: ["0000:05:00"], own: ["0000:05:00.0"] });
  });

  test("are two where their subsystems differ; a line that states none means the one at home", () => {
    const on = node({ "0000:01:00.0": GPU });
    const stale = kind("10de:2204", "1043:87b5", "030000");
    const lines = {
      stale: [line("0000:01:00.0", stale)],
      right: [line("0000:01:00.0", GPU)],
      silent: ["id=10de:2204,node=pve1,path=0000:01:00.0"],
    };
    expect(said(on, lines).decided).toEqual({ stale: ["left-out: gone"], right: ["home"], silent: ["home"] });
  });
});
