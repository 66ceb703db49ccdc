/** The tables of the page that registries open with. */
import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_MAX_RETRIES,
  DEFAULT_MIN_TLS,
  DEFAULT_TIMEOUT_SECONDS,
  MAX_RETRIES_LIMIT,
  MAX_TIMEOUT_SECONDS,
} from "../../src/proxmox/settings/defaults.ts";
import { resolveSettings } from "../../src/proxmox/settings/settings.ts";
import { documentedProvider, guidePaths, readProjectFile } from "../support/documentation.ts";
import { links, tableRows } from "../support/markdown.ts";

const rows = tableRows(readProjectFile("docs/index.md"));
/** Variable, argument, what it holds, what holds without it. */
const withArgument = rows.filter(({ length }) => length === 4);
const withoutArgument = rows.filter(({ length }) => length === 3);
/** Way, arguments, and three columns of prose. */
const waysToSignIn = rows.filter(({ length }) => length === 5);

test("every guide is named, by what it is for", () => {
  const named = rows.filter(({ length }) => length === 2).flatMap(([, guides = ""]) => links(guides));
  expect(named.toSorted()).toStrictEqual(guidePaths().map((path) => path.slice("docs/".length)));
});

function codes(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

describe("the table of the environment", () => {
  test("names the variable of every argument", () => {
    const expected = Object.entries(documentedProvider.attributes).map(([name, { description }]) => [
      name,
      /Environment: `(\w+)`/.exec(description)?.[1],
    ]);
    const told = withArgument.map(([variable, argument]) => [codes(argument)[0], codes(variable)[0]]);
    expect(told.toSorted()).toStrictEqual(expected.toSorted());
  });

  test.each([
    ["PROXMOX_VE_MIN_TLS", "`1.0`, `1.1`, `1.2` or `1.3`", `\`${DEFAULT_MIN_TLS}\``],
    ["GPUHOST_TIMEOUT", `seconds, 1 to ${MAX_TIMEOUT_SECONDS}`, `${DEFAULT_TIMEOUT_SECONDS}`],
    ["GPUHOST_MAX_RETRIES", `a number, 0 to ${MAX_RETRIES_LIMIT}`, `${DEFAULT_MAX_RETRIES}`],
  ])("has the limits and the default of %s", (variable, holds, otherwise) => {
    const row = withArgument.find(([cell]) => cell === `\`${variable}\``);
    expect(row?.slice(2)).toStrictEqual([holds, otherwise]);
  });

  test("names every variable that the sources read", () => {
    const read = globSync("src/{plugin,provider,proxmox}/**/*.ts").flatMap((path) =>
      [
        ...readProjectFile(path).matchAll(
          /"((?:PROXMOX_VE|GPUHOST|SSL_CERT|TF_LOG|TF_APPEND)\w*|\w+_PROXY)"/g,
        ),
      ].map(([, name = ""]) => name),
    );
    const told = [...withArgument, ...withoutArgument].flatMap(([variable]) => codes(variable));
    // Its name is made of the provider's.
    expect(told.toSorted()).toStrictEqual([...new Set([...read, "TF_LOG_PROVIDER_GPUHOST"])].toSorted());
  });
});

describe("the ways to sign in", () => {
  const examples = {
    api_token: "gpuhost@pve!discovery=00000000-0000-0000-0000-000000000000",
    auth_ticket: "PVE:gpuhost@pve:65F2A1B0::c2lnbmF0dXJl",
    csrf_prevention_token: "65F2A1B0:dG9rZW4",
    username: "gpuhost@pve",
    password: "secret",
    otp: "123456",
  };
  type Credential = keyof typeof examples;
  const ways = waysToSignIn.map(([way = "", names]) => [way, codes(names) as Credential[]] as const);

  test.each(ways)("%s needs no more than %j", (_, names) => {
    const chosen = Object.fromEntries(names.map((name) => [name, examples[name]]));
    const { settings } = resolveSettings({ endpoint: "https://pve1.example.com:8006/", ...chosen }, {});
    expect(settings).not.toBeNull();
  });

  test("stand in the order in which they win", () => {
    const kinds = ways.map((_, index) => {
      const given = Object.fromEntries(
        ways.slice(index).flatMap(([, names]) => names.map((name) => [name, examples[name]])),
      );
      return resolveSettings({ endpoint: "https://pve1.example.com:8006/", ...given }, {}).settings
        ?.credentials.kind;
    });
    expect(kinds).toStrictEqual(["token", "ticket", "password", "password"]);
  });
});
