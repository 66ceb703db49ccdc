/** The provider's advice names arguments of a configuration. This names what a command line has for them. */
import type { ProxmoxError } from "../proxmox/errors.ts";

/** The options and variables for the arguments that an error's advice names; null when it names none. */
export function hintOf({ code, advice }: ProxmoxError): string | null {
  if (code === "tls") return tlsHint(advice);
  return advice.includes('"timeout"') ? "Here this is --timeout SECONDS or GPUHOST_TIMEOUT." : null;
}

/** The advice with the hint on a line of its own; null when there is no advice. */
export function hintedAdvice(error: ProxmoxError): string | null {
  const lines = [error.advice, hintOf(error)].filter((line) => line !== null && line !== "");
  return lines.length === 0 ? null : lines.join("\n");
}

/** Only the settings that the advice names: none of them helps against a server that breaks off. */
function tlsHint(advice: string): string | null {
  if (advice.includes("min_tls")) return "Here this is PROXMOX_VE_MIN_TLS.";
  if (!advice.includes("fingerprints")) return null;
  const authorities = advice.includes("ca_file") ? "--ca-file FILE or GPUHOST_CA_FILE, " : "";
  return (
    `Here these are ${authorities}--fingerprint SHA256 or GPUHOST_FINGERPRINTS,\n` +
    "  and --insecure or PROXMOX_VE_INSECURE=true."
  );
}
