import { learnSecret } from "../secrets/known.ts";
import { builtinRoles } from "./privileges.ts";

/** An account, `name@realm`, with its API tokens. */
export interface User {
  readonly id: string;
  enabled: boolean;
  /** Seconds since 1970 after which the account is refused; 0 means never. */
  expire: number;
  password: string | undefined;
  /** The one-time password of a second factor; without one there is no second factor. */
  otp: string | undefined;
  readonly tokens: Map<string, Token>;
}

export interface Token {
  readonly secret: string;
  /** With privilege separation a token has only what both itself and its user were granted. */
  privilegeSeparation: boolean;
  /** Seconds since 1970 after which the token is refused; 0 means never. */
  expire: number;
}

interface Grant {
  readonly path: string;
  /** A user (`gpu@pve`) or a token (`gpu@pve!ci`). */
  readonly who: string;
  readonly role: string;
  readonly propagate: boolean;
}

/** Privilege → whether it propagates. A privilege that does not is granted all the same: test for the key. */
export type Privileges = Map<string, boolean>;

/** Users, tokens, roles and ACLs, evaluated as `PVE/RPCEnvironment.pm` and `PVE/AccessControl.pm` do. */
export class AccessControl {
  readonly users = new Map<string, User>();
  readonly roles: Map<string, ReadonlySet<string>>;
  readonly #grants: Grant[] = [];
  readonly #poolPath: string;

  /**
   * @param major Release of Proxmox VE (7, 8, 9), which decides on the built-in roles.
   * @param poolPath The pools' path among the effective permissions: `/pool`, before 8.1 `/pools`.
   */
  constructor(major: number, poolPath: string) {
    this.roles = builtinRoles(major);
    this.#poolPath = poolPath;
    this.addUser("root@pam");
  }

  addUser(
    id: string,
    options: { password?: string; otp?: string; enabled?: boolean; expire?: number } = {},
  ): User {
    const user: User = {
      id,
      enabled: options.enabled ?? true,
      expire: options.expire ?? 0,
      password: options.password,
      otp: options.otp,
      tokens: new Map(),
    };
    this.users.set(id, user);
    if (options.password !== undefined) learnSecret(options.password);
    return user;
  }

  /** Adds a token to a user, adding the user when there is none, and returns `user@realm!name=secret`. */
  addToken(
    userId: string,
    name: string,
    secret: string,
    options: { privilegeSeparation?: boolean; expire?: number } = {},
  ): string {
    const user = this.users.get(userId) ?? this.addUser(userId);
    user.tokens.set(name, {
      secret: learnSecret(secret),
      privilegeSeparation: options.privilegeSeparation ?? true,
      expire: options.expire ?? 0,
    });
    return `${userId}!${name}=${secret}`;
  }

  addRole(name: string, privileges: readonly string[]): void {
    this.roles.set(name, new Set(privileges));
  }

  /** `pveum acl modify PATH --users|--tokens WHO --roles ROLE`; propagates to the paths below unless told otherwise. */
  grant(path: string, who: string, role: string, propagate = true): void {
    if (!this.roles.has(role)) throw new Error(`role '${role}' does not exist`);
    this.#grants.push({ path, who, role, propagate });
  }

  /** Takes back everything that was granted to a user or token. */
  revoke(who: string): void {
    const kept = this.#grants.filter((grant) => grant.who !== who);
    this.#grants.splice(0, this.#grants.length, ...kept);
  }

  /** What a user or token may do at a path. */
  permissions(who: string, path: string): Privileges {
    if (who === "root@pam")
      return new Map([...this.#rolePrivileges("Administrator")].map((name) => [name, true]));
    const [userId = "", tokenName] = who.split("!");
    if (tokenName === undefined) return this.#granted(who, path);
    const token = this.users.get(userId)?.tokens.get(tokenName);
    if (token === undefined) return new Map();
    const ofUser = this.permissions(userId, path);
    if (!token.privilegeSeparation) return ofUser;
    const ofToken = this.#granted(who, path);
    if (userId === "root@pam") return ofToken;
    return new Map(
      [...ofToken]
        .filter(([name]) => ofUser.has(name))
        .map(([name, propagate]) => [name, propagate && ofUser.get(name) === true]),
    );
  }

  /** Whether a user or token has the privilege at the path. */
  allows(who: string, path: string, privilege: string): boolean {
    return this.permissions(who, path).has(privilege);
  }

  /** Path → privileges for the standard paths and all that ACLs name, without those where nothing is granted. */
  effectivePermissions(who: string): Map<string, Privileges> {
    const standard = ["/", "/access", "/access/groups", "/nodes", this.#poolPath, "/sdn", "/storage", "/vms"];
    const effective = new Map<string, Privileges>();
    for (const path of new Set([...standard, ...this.aclPaths()])) {
      const privileges = this.permissions(who, path);
      if (privileges.size > 0) effective.set(path, privileges);
    }
    return effective;
  }

  /** Every path that an ACL names, and the paths above it. */
  aclPaths(): Set<string> {
    const paths = new Set<string>(["/"]);
    for (const { path } of this.#grants) {
      const parts = path.split("/").filter((part) => part !== "");
      for (let depth = 1; depth <= parts.length; depth++) paths.add(`/${parts.slice(0, depth).join("/")}`);
    }
    return paths;
  }

  /** The roles of the deepest path that grants any to this user or token; a grant below replaces one above. */
  #granted(who: string, path: string): Privileges {
    const parts = path.split("/").filter((part) => part !== "");
    let roles = new Map<string, boolean>();
    for (let depth = 0; depth <= parts.length; depth++) {
      const here = `/${parts.slice(0, depth).join("/")}`;
      const found = this.#grants.filter(
        (grant) => grant.who === who && grant.path === here && (grant.propagate || depth === parts.length),
      );
      if (found.length > 0) roles = new Map(found.map((grant) => [grant.role, grant.propagate]));
    }
    if (roles.has("NoAccess")) return new Map();
    const privileges: Privileges = new Map();
    for (const [role, propagate] of roles) {
      for (const name of this.#rolePrivileges(role)) {
        privileges.set(name, propagate || privileges.get(name) === true);
      }
    }
    return privileges;
  }

  #rolePrivileges(role: string): ReadonlySet<string> {
    return this.roles.get(role) ?? new Set();
  }
}
