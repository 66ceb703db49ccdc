/** Section "start-up": the time of a provider's first launch, and the size of the package. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { providerAddress } from "../../src/provider-address.ts";
import { Workspace } from "../../test/support/tofu/workspace.ts";
import { packageSize } from "../build/package.ts";
import { projectRoot, projectVersion } from "../project.ts";
import { bpgAddress, tools } from "../tools/tool.ts";
import { ratiosOf, runRounds, type Spread, spreadOf } from "./comparison.ts";
import { launchForSchema } from "./launch.ts";
import type { Programs } from "./plan.ts";
import { timed } from "./timed.ts";
import { buildUsualNode } from "./usual-node.ts";

/** The figures of one provider; times in milliseconds, memory and size in MiB. */
export interface StartFigures {
  readonly title: string;
  /** `tofu providers schema -json` for a configuration with only this provider. */
  readonly tofu: Spread;
  /** Ratios to bpg's, round by round. */
  readonly tofuRatio: Spread;
  readonly handshake: Spread;
  readonly schema: Spread;
  readonly schemaRatio: Spread;
  readonly resident: Spread;
  /** Of all files of the package; null where the provider is a script. */
  readonly size: number | null;
}

interface Starter {
  readonly name: string;
  readonly title: string;
  readonly executable: string;
  readonly address: string;
  readonly version: string;
  /** Whether it is in the mirror as packaged. For the others there is a link in a folder of its own. */
  readonly packaged: boolean;
  /** Size of all files that a host takes a checksum of, in MiB; null where the provider is a script. */
  readonly size: number | null;
}

/** Measures launches. @returns figures by name; those of bpg are the base of all ratios */
export async function measureStart(
  rounds: number,
  programs: Programs,
): Promise<Readonly<Record<string, StartFigures>>> {
  const starters = await startersOf(programs);
  const launches = await runRounds(
    rounds,
    new Map(starters.map(({ name, executable }) => [name, () => launchForSchema(executable)])),
  );
  const workspaces = starters.map((starter) => [starter.name, workspaceOf(starter, programs)] as const);
  for (const [, workspace] of workspaces) await workspace.init();
  const schemas = await runRounds(
    rounds,
    new Map(
      workspaces.map(([name, { directory, environment }]) => [
        name,
        async () => {
          const args = ["providers", "schema", "-json"];
          const { cost, output } = await timed(programs.tofu, args, { directory, environment });
          if (!output.includes('"provider_schemas"')) throw new Error(`${name} gave no schema.`);
          return cost.wall * 1000;
        },
      ]),
    ),
  );
  for (const [, workspace] of workspaces) workspace.remove();
  const of = (name: string) => {
    const all = launches.get(name) ?? [];
    return {
      tofu: schemas.get(name) ?? [],
      handshake: all.map(({ handshake }) => handshake),
      schema: all.map(({ schema }) => schema),
      resident: all.map(({ resident }) => resident),
    };
  };
  const base = of("bpg");
  return Object.fromEntries(
    starters.map(({ name, title, size }) => {
      const { tofu, handshake, schema, resident } = of(name);
      const figures: StartFigures = {
        title,
        tofu: spreadOf(tofu),
        tofuRatio: spreadOf(ratiosOf(tofu, base.tofu)),
        handshake: spreadOf(handshake),
        schema: spreadOf(schema),
        schemaRatio: spreadOf(ratiosOf(schema, base.schema)),
        resident: spreadOf(resident),
        size,
      };
      return [name, figures];
    }),
  );
}

async function startersOf(programs: Programs): Promise<Starter[]> {
  const usual = await buildUsualNode(join(projectRoot, "dist", "bench", "usual-node"));
  return [
    {
      name: "bpg",
      title: "bpg/proxmox",
      executable: programs.bpg,
      address: bpgAddress,
      version: tools.bpg.version,
      packaged: false,
      size: statSync(programs.bpg).size / 2 ** 20,
    },
    {
      name: "gpuhost",
      title: "gpuhost",
      executable: programs.gpuhost,
      address: providerAddress,
      version: projectVersion(),
      packaged: true,
      size: packageSize(dirname(programs.gpuhost)),
    },
    {
      name: "usual",
      title: "the usual Node: grpc-js and proto-loader, not bundled, one attribute",
      executable: usual,
      address: "registry.opentofu.org/bench/usual",
      version: "9.9.9",
      packaged: false,
      size: null,
    },
  ];
}

function workspaceOf(
  { address, version, executable, packaged }: Starter,
  { tofu, mirror }: Programs,
): Workspace {
  return new Workspace({
    executable: tofu,
    mirror,
    further: packaged ? [] : [{ address, version, executable }],
    files: {
      "main.tf": `terraform {\n  required_providers {\n    it = { source = ${JSON.stringify(address)} }\n  }\n}\n`,
    },
  });
}
