/** What a kind of fault is: what it does, where it strikes, and what is right then. */
import type { TlsOptions } from "node:tls";
import type { ServerCertificate } from "../pve/certificate.ts";
import type { Random } from "../pve/random.ts";
import type { PveStandIn } from "../pve/stand-in.ts";
import type { FaultProxy } from "./fault-proxy.ts";

/** What a read under a fault must come to. */
export type Outcome =
  /** The values of a read without any fault, and no warning that is not there without it. */
  | { readonly result: "same" }
  /** Values, with other texts in them than without the fault; no warning is wanted. */
  | { readonly result: "changed" }
  /** Other values than without the fault, and a warning that says so. */
  | { readonly result: "less"; readonly warns: RegExp }
  /** One error. */
  | {
      readonly result: "error";
      /** What must be in it beside what is asked of every error: the problem, and how to mend it. */
      readonly says: readonly RegExp[];
    }
  /** Checks as `doctor` has them, one of which is not right as it is without the fault. */
  | { readonly result: "checks"; readonly says: RegExp };

/** The summary of the error for one node of several. */
export const NODE_UNREAD = /Node Cannot Be Read/;

/** Groups of kinds, as the documentation has them. */
export const GROUPS = [
  "connection",
  "tls",
  "answer",
  "body",
  "status",
  "sign-in",
  "data",
  "cluster",
  "proxy",
  "endpoints",
] as const;
export type Group = (typeof GROUPS)[number];

/** Where waiting is what a fault is about: long enough for everything else on a busy machine. */
export const SHORT: Setting = { timeout: 3 };

/** How the provider is configured and what stands behind it, where it is not as usual. */
export interface Setting {
  /** Members that are asked, each behind a fault proxy; default 1. */
  readonly endpoints?: number;
  /** Arguments of the data source. */
  readonly arguments?: Readonly<Record<string, string>>;
  /** `password` signs in; default is a token. */
  readonly credentials?: "token" | "password";
  /** Seconds; default 20. Less where waiting is what the fault is about. */
  readonly timeout?: number;
  /** Default 1. */
  readonly retries?: number;
  /** TLS as the proxies speak it. */
  readonly tls?: TlsOptions;
  /** Their certificate, where it is not a good one of an authority that is trusted. */
  readonly certificate?: Partial<ServerCertificate> & { readonly authority?: "trusted" | "other" };
  /** The address to listen on, and how the endpoint calls it. */
  readonly host?: string;
  readonly name?: string;
  /** Instead of the proxies' own endpoints. */
  readonly endpoint?: string;
  /** Environment beside that. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Environment that an arrangement decides, such as that of a forward proxy. */
  readonly minTls?: string;
}

/** What a fault is arranged in. */
export interface Scene {
  readonly pve: PveStandIn;
  /** One for each endpoint, in order. */
  readonly proxies: readonly FaultProxy[];
  readonly random: Random;
  /** The requests of a read without a fault, in their order: `/api2/json/version`, … */
  readonly requests: readonly string[];
  /** Adds to the environment of the provider. */
  setEnvironment(variables: Readonly<Record<string, string>>): void;
  /** Is undone at the end. */
  onEnd(undo: () => Promise<void> | void): void;
}

/** What was arranged. */
export interface Arranged {
  /** The target that is struck, where it is one request. */
  readonly target?: string;
  readonly outcome?: Outcome;
}

export interface FaultKind {
  readonly name: string;
  readonly group: Group;
  /** What happens on the wire. */
  readonly wire: string;
  /** Which request or connection it happens to. */
  readonly strikes: string;
  readonly outcome: Outcome;
  /** How often one request may be asked at most: 1 where a repetition cannot help. Default: what the retries allow. */
  readonly asked?: number;
  readonly setting?: Setting;
  /** Whether there is something to strike in a read that asks this; default yes. */
  readonly needs?: (requests: readonly string[]) => boolean;
  arrange(scene: Scene): Arranged | undefined | Promise<Arranged | undefined>;
}

/** Whether a kind of fault needs an environment of its own, which providers of one plan cannot have. */
export function hasOwnEnvironment(kind: FaultKind): boolean {
  return kind.group === "proxy" || kind.setting?.environment !== undefined;
}
