import { describe, expect, it } from "vitest";
import { normalizeFingerprint } from "../../../src/proxmox/settings/fingerprint.ts";
import { SettingError } from "../../../src/proxmox/settings/setting-sources.ts";

const COLONS =
  "D5:04:D3:A2:60:AD:F9:34:40:5A:80:F2:D0:E9:64:F0:FD:E5:42:D0:F3:45:95:49:AE:16:85:22:BE:55:22:54";
const PLAIN = COLONS.replaceAll(":", "");

describe("a fingerprint", () => {
  it.each([
    ["as Proxmox prints it", COLONS],
    ["in lower case", COLONS.toLowerCase()],
    ["without colons", PLAIN],
    ["without colons in lower case", PLAIN.toLowerCase()],
    ["with blanks around it", ` ${COLONS}\n`],
  ])("%s is taken", (_, text) => {
    expect(normalizeFingerprint(text)).toBe(COLONS);
  });

  const NONE =
    'is no SHA-256 fingerprint: 32 bytes in hexadecimal, with or without colons, as "pvenode cert info" prints them.';
  it.each([
    ["", `"" ${NONE}`],
    [COLONS.slice(3), `${JSON.stringify(COLONS.slice(3))} ${NONE}`],
    [`${COLONS}:00`, `"${COLONS}:00" ${NONE}`],
    [COLONS.replace("D5", "XY"), `${JSON.stringify(COLONS.replace("D5", "XY"))} ${NONE}`],
    [PLAIN.slice(0, 40), `"${PLAIN.slice(0, 40)}" is a SHA-1 fingerprint; the SHA-256 one has 32 bytes.`],
  ])("%j is refused", (text, message) => {
    expect(() => normalizeFingerprint(text)).toThrow(new SettingError(message));
  });
});
