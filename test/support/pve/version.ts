/** What differs between releases of Proxmox VE, as far as the stand-in's answers show it. */
export interface Capabilities {
  /** 8.0: hardware mappings and the `Mapping.*` privileges. */
  readonly mappings: boolean;
  /** 8.4: a mapping's mdev flag is compared with the device's, and mappings may be live-migration capable. */
  readonly mdevCheck: boolean;
  /** 8.2.3: a mapping may not state a subsystem where the hardware has none; and the words of the check. */
  readonly strictMappingCheck: boolean;
  /** 8.3: `hardware/pci/{id}/mdev` takes a mapping's name too. */
  readonly mdevByMapping: boolean;
  /** 8.3: `iommugroup`, `mdev` and `nvidia` are there with `verbose=0` too. */
  readonly groupsWhenTerse: boolean;
  /** 8.3: the interface of NVIDIA's newer driver: VFs with `nvidia`, which take a type of their own. */
  readonly nvidiaInterface: boolean;
  /** 9.1: `driver=keep` of a `hostpciN`. */
  readonly keepsDriver: boolean;
  /** 9.1.12: `physfn` and `virtfns` in verbose lists. */
  readonly virtualFunctionLinks: boolean;
  /** 7.3: `Sys.Audit` suffices for `hardware/pci`; before it had to be `Sys.Modify`. */
  readonly auditReadsHardware: boolean;
  /** 8.3.4 (pve-http-server 5.2.0): error bodies bear a `message`, refusals of the HTTP layer a body. */
  readonly errorMessages: boolean;
  /** 8.3 (pve-http-server 5.1.2): the local daemon is asked without keep-alive. */
  readonly closesLocalProxy: boolean;
  /** 9.1.5: a refused token is always `Authentication failed!`. */
  readonly uniformAuthFailure: boolean;
  /** 8.1: the pools' path in the permissions is `/pool`; before `/pools`. */
  readonly poolPath: "/pool" | "/pools";
  /** 9.0: the privileges VM.GuestAgent.* and VM.Replicate in place of VM.Monitor; `host-arch` of a node. */
  readonly major: number;
}

/** A version of pve-manager, for example `9.2.11`, `8.4.1` or `7.4-20`, as numbers. */
export function parseVersion(version: string): readonly [number, number, number] {
  const parts = /^(\d+)\.(\d+)(?:[.-](\d+))?/.exec(version);
  if (parts === null) throw new Error(`not a version of Proxmox VE: ${JSON.stringify(version)}`);
  return [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
}

/** The capabilities of a version; the releases are those of pve-manager that first depended on the change. */
export function capabilitiesOf(version: string): Capabilities {
  const have = parseVersion(version);
  const since = (major: number, minor: number, patch = 0): boolean => {
    const difference = have[0] - major || have[1] - minor || have[2] - patch;
    return difference >= 0;
  };
  return {
    mappings: since(8, 0),
    mdevCheck: since(8, 4),
    strictMappingCheck: since(8, 2, 3),
    mdevByMapping: since(8, 3),
    groupsWhenTerse: since(8, 3),
    nvidiaInterface: since(8, 3),
    keepsDriver: since(9, 1),
    virtualFunctionLinks: since(9, 1, 12),
    auditReadsHardware: since(7, 3),
    errorMessages: since(8, 3, 4),
    closesLocalProxy: since(8, 3),
    uniformAuthFailure: since(9, 1, 5),
    poolPath: since(8, 1) ? "/pool" : "/pools",
    major: have[0],
  };
}
