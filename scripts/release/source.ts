/** The state of the sources in git. */
import { execFileSync } from "node:child_process";
import { messageOf } from "../../src/message-of.ts";

export interface SourceState {
  /** The commit's full hash. */
  readonly commit: string;
  /** When it was committed: ISO 8601, in UTC. */
  readonly date: string;
  /** Paths that are not committed, as in git status. */
  readonly changed: readonly string[];
  /** Tags of this commit. */
  readonly tags: readonly string[];
  /** All tags, with their commits. */
  readonly allTags: ReadonlyMap<string, string>;
}

/** @throws {Error} when `root` is not the root of a checkout */
export function readSource(root: string): SourceState {
  const git = (...args: readonly string[]): string => {
    try {
      return execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: "pipe" }).trimEnd();
    } catch (error) {
      throw new Error(`A release is made of a commit, and git does not name one: ${reason(error)}`, {
        cause: error,
      });
    }
  };
  const [commit = "", seconds = ""] = git("log", "-1", "--format=%H %ct").split(" ");
  const allTags = new Map(
    // The commit of an annotated tag is in the last field.
    lines(git("for-each-ref", "--format=%(refname:short) %(objectname) %(*objectname)", "refs/tags")).map(
      (line) => {
        const [tag = "", object = "", peeled = ""] = line.split(" ");
        return [tag, peeled === "" ? object : peeled];
      },
    ),
  );
  return {
    commit,
    date: new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z"),
    changed: lines(git("status", "--porcelain", "--untracked-files=all")).map((line) => line.slice(3)),
    tags: [...allTags].filter(([, named]) => named === commit).map(([tag]) => tag),
    allTags,
  };
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function reason(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  if (said !== "") return said;
  return messageOf(error);
}
