/** `inspect --html`: what the page says, and that nothing from outside becomes markup. How it behaves is test/e2e/cli/page.test.ts. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPage } from "../../../src/cli/page/page.ts";
import { STATE_WORDS } from "../../../src/cli/page/state.ts";
import { fixtureClusters } from "../../support/cli/clusters.ts";
import { dataOf, pageInputOf } from "../../support/cli/page.ts";
import { environmentFor, runCli } from "../../support/cli/run.ts";
import { showcase } from "../../support/cli/showcase.ts";
import { hardwareOf, pciFunction, withOffline } from "../../support/provider/hardware.ts";
import type { PciDevice } from "../../support/pve/cluster.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";

const gpu = (path: string, group: number, name = "GA102 [GeForce RTX 3090]"): PciDevice =>
  pciFunction(path, "10de:2204", "030000", group, name);
const sound = (path: string, group: number): PciDevice =>
  pciFunction(path, "10de:1aef", "040300", group, "GA102 High Definition Audio Controller");

describe("every cluster of the fixtures", () => {
  test.for(fixtureClusters())(
    "%s gives the same page each time, with every device on it",
    async ([, source]) => {
      const input = await pageInputOf({ source }, { all: true });
      const html = renderPage(input);
      expect(renderPage(input)).toBe(html);
      const { cards } = dataOf(html);
      const drawn = cards.flatMap(({ node, functions }) => functions.map(([path]) => `${node}/${path}`));
      expect(drawn.toSorted()).toEqual(
        input.inspection.devices.map(({ node, path }) => `${node}/${path}`).toSorted(),
      );
      expect(cards.length).toBe(html.split("data-c=").length - 1);
    },
  );
});

describe("what is not a fixed text never becomes markup", () => {
  const HOSTILE: readonly (readonly [written: string, shown: string])[] = [
    ["</script><script>alert(1)</script>", "</script><script>alert(1)</script>"],
    ["<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"],
    ['"><svg/onload=alert(1)>', '"><svg/onload=alert(1)>'],
    ["' autofocus onfocus='alert(1)", "' autofocus onfocus='alert(1)"],
    ["<!--<script>", "<!--<script>"],
    ["]]></style>", "]]></style>"],
    ["&lt;b&gt; &amp; &#60;", "&lt;b&gt; &amp; &#60;"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what HCL and JavaScript would take for a template.
    ["`${alert(1)}` %{ if true }", "`${alert(1)}` %{ if true }"],
    ["\u001b[2J\u0000\u0007 bell", "\\u001b[2J\\u0000\\u0007 bell"],
    ["gnp\u202e.exe \u2066x", "gnp\\u202e.exe \\u2066x"],
    ["a\u2028b\u0085c", "a\\u2028b\\u0085c"],
  ];

  test.for(HOSTILE)("%j", async ([written, shown]) => {
    const device = gpu("0000:01:00.0", 1, written);
    const source = {
      ...hardwareOf({ pve1: [device, { ...sound("0000:02:00.0", 1), device_name: written }] }),
      mappings: [
        { id: "held", description: written, map: ["id=10de:2204,node=pve1,path=0000:01:00.0,iommugroup=1"] },
      ],
    };
    const input = await pageInputOf({ source });
    const html = renderPage(input);
    // As many elements and attributes as the page of a device with a harmless name.
    const plain = renderPage(
      await pageInputOf({
        source: {
          ...source,
          pci: {
            pve1: [gpu("0000:01:00.0", 1, "plain"), { ...sound("0000:02:00.0", 1), device_name: "plain" }],
          },
          mappings: [{ id: "held", description: "plain", map: source.mappings[0]?.map ?? [] }],
        },
      }),
    );
    expect(tagsOf(html)).toEqual(tagsOf(plain));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(html).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    // The client has replaced control characters already; it leaves what turns the direction of writing.
    const named = `NVIDIA Corporation ${shown.replaceAll(/\\u00../g, "\ufffd")}`;
    expect(textsOf(html, "name")).toContain(named);
    expect(dataOf(html).texts).toContain(named);
  });

  /** What a browser would show in the paragraphs of a class. */
  function textsOf(html: string, className: string): readonly string[] {
    const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
    return [...html.matchAll(new RegExp(`<p class="${className}">(.*?)</p>`, "gs"))].map(([, text = ""]) =>
      text.replaceAll(/&(lt|gt|quot|#39|amp);/g, (entity) => entities[entity as keyof typeof entities]),
    );
  }

  /** Every tag outside scripts and styles, its texts left out: what a browser would make elements of. */
  function tagsOf(html: string): readonly string[] {
    const outside = html.replaceAll(/(<(script|style)[^>]*>).*?(<\/\2>)/gs, "$1$3");
    return [...outside.matchAll(/<[a-z!/][^>]*>/gi)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
  }
});

describe("states", () => {
  const mapping = (line: string) => ({ id: "held", map: [line] });
  const cases: readonly {
    readonly title: string;
    readonly pci: readonly PciDevice[];
    readonly mappings?: readonly { readonly id: string; readonly map: readonly string[] }[];
    readonly states: Readonly<Record<string, readonly string[]>>;
  }[] = [
    { title: "nobody's card", pci: [gpu("0000:01:00.0", 1)], states: { "0000:01:00.0": ["free"] } },
    {
      title: "a card beside a device that is not drawn",
      pci: [gpu("0000:01:00.0", 1), pciFunction("0000:02:00.0", "8086:125c", "020000", 1)],
      states: { "0000:01:00.0": ["not-isolated", "free"] },
    },
    {
      title: "a card in no group, on a host that has some",
      pci: [gpu("0000:01:00.0", -1), gpu("0000:02:00.0", 2)],
      states: { "0000:01:00.0": ["not-isolated", "free"], "0000:02:00.0": ["free"] },
    },
    {
      title: "a card that its mapping names",
      pci: [gpu("0000:01:00.0", 1)],
      mappings: [mapping("id=10de:2204,node=pve1,path=0000:01:00.0,iommugroup=1")],
      states: { "0000:01:00.0": ["free"] },
    },
    {
      title: "a card that has moved: what is expected, and where it is now",
      pci: [gpu("0000:02:00.0", 1)],
      mappings: [mapping("id=10de:2204,node=pve1,path=0000:01:00.0,iommugroup=1")],
      states: { "0000:01:00.0": ["drifted"], "0000:02:00.0": ["drifted", "free"] },
    },
    {
      title: "a mapping with another group",
      pci: [gpu("0000:01:00.0", 1)],
      mappings: [mapping("id=10de:2204,node=pve1,path=0000:01:00.0,iommugroup=7")],
      states: { "0000:01:00.0": ["drifted", "free"] },
    },
  ];
  test.for(cases)("$title", async ({ pci, mappings = [], states }) => {
    const source = { ...hardwareOf({ pve1: pci }), mappings };
    const { cards } = dataOf(renderPage(await pageInputOf({ source })));
    expect(Object.fromEntries(cards.map((card) => [card.path, card.states]))).toEqual(states);
  });

  test("of the recorded cluster: used, offline, and each beside its word", async () => {
    const html = renderPage(await pageInputOf({}));
    const { cards } = dataOf(html);
    expect(cards.find(({ node, path }) => node === "pve1" && path === "0000:01:00")).toMatchObject({
      states: ["drifted", "used"],
      users: expect.arrayContaining(["guest 101 (mapped) hostpci0"]),
    });
    expect(html).toContain('data-node="pve4" aria-label="Node pve4"');
    expect(html).toContain("Not read: the cluster reports it as offline");
    for (const state of ["free", "used", "drifted", "not-isolated"] as const) {
      expect(html).toContain(`<use href="#i-${state}"></use></svg>${STATE_WORDS[state].word}</span>`);
    }
  });

  test("a token that may not see guests knows of none, which is not free", async () => {
    const input = await pageInputOf(
      { source: showcase },
      { nodes: ["pve1"] },
      ({ tokens }) => tokens.discovery,
    );
    const { cards } = dataOf(renderPage(input));
    expect(cards.map(({ states }) => states)).toEqual([["unknown"], ["unknown"], ["unknown"]]);
  });

  test("all of them in the cluster of the picture", async () => {
    const { cards } = dataOf(renderPage(await pageInputOf({ source: showcase })));
    expect(cards.map(({ node, path, states }) => [node, path, ...states])).toEqual([
      ["pve1", "0000:00:02.0", "free"],
      ["pve1", "0000:01:00", "used"],
      ["pve1", "0000:02:00", "free"],
      ["pve2", "0000:04:00", "not-isolated", "free"],
      ["pve2", "0000:09:00", "drifted"],
      ["pve2", "0000:0a:00", "drifted", "used"],
      ["pve3", "0000:41:00", "offline"],
    ]);
  });

  test("a card of a node that is offline is told by its mappings", async () => {
    const source = {
      ...withOffline(hardwareOf({ pve1: [gpu("0000:01:00.0", 1)], pve2: [], pve3: [] }), ["pve2"]),
      mappings: [mapping("id=10de:2204,node=pve2,path=0000:0a:00.0,iommugroup=1")],
    };
    const { cards } = dataOf(renderPage(await pageInputOf({ source })));
    expect(cards.find(({ node }) => node === "pve2")).toMatchObject({
      path: "0000:0a:00.0",
      id: "10de:2204",
      states: ["offline"],
      mappings: ["held"],
    });
  });
});

test("no second mapping is offered for a card that a mapping may mean", async () => {
  const source = {
    ...hardwareOf({ pve1: [gpu("0000:02:00.0", 2), gpu("0000:03:00.0", 3)] }),
    mappings: [{ id: "held", map: ["id=10de:2204,node=pve1,path=0000:01:00.0,iommugroup=1"] }],
  };
  const { cards } = dataOf(renderPage(await pageInputOf({ source })));
  const found = cards.filter(({ functions }) => functions.length > 0);
  expect(found).toHaveLength(2);
  for (const { hcl, notes } of found) {
    expect(hcl).toBeUndefined();
    expect(notes).toEqual([
      "A mapping that no longer fits may mean it: look at the end of the page before you make another for it.",
    ]);
  }
});

test("a card in no group is not blamed on an IOMMU that is on", async () => {
  const pci = [gpu("0000:01:00.0", -1), gpu("0000:02:00.0", 2)];
  const { cards } = dataOf(renderPage(await pageInputOf({ source: hardwareOf({ pve1: pci }) })));
  expect(cards.find(({ path }) => path === "0000:01:00.0")?.notes).toEqual([
    "It is in no IOMMU group, so no guest can have it. Switch the IOMMU on; where it is on, remove what takes single devices out, such as igfx_off, from the kernel command line of the host.",
  ]);
});

test("a card with one function in no group is not said to be in none", async () => {
  const pci = [gpu("0000:01:00.0", 1), sound("0000:01:00.1", -1)];
  const { cards } = dataOf(renderPage(await pageInputOf({ source: hardwareOf({ pve1: pci }) })));
  expect(cards.flatMap(({ notes }) => notes?.map((note) => note.split(",")[0]) ?? [])).toEqual([
    "0000:01:00.1 of it is in no IOMMU group",
  ]);
});

test("cards that share a group stand in one frame, and bridges tie nothing", async () => {
  const bridge = pciFunction("0000:00:01.0", "8086:a70d", "060400", 1);
  const pci = [bridge, gpu("0000:01:00.0", 1), gpu("0000:02:00.0", 1), gpu("0000:03:00.0", 3)];
  const html = renderPage(await pageInputOf({ source: hardwareOf({ pve1: pci }) }, { all: true }));
  expect(html.split('class="frame').length - 1).toBe(1);
  expect(html).toContain("IOMMU group 1 ties these 2 together: one guest takes all.");
});

test("the page allows its own style and script, and nothing else", async () => {
  const html = renderPage(await pageInputOf({ source: hardwareOf({ pve1: [gpu("0000:01:00.0", 1)] }) }));
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll("&#39;", "'");
  const hash = (tag: RegExp): string =>
    createHash("sha256")
      .update(tag.exec(html)?.[1] ?? "")
      .digest("base64");
  expect(policy).toBe(
    [
      "default-src 'none'",
      `script-src 'sha256-${hash(/<script>(.*?)<\/script>/s)}'`,
      `style-src 'sha256-${hash(/<style>(.*?)<\/style>/s)}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join("; "),
  );
  expect(html).not.toMatch(/\b(src|srcset|action|style)="|@import|url\(/);
});

test("128 nodes with 100 functions each stay a page that a browser opens at once", async () => {
  const functions = Array.from({ length: 50 }, (_, index) => {
    const slot = `0000:${(index + 1).toString(16).padStart(2, "0")}:00`;
    return [gpu(`${slot}.0`, index), sound(`${slot}.1`, index)];
  }).flat();
  const names = Array.from({ length: 128 }, (_, index) => `node-${index}`);
  const source = {
    ...hardwareOf(Object.fromEntries(names.map((name) => [name, functions]))),
    // One mapping over all of them: its text stands in the page once a mapping, not once a card.
    mappings: [
      {
        id: "pool",
        map: names.map((node) => `id=10de:2204,node=${node},path=0000:01:00,iommugroup=0`),
      },
    ],
  };
  const html = renderPage(await pageInputOf({ source }, { all: true }));
  expect(dataOf(html).cards.flatMap((card) => card.functions)).toHaveLength(12_800);
  expect(html.length / 1e6).toBeLessThan(8);
}, 60_000);

describe("the command line", () => {
  let pve: PveStandIn;
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-page-"));
  const file = join(folder, "cluster.html");
  beforeAll(async () => {
    pve = await startPve();
  });
  afterAll(async () => {
    await pve.close();
    rmSync(folder, { recursive: true });
  });
  const inspect = (...args: readonly string[]) =>
    runCli(["inspect", ...args], { environment: environmentFor(pve, pve.tokens.root) });

  test("writes the file, says so, and prints nothing else on standard output", async () => {
    const { status, stdout, stderr } = await inspect("--html", file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    expect(stderr).toContain(`Wrote ${file}: open it in a browser.\n`);
    const html = readFileSync(file, "utf8");
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain(`<b>${pve.endpoint}</b> Proxmox VE 9.2.11`);
    expect(html).toContain("<h3>gpu-ok</h3>");
  });

  test("--nodes asks no other node for its hardware", async () => {
    const before = pve.requests.lines.length;
    await inspect("--html", file, "--nodes", "pve1");
    const asked = pve.requests.lines.slice(before).filter((line) => line.includes("/hardware/pci"));
    expect(asked.every((line) => line.includes("/nodes/pve1/"))).toBe(true);
    expect(dataOf(readFileSync(file, "utf8")).cards.every(({ node }) => node === "pve1")).toBe(true);
  });

  test("where there are no mappings yet it is still a page, and says why", async () => {
    const old = await startPve({ source: "pve7" });
    const environment = environmentFor(old, old.tokens.root);
    const { status, stderr } = await runCli(["inspect", "--html", file], { environment });
    await old.close();
    expect(status).toBe(0);
    expect(stderr).toContain("warning: Proxmox VE Has No PCI Mappings");
    const html = readFileSync(file, "utf8");
    expect(html).toContain("They could not be read; a warning says why.");
    // None can be made there; and where they only cannot be read, one may hold the card already.
    expect(dataOf(html).cards.filter(({ hcl }) => hcl !== undefined)).toEqual([]);
  });

  test("- is standard output", async () => {
    const { status, stdout, stderr } = await inspect("--html", "-", "--nodes", "pve2");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>/i);
    expect(stderr).not.toContain("Wrote");
  });

  test.each([
    ["in a folder that is not there", "ENOENT", () => join(folder, "no", "cluster.html")],
    ["below a file", "ENOTDIR", () => join(file, "cluster.html")],
    ["that is a folder", "EISDIR", () => folder],
  ])("a file %s is refused before the cluster is asked", async (_, code, place) => {
    writeFileSync(file, "");
    pve.requests.clear();
    const { status, stderr } = await inspect("--html", place(), "--nodes", "pve2");
    expect(status).toBe(1);
    expect(stderr).toBe(
      "error: Page Cannot Be Written (--html)\n" +
        `  ${place()} cannot be written (${code}). Name a file in a folder that exists and that you may write to.\n`,
    );
    expect(pve.requests.lines).toStrictEqual([]);
  });

  test("goes with no other form", async () => {
    const { status, stderr } = await inspect("--html", file, "--json");
    expect(status).toBe(2);
    expect(stderr).toContain("cannot be used with option");
  });
});
