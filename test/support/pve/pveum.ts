import type { AccessControl } from "./access-control.ts";

const SECRET = "9d2b7f04-6c1e-4b5a-8e93-5a70c8f1d3b6";

/**
 * Runs a `pveum` command as documentation has it: `user add`, `pool add`, `role add`, `acl modify` and `user token add`.
 * @returns the token that it made, `user@realm!name=secret`; null when it made none
 * @throws {Error} for whatever Proxmox would refuse, and for what is not known here
 */
export function runPveum(access: AccessControl, command: string): string | null {
  const words = wordsOf(command);
  const { names, options } = argumentsOf(words.slice(1));
  const verb = names.slice(0, names[1] === "token" ? 3 : 2).join(" ");
  const rest = names.slice(names[1] === "token" ? 3 : 2);
  if (words[0] !== "pveum") throw new Error(`no pveum command: ${command}`);
  switch (verb) {
    case "user add":
      access.addUser(only(rest, 1, command)[0] ?? "");
      return null;
    case "pool add":
      only(rest, 1, command);
      return null;
    case "role add":
      access.addRole(
        only(rest, 1, command)[0] ?? "",
        (options.get("privs") ?? "").split(",").map((name) => knownPrivilege(access, name)),
      );
      return null;
    case "acl modify":
      for (const who of [options.get("users"), options.get("tokens")]) {
        if (who !== undefined)
          grant(access, only(rest, 1, command)[0] ?? "", who, options.get("roles") ?? "");
      }
      return null;
    case "user token add": {
      const [user = "", name = ""] = only(rest, 2, command);
      if (!access.users.has(user)) throw new Error(`no such user ('${user}')`);
      const privilegeSeparation = options.get("privsep") !== "0";
      return access.addToken(user, name, SECRET, { privilegeSeparation });
    }
    default:
      throw new Error(`not known here: ${command}`);
  }
}

function grant(access: AccessControl, path: string, who: string, role: string): void {
  const [user = "", token] = who.split("!");
  const found = access.users.get(user);
  if (found === undefined || (token !== undefined && !found.tokens.has(token))) {
    throw new Error(`'${who}' does not exist`);
  }
  if (!path.startsWith("/")) throw new Error(`'${path}' is no path`);
  for (const name of role.split(",")) access.grant(path, who, name);
}

function knownPrivilege(access: AccessControl, name: string): string {
  if (!access.roles.get("Administrator")?.has(name)) throw new Error(`invalid privilege '${name}'`);
  return name;
}

function only(names: readonly string[], count: number, command: string): readonly string[] {
  if (names.length !== count) throw new Error(`takes ${count} names: ${command}`);
  return names;
}

/** The words of a command, without the quotes of a shell. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? "",
  );
}

function argumentsOf(words: readonly string[]): {
  readonly names: readonly string[];
  readonly options: ReadonlyMap<string, string>;
} {
  const names: string[] = [];
  const options = new Map<string, string>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word.startsWith("--")) {
      index += 1;
      options.set(word.slice(2), words[index] ?? "");
    } else names.push(word);
  }
  return { names, options };
}
