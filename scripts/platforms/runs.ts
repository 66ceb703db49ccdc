/** How `npm run test:platforms` runs the package of each platform of a release, and what it leaves out. */

/** What stands between a package and the machine. */
export type RunBy = "this machine" | "QEMU" | "Wine";

export interface PlatformRun {
  /** Such as `linux_amd64`. */
  readonly platform: string;
  /** Null when it is never run. */
  readonly by: RunBy | null;
  /** What nobody can conclude from these tests. */
  readonly leftOut: string;
}

const OF_EMULATORS =
  "what a real processor or system would do otherwise, and times, which are the emulator's";
const OF_MACOS =
  "never run, since macOS runs on Apple's machines alone. Structure, signature and equal bytes are looked at";

/** In the order of a release's files. */
export const platformRuns: readonly PlatformRun[] = [
  { platform: "darwin_amd64", by: null, leftOut: OF_MACOS },
  { platform: "darwin_arm64", by: null, leftOut: OF_MACOS },
  { platform: "linux_amd64", by: "this machine", leftOut: "kernels other than this one" },
  { platform: "linux_arm64", by: "QEMU", leftOut: OF_EMULATORS },
  { platform: "windows_amd64", by: "Wine", leftOut: OF_EMULATORS },
  {
    platform: "windows_arm64",
    by: null,
    leftOut:
      "never run, since Wine runs programs of its own processor alone, and Wine by QEMU is not tried. Structure is looked at",
  },
];

/** What these tests need of a machine, as far as it decides whether they can be run. */
export interface TestMachine {
  /** Such as `linux_amd64`. */
  readonly platform: string;
  readonly isRoot: boolean;
  /** Whether there is `apt-get`, and the keys of Debian's packages. */
  readonly isDebian: boolean;
}

/** Why the tests cannot be run on a machine, in a sentence without its full stop; undefined when they can. */
export function reasonAgainst({ platform, isRoot, isDebian }: TestMachine): string | undefined {
  if (platform !== "linux_amd64") return `they run on Linux on amd64, and this is ${platform}`;
  if (!isDebian) return "they take Wine, QEMU and libraries from Debian's packages, and this is no Debian";
  if (!isRoot) return "they make root file systems and mount, and this user is not root";
  return undefined;
}

/** The lines that a run ends with. */
export function leftOutLines(runs: readonly PlatformRun[] = platformRuns): readonly string[] {
  const width = Math.max(...runs.map(({ platform }) => platform.length));
  return [
    "What this run leaves out:",
    ...runs.map(({ platform, by, leftOut }) => {
      const how = by === null ? "" : `run by ${by}; not tried is `;
      return `  ${platform.padEnd(width)}  ${how}${leftOut}`;
    }),
  ];
}
