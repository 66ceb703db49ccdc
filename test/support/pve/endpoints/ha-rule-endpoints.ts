import type { ApiMethod, Call } from "../api.ts";
import type { Cluster } from "../cluster.ts";
import { type HaRule, haDigest } from "../high-availability.ts";
import {
  configIdParameter,
  type ParameterSchema,
  type ParameterSchemas,
  type Parameters,
  requiredParameter,
  splitList,
  textParameter,
} from "../parameters.ts";
import { ProxmoxError } from "../proxmox-error.ts";
import { assertQuorate } from "../quorum.ts";
import {
  answered,
  audit,
  commentParameter,
  hasRules,
  manage,
  nodesParameter,
  resourcesParameter,
  update,
  updating,
} from "./ha-options.ts";

const ruleOptions: ParameterSchemas = {
  nodes: { ...nodesParameter, optional: true },
  strict: { type: "boolean", optional: true },
  affinity: { type: "string", enum: ["positive", "negative"], optional: true },
  disable: { type: "boolean", optional: true },
  comment: commentParameter,
};

const ruleTypes: ParameterSchema = { type: "string", enum: ["node-affinity", "resource-affinity"] };

/** Where resources may run, as `PVE/API2/HA/Rules.pm` takes it. */
export const haRuleEndpoints: readonly ApiMethod[] = [
  {
    method: "POST",
    path: "/cluster/ha/rules",
    parameters: { rule: configIdParameter, type: ruleTypes, resources: resourcesParameter, ...ruleOptions },
    permission: manage,
    protected: true,
    available: hasRules,
    run: createRule,
  },
  {
    method: "GET",
    path: "/cluster/ha/rules/{rule}",
    parameters: { rule: configIdParameter },
    permission: audit,
    available: hasRules,
    run: ({ cluster, parameters }) => {
      const name = requiredParameter(parameters, "rule");
      const { rules } = cluster.highAvailability;
      const rule = rules.get(name);
      if (rule === undefined) throw new ProxmoxError(500, `no such ha rule '${name}'\n`);
      return {
        ...answered(rule.options),
        digest: haDigest(rules),
        order: [...rules.keys()].indexOf(name) + 1,
        resources: rule.resources.join(","),
        rule: name,
        type: rule.type,
      };
    },
  },
  {
    method: "PUT",
    path: "/cluster/ha/rules/{rule}",
    parameters: {
      rule: configIdParameter,
      type: ruleTypes,
      resources: { ...resourcesParameter, optional: true },
      ...updating,
      ...ruleOptions,
    },
    permission: manage,
    protected: true,
    available: hasRules,
    run: ({ cluster, parameters }) => {
      const name = requiredParameter(parameters, "rule");
      const rule = cluster.highAvailability.rules.get(name);
      if (rule === undefined) {
        throw new ProxmoxError(500, `update HA rules failed: HA rule '${name}' does not exist\n`);
      }
      checkRule(cluster, parameters, "update HA rules failed");
      if (parameters.has("resources")) rule.resources = resourcesOf(parameters);
      updateRule(rule, parameters);
      return null;
    },
  },
  {
    method: "DELETE",
    path: "/cluster/ha/rules/{rule}",
    parameters: { rule: configIdParameter },
    permission: manage,
    protected: true,
    available: hasRules,
    run: ({ cluster, parameters }) => {
      cluster.highAvailability.rules.delete(requiredParameter(parameters, "rule"));
      return null;
    },
  },
];

function createRule({ cluster, parameters }: Call): null {
  assertQuorate(cluster);
  const name = requiredParameter(parameters, "rule");
  const failed = "create ha rule failed";
  if (cluster.highAvailability.rules.has(name)) {
    throw new ProxmoxError(500, `${failed}: HA rule '${name}' already defined\n`);
  }
  checkRule(cluster, parameters, failed);
  const type = requiredParameter(parameters, "type") as HaRule["type"];
  const rule: HaRule = { type, resources: resourcesOf(parameters), options: new Map() };
  updateRule(rule, parameters);
  cluster.highAvailability.rules.set(name, rule);
  return null;
}

/** A rule is for resources that the HA manager has, on nodes that there are. */
function checkRule(cluster: Cluster, parameters: Parameters, failed: string): void {
  const unmanaged = resourcesOf(parameters).filter((sid) => !cluster.highAvailability.resources.has(sid));
  if (unmanaged.length > 0) {
    throw new ProxmoxError(500, `${failed}: cannot use unmanaged resource(s) ${unmanaged.join(", ")}.\n`);
  }
  const nodes = splitList(textParameter(parameters, "nodes") ?? "").map((node) => node.replace(/:.*/, ""));
  const missing = nodes.filter((node) => !cluster.nodes.has(node)).toSorted();
  if (missing.length > 0) {
    throw new ProxmoxError(500, `${failed}: cannot use non-existent node(s) ${missing.join(", ")}.\n`);
  }
}

const resourcesOf = (parameters: Parameters): string[] =>
  splitList(textParameter(parameters, "resources") ?? "").toSorted();

/** Nodes are written by name, each with its priority where that is not 0. */
function updateRule(rule: HaRule, parameters: Parameters): void {
  update(rule, parameters, ruleOptions);
  const nodes = splitList(rule.options.get("nodes") ?? "").map((node) => node.replace(/:0+$/, ""));
  if (nodes.length > 0) rule.options.set("nodes", nodes.toSorted().join(","));
}
