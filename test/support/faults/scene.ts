/** What one run happens in: a stand-in of Proxmox with fault proxies before it, and how a provider is told of them. */
import { createHash } from "node:crypto";
import type { CtyValue } from "../../../src/cty/value.ts";
import { type CertificateAuthority, createCertificateAuthority } from "../pve/certificate.ts";
import { type Random, seededRandom } from "../pve/random.ts";
import { recordedCluster } from "../pve/recorded-cluster.ts";
import { type PveStandIn, startPve } from "../pve/stand-in.ts";
import { FaultProxy } from "./fault-proxy.ts";
import type { Arranged, FaultKind, Scene, Setting } from "./kind.ts";
import { PROXY_PASSWORD } from "./kinds/proxy.ts";
import { environmentOf, type ReaderName, readers } from "./reader.ts";

/** Long where nothing is to time out: the machine may be busy. */
const DEFAULT_TIMEOUT_SECONDS = 20;
const DEFAULT_RETRIES = 1;
const USER = "gpu@pve";
/** Every form in which a secret may be written is another text. */
const PASSWORD = "right+9f/3a&b2 \u00fc";
const DEFAULT_HOSTS = ["127.0.0.1", "::1", "localhost"];

/** Keys take time to make. */
const authorities: { trusted?: CertificateAuthority; other?: CertificateAuthority } = {};

function authority(which: "trusted" | "other"): CertificateAuthority {
  authorities[which] ??= createCertificateAuthority();
  return authorities[which];
}

/** One kind of fault, arranged with one seed. */
export class FaultScene implements Scene {
  readonly kind: FaultKind;
  readonly pve: PveStandIn;
  readonly proxies: readonly FaultProxy[];
  readonly random: Random;
  readonly requests: readonly string[];
  readonly reader: ReaderName;
  /** Environment of the provider beside the arguments. */
  readonly environment: Record<string, string>;
  arranged: Arranged = {};
  readonly #undo: (() => Promise<void> | void)[] = [];

  private constructor(
    kind: FaultKind,
    pve: PveStandIn,
    proxies: readonly FaultProxy[],
    seed: number,
    requests: readonly string[],
    reader: ReaderName,
  ) {
    this.reader = reader;
    this.kind = kind;
    this.pve = pve;
    this.proxies = proxies;
    this.requests = requests;
    // One seed means other places for every kind.
    this.random = seededRandom(createHash("sha256").update(`${seed} ${kind.name}`).digest().readUInt32LE());
    this.environment = { ...kind.setting?.environment };
  }

  /**
   * @param seed decides place, moment and position
   * @param requests what a read asks without a fault
   */
  static async open(
    kind: FaultKind,
    seed: number,
    requests: readonly string[],
    reader: ReaderName = "pci_devices",
  ): Promise<FaultScene> {
    const setting = kind.setting ?? {};
    const pve = await startPve({ source: wholeCluster(), seed });
    const { authority: who = "trusted", ...certificate } = setting.certificate ?? {};
    const proxies = Array.from({ length: setting.endpoints ?? 1 }, () => {
      const identity = authority(who).issue({ hosts: DEFAULT_HOSTS, ...certificate });
      return new FaultProxy({
        upstream: pve.endpoint,
        identity,
        ...(setting.tls === undefined ? {} : { tls: setting.tls }),
        ...(setting.host === undefined ? {} : { host: setting.host }),
        ...(setting.name === undefined ? {} : { name: setting.name }),
      });
    });
    for (const proxy of proxies) await proxy.start();
    const scene = new FaultScene(kind, pve, proxies, seed, requests, reader);
    scene.arranged = (await kind.arrange(scene)) ?? {};
    return scene;
  }

  setEnvironment(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.environment, variables);
  }

  onEnd(undo: () => Promise<void> | void): void {
    this.#undo.push(undo);
  }

  get setting(): Setting {
    return this.kind.setting ?? {};
  }

  /** What the provider is told to ask. */
  get endpoints(): readonly string[] {
    const { endpoint } = this.setting;
    return endpoint === undefined ? this.proxies.map((proxy) => proxy.endpoint) : [endpoint];
  }

  /** Of one request, in milliseconds. */
  get timeoutMs(): number {
    return 1000 * (this.setting.timeout ?? DEFAULT_TIMEOUT_SECONDS);
  }

  /** The longest that one request may take, in milliseconds: the formula of the documentation. */
  get boundMs(): number {
    const { timeout = DEFAULT_TIMEOUT_SECONDS, retries = DEFAULT_RETRIES } = this.setting;
    const reader = readers[this.reader];
    const stages = reader.how === "command" ? reader.stages : 1;
    return 1000 * timeout * this.endpoints.length * (retries + 1) * stages;
  }

  get maxAttempts(): number {
    return (this.setting.retries ?? DEFAULT_RETRIES) + 1;
  }

  /** The arguments of the provider. */
  get providerArguments(): Readonly<Record<string, CtyValue>> {
    const {
      credentials,
      timeout = DEFAULT_TIMEOUT_SECONDS,
      retries = DEFAULT_RETRIES,
      minTls,
    } = this.setting;
    const [endpoint = ""] = this.endpoints;
    return {
      ...(this.endpoints.length === 1 ? { endpoint } : { endpoints: [...this.endpoints] }),
      ...(credentials === "password"
        ? { username: USER, password: PASSWORD }
        : { api_token: this.pve.tokens.mapper }),
      ...(minTls === undefined ? {} : { min_tls: minTls }),
      ca_pem: authority("trusted").certificatePem,
      timeout,
      max_retries: retries,
    };
  }

  /** Variables of the machine that would come between. */
  get surroundings(): Readonly<Record<string, undefined>> {
    const names = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE"];
    return Object.fromEntries(names.map((name) => [name, undefined]));
  }

  /** The environment that says the same to a command. */
  get commandEnvironment(): Readonly<Record<string, string>> {
    return { ...environmentOf(this.providerArguments), ...this.environment };
  }

  /** The arguments of the data source. */
  get readArguments(): Readonly<Record<string, CtyValue>> {
    const reader = readers[this.reader];
    return reader.how === "data source" ? reader.arguments(this.setting) : {};
  }

  /** What may be nowhere in what the provider says: every secret, in the forms that it takes on its way. */
  get secrets(): readonly string[] {
    const token = this.pve.tokens.mapper.split("=")[1] ?? "";
    return [token, PASSWORD, PROXY_PASSWORD].flatMap(formsOfSecret);
  }

  async close(): Promise<void> {
    for (const undo of this.#undo) await undo();
    for (const proxy of this.proxies) await proxy.close();
    await this.pve.close();
  }
}

/** A secret as it is, in base64 and hexadecimal, in URLs and forms, and in JSON. */
function formsOfSecret(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    encodeURIComponent(secret),
    new URLSearchParams([["", secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** The recorded cluster without its member that is down, and with a password that is no word of any message. */
function wholeCluster() {
  const recorded = recordedCluster("pve9");
  for (const [name, { entry }] of recorded.cluster.nodes) {
    if (entry.status === "offline") recorded.cluster.nodes.delete(name);
  }
  recorded.cluster.access.addUser(USER, { password: PASSWORD });
  return recorded;
}
