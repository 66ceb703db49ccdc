/** The commands on the pages of the complete examples, followed to the letter: on the hardware that the page or the table names. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { exampleFolders, readProjectFile } from "../support/documentation.ts";
import { tableRows } from "../support/markdown.ts";
import { failedTasks, runningGuests } from "../support/pve/belongings.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { startPve } from "../support/pve/stand-in.ts";
import { shellBlocks } from "../support/shell-blocks.ts";
import { exampleFiles, openConfiguration } from "../support/tofu/bpg.ts";
import { cycles } from "./bpg-cycles.ts";

/** What `npm run pve` serves by itself. */
const DEFAULT = "the default";

/** Example → where its row in the table of all says to try it. */
const places = new Map(
  tableRows(readProjectFile("examples/complete/README.md")).map(([link = "", , places = ""]) => [
    /^\[(.+)\]/.exec(link)?.[1] ?? "",
    places.split(", ").map((place) => place.replaceAll("`", "")),
  ]),
);

/** Every `tofu apply` of a page, with the hardware that a line before it names, or the first one that the table has. */
const applies = exampleFolders()
  .flatMap((folder) => /^complete\/([^/]+)$/.exec(folder)?.[1] ?? [])
  .flatMap((example) => {
    let [place = ""] = places.get(example) ?? [];
    return shellBlocks(`examples/complete/${example}/README.md`)
      .flatMap(({ commands }) => commands)
      .flatMap((command) => {
        place = /^npm run pve -- --hardware test\/fixtures\/clusters\/(.+)$/.exec(command)?.[1] ?? place;
        return command.startsWith("tofu apply") ? [{ example, place, command }] : [];
      });
  });

test("the table says of every example where to try it, and there it goes through a cycle by itself", () => {
  const tried = cycles
    .filter(({ variables }) => variables === undefined)
    .map(({ example, hardware }) => `${example}: ${hardware === null ? DEFAULT : `${hardware}.json`}`);
  const said = [...places].flatMap(([example, found]) => found.map((place) => `${example}: ${place}`));
  expect(said.length).toBeGreaterThan(10);
  expect(said.filter((one) => !tried.includes(one))).toStrictEqual([]);
});

test("many pages have a command", () => {
  expect(applies.length).toBeGreaterThan(7);
});

test.each(applies)("$example on $place: $command", async ({ example, place, command }) => {
  const file = join(projectRoot, "test/fixtures/clusters", place);
  const pve = await startPve(place === DEFAULT ? {} : { source: readHardwareFile(file) });
  onTestFinished(() => pve.close());
  const workspace = await openConfiguration(pve, exampleFiles(example));
  await workspace.succeed([...words(command).slice(1), "-auto-approve"]);
  expect(Object.keys(runningGuests(pve.cluster)).length).toBeGreaterThan(0);
  expect(failedTasks(pve.cluster)).toStrictEqual([]);
});

/** The words of a command that quotes with nothing but `'…'`. */
function words(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
