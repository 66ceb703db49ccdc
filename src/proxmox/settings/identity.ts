/** Whom Proxmox sees: a user, or a token of a user. */

export interface Identity {
  /** `gpuhost@pve` */
  readonly user: string;
  /** The token's name, `discovery`; null when the user signed in. */
  readonly token: string | null;
}

/** `gpuhost@pve` or `gpuhost@pve!discovery`, as Proxmox writes it. */
export function formatIdentity(identity: Identity): string {
  return identity.token === null ? identity.user : `${identity.user}!${identity.token}`;
}
