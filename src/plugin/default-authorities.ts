/** Whom TLS trusts where nobody says so: nobody. */
import { setDefaultCACertificates } from "node:tls";

/**
 * Takes away the authorities that Node would trust by default. Every connection of a plugin names its own, and still the
 * first one would make OpenSSL read Node's 120, or the files that SSL_CERT_FILE and NODE_EXTRA_CA_CERTS name: that takes
 * 12 ms of every launch, only to find out that they are other ones.
 */
export function trustNobodyByDefault(): void {
  setDefaultCACertificates([]);
}
