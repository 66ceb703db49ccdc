import { createHash } from "node:crypto";

/** What the HA manager has to keep running, a section of `ha/resources.cfg`. */
export interface HaResource {
  readonly type: "vm" | "ct";
  /** `state`, `comment`, `failback`, `max_restart`, `max_relocate` and, before release 9, `group`. */
  readonly options: Map<string, string>;
}

/** Where resources may run, a section of `ha/rules.cfg`. */
export interface HaRule {
  readonly type: "node-affinity" | "resource-affinity";
  /** Resources by their ids, `vm:100`. */
  resources: string[];
  /** `nodes`, `strict`, `affinity`, `disable`, `comment`. */
  readonly options: Map<string, string>;
}

/** What is written down for the HA manager. The manager itself does not run here: tests move guests. */
export interface HighAvailability {
  /** By id, `vm:100`. */
  readonly resources: Map<string, HaResource>;
  readonly rules: Map<string, HaRule>;
}

export const noHighAvailability = (): HighAvailability => ({ resources: new Map(), rules: new Map() });

/** Takes a resource out, and out of the rules that name it; a rule without any resource goes too. */
export function removeHaResource({ resources, rules }: HighAvailability, sid: string): void {
  resources.delete(sid);
  for (const [name, rule] of rules) {
    rule.resources = rule.resources.filter((resource) => resource !== sid);
    if (rule.resources.length === 0) rules.delete(name);
  }
}

/** SHA-1 of a file of sections, which changes with every write. */
export function haDigest(sections: ReadonlyMap<string, HaResource | HaRule>): string {
  const text = JSON.stringify([...sections], (_, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );
  return createHash("sha1").update(text).digest("hex");
}
