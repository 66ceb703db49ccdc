/** `inspect --html` of the packaged binary in a real browser: what a person sees and does, by keyboard, on a phone and in the dark. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { renderPage } from "../../../src/cli/page/page.ts";
import { type Browser, startBrowser } from "../../support/browser/chromium.ts";
import { dataOf, pageInputOf } from "../../support/cli/page.ts";
import { environmentFor } from "../../support/cli/run.ts";
import { showcase } from "../../support/cli/showcase.ts";
import { hardwareOf, pciFunction } from "../../support/provider/hardware.ts";
import { startPve } from "../../support/pve/stand-in.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const SIZES = {
  desk: { viewport: { width: 1440, height: 900 } },
  tablet: { viewport: { width: 820, height: 1180 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

/** A folder for pictures to look at, docs/images/inspect-page.webp among them; none are made without. */
const PICTURES = process.env["GPUHOST_SCREENSHOTS"];

const COLUMNS: Readonly<Record<string, number>> = { desk: 4, tablet: 2, phone: 1 };

const folder = mkdtempSync(join(tmpdir(), "gpuhost-page-"));
const file = join(folder, "cluster.html");
let browser: Browser;
let context: BrowserContext;
/** What a page has asked of anybody but its own file, and what went wrong in it. */
let trouble: string[];

// Where Chromium has to be installed first, that takes its time.
beforeAll(async () => {
  browser = await startBrowser();
  const pve = await startPve();
  const environment = { PATH: process.env["PATH"], ...environmentFor(pve, pve.tokens.root) };
  const child = spawn(inject("binary"), ["inspect", "--html", file, "--all"], {
    env: environment,
    stdio: "ignore",
  });
  const status = await new Promise((resolve) => child.once("close", resolve));
  await pve.close();
  expect(status).toBe(0);
}, 600_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});
afterEach(() => context.close());

async function open(options: BrowserContextOptions = SIZES.desk, path: string = file): Promise<Page> {
  context = await browser.open(options);
  const page = await context.newPage();
  trouble = [];
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(path).href) trouble.push(`request for ${request.url()}`);
  });
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("dialog", (dialog) => {
    trouble.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (message.type() === "error") trouble.push(message.text());
  });
  await page.goto(pathToFileURL(path).href);
  return page;
}

/** What axe-core says against the page as it is. */
async function violations(page: Page): Promise<readonly string[]> {
  // Not by a script element, which the page's own policy refuses.
  await page.evaluate(axe);
  // What is far down is not drawn, and would not be looked at.
  await page.evaluate(() => {
    document.styleSheets[0]?.insertRule(".node, .mapping { content-visibility: visible !important }", 0);
  });
  return await page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: {
        run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      };
    };
    const found = await checker.run();
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });
}

const shown = (page: Page) => page.locator(".card:visible").count();

describe.for(Object.entries(SIZES))("at the size of a %s", ([name, options]) => {
  test("it is accessible, fits the width, and asks the network for nothing", async () => {
    const page = await open(options);
    expect(await violations(page)).toEqual([]);
    const { scrolls, columns } = await page.evaluate(() => ({
      scrolls: document.documentElement.scrollWidth > innerWidth,
      columns: getComputedStyle(document.querySelector(".slots") as Element).gridTemplateColumns.split(" ")
        .length,
    }));
    expect(scrolls).toBe(false);
    expect(columns).toBe(COLUMNS[name]);
    await page.locator(".path").first().click();
    await page.locator("#details").waitFor();
    expect(await violations(page)).toEqual([]);
    if (PICTURES !== undefined) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${name}-details.png`) });
      await page.keyboard.press("Escape");
      await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    }
    expect(trouble).toEqual([]);
  });
});

test("dark and light follow what the reader has chosen", async () => {
  const background = async (colorScheme: "dark" | "light"): Promise<string> => {
    const page = await open({ ...SIZES.desk, colorScheme });
    const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await context.close();
    return colour;
  };
  expect(await background("light")).toBe("rgb(238, 241, 245)");
  expect(await background("dark")).toBe("rgb(12, 16, 22)");
  await open();
});

test("colours that the reader has chosen leave every state with its word", async () => {
  const page = await open({ ...SIZES.desk, forcedColors: "active" });
  const words = await page.locator(".card .is").allInnerTexts();
  expect(words.length).toBeGreaterThan(0);
  expect(words.every((text) => text.trim() !== "")).toBe(true);
  expect(await violations(page)).toEqual([]);
});

describe("by keyboard", () => {
  test("one stop a node, arrows within it, and ids where the focus is", async () => {
    const page = await open();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    const first = page.locator(".node").first();
    await first.locator(".path").first().focus();
    expect(await focused()).toBe(await first.locator(".path").nth(0).textContent());
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toMatch(/^\.0 /);
    const tip = page.locator("#tip");
    await tip.waitFor();
    expect(await tip.textContent()).toMatch(
      /^0000:00:00\.0id: 8086:3ec2subsystem: 1458:5000IOMMU group: 1Intel Corporation .*Host Bridge/,
    );
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-describedby"))).toBe("tip");
    await page.keyboard.press("Escape");
    expect(await tip.isVisible()).toBe(false);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(await first.locator(".path").nth(1).textContent());
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toBe(await first.locator(".path").nth(0).textContent());
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowRight");
    expect(
      await page.evaluate(() => document.activeElement?.closest(".node")?.getAttribute("data-node")),
    ).toBe("pve1");
    await page.keyboard.press("Tab");
    expect(
      await page.evaluate(() => document.activeElement?.closest(".node")?.getAttribute("data-node")),
    ).toBe("pve2");
  });

  test("search, open, copy and close", async () => {
    const page = await open({ ...SIZES.desk, permissions: ["clipboard-read", "clipboard-write"] });
    const all = await shown(page);
    await page.keyboard.press("/");
    await page.keyboard.type("3090 01:00 pve1");
    await expect.poll(() => shown(page)).toBe(1);
    expect(await page.locator("#count").textContent()).toBe(`1 of ${all}`);
    for (let tabs = 0; tabs < 20; tabs += 1) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(() => document.activeElement?.matches(".path") === true)) break;
    }
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("GeForce RTX 3090");
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const press = async (name: string): Promise<void> => {
      await page.locator("#details").getByRole("button", { name, exact: true }).first().focus();
      await page.keyboard.press("Enter");
    };
    await press("Copy address 0000:01:00");
    await expect.poll(clipboard).toBe("0000:01:00");
    expect(await page.locator("#said").textContent()).toBe("Copied 0000:01:00");
    await press("Copy id 10de:2204");
    await expect.poll(clipboard).toBe("10de:2204");
    await press("Copy HCL");
    await expect.poll(clipboard).toBe(await page.locator("#details pre").textContent());
    expect(await clipboard()).toContain('resource "proxmox_hardware_mapping_pci"');
    await page.keyboard.press("Escape");
    expect(await page.locator("#details").isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("0000:01:00");
  });

  test("filters by state, node and kind, and all of it back", async () => {
    const page = await open();
    const all = await shown(page);
    const used = page.getByLabel(/^used/);
    await used.focus();
    await page.keyboard.press("Space");
    await expect.poll(() => shown(page)).toBe(await page.locator(".card .is .s-used").count());
    await page.locator("#node").selectOption("pve2");
    await expect.poll(() => page.locator("#nothing").isVisible()).toBe(true);
    await page.getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => shown(page)).toBe(all);
    await page.locator("#kind").selectOption("audio");
    await expect.poll(() => shown(page)).toBeLessThan(all);
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByLabel(/^offline/).check();
    await expect.poll(() => page.locator(".node:visible").count()).toBe(1);
    expect(await page.locator(".node:visible h2").textContent()).toBe("pve4");
  });
});

test("a finger opens and closes the details of a function", async () => {
  const page = await open(SIZES.phone);
  await page.locator(".chip").nth(1).tap();
  await page.locator("#details .here").waitFor();
  expect(await page.locator("#tip").isVisible()).toBe(false);
  await page.getByRole("button", { name: "Close details" }).tap();
  expect(await page.locator("#details").isVisible()).toBe(false);
});

test("what hardware says is text, in the picture, beside the pointer and in the details", async () => {
  const name = `<img src=x onerror=alert(1)></script><script>alert(2)</script>"'\u202e[2J`;
  const device = pciFunction("0000:01:00.0", "10de:2204", "030000", 1, name);
  const path = join(folder, "hostile.html");
  writeFileSync(path, renderPage(await pageInputOf({ source: hardwareOf({ pve1: [device] }) })));
  const page = await open(SIZES.desk, path);
  const text = `NVIDIA Corporation ${name.replace("\u202e", "\\u202e")}`;
  expect(await page.locator(".card .name").textContent()).toBe(text);
  await page.locator(".chip").hover();
  await page.locator("#tip").waitFor();
  expect(await page.locator("#tip").textContent()).toContain(text);
  await page.locator(".chip").click();
  expect(await page.locator("#details h2").textContent()).toBe(text);
  expect(await page.locator("img").count()).toBe(0);
  expect(trouble).toEqual([]);
});

test("128 nodes with 100 functions each: quick to open and to search", async () => {
  const functions = Array.from({ length: 50 }, (_, index) => {
    const slot = `0000:${(index + 1).toString(16).padStart(2, "0")}:00`;
    return [
      pciFunction(`${slot}.0`, "10de:2204", "030000", index, "GA102 [GeForce RTX 3090]"),
      pciFunction(`${slot}.1`, "10de:1aef", "040300", index, "GA102 High Definition Audio Controller"),
    ];
  }).flat();
  const pci = Object.fromEntries(Array.from({ length: 128 }, (_, index) => [`node-${index}`, functions]));
  const path = join(folder, "large.html");
  writeFileSync(path, renderPage(await pageInputOf({ source: hardwareOf(pci) }, { all: true })));
  const page = await open(SIZES.desk, path);
  const [painted] = await page.evaluate(() =>
    performance.getEntriesByName("first-contentful-paint").map(({ startTime }) => startTime),
  );
  // Far above what either takes, for machines with other work; one that grows with the square would take minutes.
  expect(painted).toBeLessThan(10_000);
  const started = performance.now();
  await page.keyboard.press("/");
  await page.keyboard.type("node-77 05:00");
  await expect.poll(() => page.locator("#count").textContent()).toBe("1 of 6400");
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await page.locator(".card:visible").count()).toBe(1);
});

test("the picture of the documentation shows every state at once", async () => {
  const path = join(folder, "showcase.html");
  writeFileSync(path, renderPage(await pageInputOf({ source: showcase })));
  const page = await open({ viewport: { width: 1080, height: 1230 } }, path);
  for (const state of ["free", "used", "not-isolated", "drifted", "offline"]) {
    const box = await page.locator(`.card.s-${state}`).first().boundingBox();
    expect((box?.y ?? Number.POSITIVE_INFINITY) + (box?.height ?? 0)).toBeLessThan(1230);
  }
  if (PICTURES === undefined) return;
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 88 });
  writeFileSync(join(PICTURES, "inspect-page.webp"), Buffer.from(data, "base64"));
});

test("what it offers to copy is HCL as `tofu fmt` writes it", () => {
  const { cards, texts } = dataOf(readFileSync(file, "utf8"));
  const configurations = new Set(cards.flatMap(({ hcl }) => (hcl === undefined ? [] : [texts[hcl] ?? ""])));
  expect(configurations.size).toBeGreaterThan(5);
  const { status, stdout } = spawnSync(inject("tofu"), ["fmt", "-check", "-diff", "-"], {
    input: [...configurations].join("\n"),
    encoding: "utf8",
    env: {},
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
});
