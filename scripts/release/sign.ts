/** Signs the list of sums, like `gpg --detach-sign`. */
import { readFileSync } from "node:fs";
import { createMessage, decryptKey, type PrivateKey, readPrivateKey, sign } from "openpgp";
import { messageOf } from "../../src/message-of.ts";

/** The variables that hold the key, for people. */
const VARIABLES = "GPG_PRIVATE_KEY or GPG_PRIVATE_KEY_FILE";

/**
 * The armoured private key from the environment: `GPG_PRIVATE_KEY` itself, or the file in `GPG_PRIVATE_KEY_FILE`, decrypted
 * with `GPG_PASSPHRASE` if it is encrypted. Undefined when there is none.
 *
 * @throws {Error} when it cannot be used; the message contains nothing of the key
 */
export async function signingKey(environment: NodeJS.ProcessEnv): Promise<PrivateKey | undefined> {
  const armoured = armouredKey(environment);
  if (armoured === undefined) return undefined;
  let key: PrivateKey;
  try {
    key = await readPrivateKey({ armoredKey: armoured });
  } catch (cause) {
    throw new Error(
      `${VARIABLES} holds no armoured private key. gpg --armor --export-secret-keys KEYID writes one.`,
      { cause },
    );
  }
  if (key.isDecrypted()) return key;
  const passphrase = environment["GPG_PASSPHRASE"];
  if (passphrase === undefined || passphrase === "") {
    throw new Error("The signing key is protected, and GPG_PASSPHRASE is not set.");
  }
  try {
    return await decryptKey({ privateKey: key, passphrase });
  } catch (cause) {
    throw new Error("GPG_PASSPHRASE does not open the signing key.", { cause });
  }
}

function armouredKey(environment: NodeJS.ProcessEnv): string | undefined {
  const { GPG_PRIVATE_KEY: text = "", GPG_PRIVATE_KEY_FILE: file = "" } = environment;
  if (text !== "" && file !== "") {
    throw new Error("GPG_PRIVATE_KEY and GPG_PRIVATE_KEY_FILE are both set. Set one of them.");
  }
  if (text !== "") return text;
  if (file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`The file that GPG_PRIVATE_KEY_FILE names cannot be read: ${why}`, { cause: error });
  }
}

/** A detached signature in binary form, as registries need it. */
export async function detachedSignature(content: Uint8Array, key: PrivateKey): Promise<Uint8Array> {
  try {
    return await sign({
      message: await createMessage({ binary: content }),
      signingKeys: key,
      detached: true,
      format: "binary",
    });
  } catch (error) {
    const why = messageOf(error);
    throw new Error(`The signing key cannot sign: ${why}`, { cause: error });
  }
}
