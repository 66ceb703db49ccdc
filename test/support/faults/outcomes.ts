/** What is right for who reads: the outcome that a kind of fault names is that of `gpuhost_pci_devices`. */
import { type Group, NODE_UNREAD, type Outcome } from "./kind.ts";
import type { ReaderName } from "./reader.ts";
import type { FaultScene } from "./scene.ts";

/** How readers that go on without a node say so. */
const LEFT_OUT: Readonly<Partial<Record<ReaderName, RegExp>>> = {
  pci_mappings: /Mappings Not Checked on Every Node.*\n {2}- \w+: \S/s,
  inspect: /Nodes? Left Out.*\n {2}- \w+: \S/s,
};

/** What each of may be. */
export function rightOutcomes(scene: FaultScene): readonly Outcome[] {
  const { reader, kind, arranged } = scene;
  const outcome = outcomeOfDevices(scene);
  const { target = "" } = arranged;
  if (outcome.result !== "error" && outcome.result !== "less") return [outcome];
  if (reader === "doctor") return [{ result: "checks", says: saysOf(outcome, target, kind.group) }];
  const leftOut = LEFT_OUT[reader];
  if (outcome.result === "less") {
    const isOfNode = kind.group === "cluster" && leftOut !== undefined;
    return [isOfNode ? { result: "less", warns: leftOut } : outcome];
  }
  const own = reader === "pci_devices" ? outcome : withoutNode(outcome);
  const mayGoOn = /\/hardware\/pci\?/.test(target) || kind.group === "cluster" || kind.group === "connection";
  return mayGoOn && leftOut !== undefined ? [own, { result: "less", warns: leftOut }] : [own];
}

/**
 * A guest that cannot be read is no reason to end a read: what is not known of it is said. Nor is a node that does not tell its own
 * version, which is then taken for that of the member that answers.
 */
function outcomeOfDevices({ kind, arranged, reader }: FaultScene): Outcome {
  const { outcome, group } = kind;
  const { target = "" } = arranged;
  if (outcome.result !== "error") return outcome;
  if (reader !== "doctor" && /\/nodes\/[^/]+\/version$/.test(target)) return { result: "same" };
  const isRefused = group === "sign-in" && kind.name.startsWith("401");
  return target.endsWith("/pending") && !isRefused ? { result: "less", warns: /Usage/ } : outcome;
}

type ErrorOutcome = Extract<Outcome, { result: "error" }>;

/** Where a node is what was asked for, it is not told as one of several. */
function withoutNode(outcome: ErrorOutcome): ErrorOutcome {
  return { ...outcome, says: outcome.says.filter((says) => says !== NODE_UNREAD) };
}

/** What the check that fails has to say: what is wrong. How to mend it, it may say in words of its own. */
function saysOf(outcome: Outcome, target: string, group: Group): RegExp {
  if (group === "cluster") return /^(?:nodes|quorum) /;
  return outcome.result === "error" && !target.endsWith("/pending")
    ? (withoutNode(outcome).says[0] ?? /./)
    : /^usage /;
}
