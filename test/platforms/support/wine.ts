/**
 * Windows by Wine, in a root with Debian. What runs there are Windows programs alone: Node under Wine cannot open a pipe of Linux, so
 * output goes to files, and the host is go-plugin's own, compiled for Windows.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, win32 } from "node:path";
import { debianMirror, KEYRING, RELEASE } from "../../../scripts/build/libraries/debian.ts";
import type { PreparedCall } from "../../../scripts/build/plan-calls.ts";
import { withLock } from "../../../scripts/lock.mjs";
import { hostPlatform } from "../../../scripts/project.ts";
import { buildGoHost, type HostReport, type HostRun } from "../../plugin/hosts/host.ts";
import { CACHE, debianFiles } from "./debian.ts";
import type { Answer } from "./root.ts";

/** Wine's own world, with drives and registry, in the root. */
const PREFIX = "/prefix";
/** Where the folder of a test lies in the root. */
const SHARED = "/work";
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Wine writes its registry when its server ends: one that is killed leaves a world without random numbers. */
const MAKE_ROOT = `
set -e
debootstrap --variant=minbase --include=wine,wine64 --keyring="$2" "$3" "$1" "$4"
rm -rf "$1/var/cache/apt/archives" "$1/var/lib/apt/lists"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mkdir "$1${SHARED}"
chroot "$1" wineboot --init
chroot "$1" wineserver --wait
`;

/**
 * Runs a program by Wine in a file system of its own that keeps nothing, and ends when no program of the package is left there, at the
 * latest after 20 seconds.
 */
const RUN = `
set -e
root=$1 shared=$2
shift 2
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
mount --rbind /dev /mnt/root/dev
mount -t proc proc /mnt/root/proc
mount --bind "$shared" "/mnt/root${SHARED}"
set +e
chroot /mnt/root wine "$@" > "$shared/stdout" 2> "$shared/stderr"
status=$?
for i in $(seq 200); do
  left=
  for process in /mnt/root/proc/[0-9]*; do
    read -r command < "$process/cmdline"
    case "$command" in Z:${SHARED.replace("/", "?")}?terraform-provider*) left=$command ;; esac
  done 2> /dev/null
  [ -n "$left" ] || break
  sleep 0.1
done
printf %s "$left" > "$shared/left"
exit $status
`;

/** Mounts and processes in it are gone when the first of them ends, however that is. */
const APART = ["--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", "sh", "-c"];

/** Programs in the root see nothing of this process's environment. */
const environment = {
  PATH,
  HOME: "/tmp",
  XDG_RUNTIME_DIR: "/tmp",
  WINEPREFIX: PREFIX,
  WINEDEBUG: "-all",
};

/** The folder with Debian and Wine in it, made unless it is there. Takes two minutes and 2 GB. */
export async function ensureWineRoot(say: (line: string) => void): Promise<string> {
  const root = join(CACHE, "wine");
  const onWait = (owner: string): void => say(`Waiting for ${owner}, which is making a root with Wine`);
  return await withLock(root, { onWait }, () => {
    if (existsSync(root)) return root;
    const { arch } = hostPlatform();
    const debootstrap = debianFiles("debootstrap", arch, say);
    say("Making a root with Debian and Wine (some minutes)");
    const partial = mkdtempSync(join(CACHE, ".partial-"));
    try {
      const env = {
        ...environment,
        PATH: `${join(debootstrap, "usr/sbin")}:${PATH}`,
        DEBOOTSTRAP_DIR: join(debootstrap, "usr/share/debootstrap"),
      };
      const args = [...APART, MAKE_ROOT, "sh", partial, KEYRING, RELEASE, debianMirror()];
      execFileSync("unshare", args, { env, stdio: ["ignore", "pipe", "pipe"] });
      renameSync(partial, root);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    return root;
  });
}

/** What ran by Wine, and whether programs of the package were there 20 seconds after it had ended. */
export interface WineAnswer extends Answer {
  readonly isLeftBehind: boolean;
}

export interface WineHostRun extends Pick<HostRun, "scenario"> {
  readonly variables?: Readonly<Record<string, string>>;
}

/** A package for Windows, and a host for Windows. */
export class Wine implements Disposable {
  readonly #root: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "gpuhost-wine-"));
  /** The program of the package, as Windows calls it. */
  readonly program: string;

  /** @param binary The program of the package. */
  static async start(root: string, binary: string): Promise<Wine> {
    const wine = new Wine(root, basename(binary));
    await copyFile(binary, join(wine.#folder, basename(binary)));
    const windows = { GOOS: "windows", GOARCH: "amd64", CGO_ENABLED: "0" };
    await buildGoHost("1.8.0", join(wine.#folder, "host.exe"), windows);
    return wine;
  }

  private constructor(root: string, program: string) {
    this.#root = root;
    this.program = `Z:${SHARED.replace("/", "\\")}\\${program}`;
  }

  /** Runs a program for Windows. */
  async run(
    command: readonly string[],
    variables: Readonly<Record<string, string>> = {},
  ): Promise<WineAnswer> {
    const env = { ...environment, ...variables };
    const args = [...APART, RUN, "sh", this.#root, this.#folder, ...command];
    // A Wine that is not well waits for five minutes.
    const child = spawn("unshare", args, { env, stdio: "ignore", timeout: 200_000, killSignal: "SIGKILL" });
    const [status] = await once(child, "close");
    const read = (name: string): string => readFileSync(join(this.#folder, name), "utf8");
    return { status, stdout: read("stdout"), stderr: read("stderr"), isLeftBehind: read("left") !== "" };
  }

  /** Lets the host launch the package, ask for its schema, and make calls. */
  async host(
    { scenario = "ordinary", variables = {} }: WineHostRun = {},
    calls: readonly PreparedCall[] = [],
  ): Promise<{ readonly report: HostReport; readonly answer: WineAnswer }> {
    const prepared = calls.map(({ path, request }) => ({
      Method: path,
      Request: request.toString("base64"),
    }));
    writeFileSync(join(this.#folder, "calls.json"), JSON.stringify(prepared));
    const place = win32.dirname(this.program);
    const options = [`-scenario=${scenario}`, `-calls=${place}\\calls.json`];
    const answer = await this.run([`${place}\\host.exe`, ...options, "--", this.program], variables);
    if (!answer.stdout.startsWith("{"))
      throw new Error(`The host ended with ${answer.status}: ${answer.stderr}`);
    return { report: JSON.parse(answer.stdout) as HostReport, answer };
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
