/** The real tools that tests, the demo and the documentation run, each pinned to one version. */
import { askGoTool, askOpenTofu, askPlugin, askQuill, askTfplugindocs } from "./answer.ts";

/** An archive of a tool's official release. */
export interface Release {
  readonly url: string;
  /** SHA-256 of the archive, in hexadecimal. */
  readonly sha256: string;
  /** The name of the executable inside the archive. */
  readonly member: string;
}

export interface Tool {
  /** The beginning of its folder's name in the cache. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly version: string;
  /** The name of the executable, on the PATH and in the cache. */
  readonly executable: string;
  /** Whether a tool of the system may be used. */
  readonly fromPath: boolean;
  /** Asks an executable for its version; undefined when it is another program or does not run. */
  readonly ask: (path: string) => Promise<string | undefined>;
  readonly source: GoSource;
  /** By platform, as `linux_amd64`. Platforms without a known checksum are absent. */
  readonly releases: Readonly<Record<string, Release>>;
}

/** How Go builds a tool. */
export interface GoSource {
  /** The folder of the go.mod that pins it, below `scripts/tools`. */
  readonly module: string;
  readonly package: string;
  readonly ldflags: string;
  /** The duration of a build with an empty cache on two cores, for people. */
  readonly duration: string;
}

/** The address of bpg's provider for OpenTofu. */
export const bpgAddress = "registry.opentofu.org/bpg/proxmox";

const TOFU = "1.12.6";
const BPG = "0.111.1";
const TFPLUGINDOCS = "0.25.0";
const QUILL = "0.5.1";
const ORAS = "1.3.6";
const REGISTRY = "0.22.1";
const ACTIONLINT = "1.7.12";

export const tools = {
  tofu: openTofu(TOFU, "tofu", {
    linux_amd64: "5dc43da4f750f33873dc25e94587128709e819e544b7be9016b255316153c3a8",
    linux_arm64: "e573979ba68a17fe7b881752051a694a7efcd970e39521f6a25775197861ed4d",
  }),
  bpg: {
    name: "terraform-provider-proxmox",
    title: "the bpg/proxmox provider",
    version: BPG,
    executable: `terraform-provider-proxmox_v${BPG}`,
    fromPath: false,
    ask: (path) => askPlugin(path, "github.com/bpg/terraform-provider-proxmox"),
    source: {
      module: "bpg",
      package: "github.com/bpg/terraform-provider-proxmox",
      ldflags: "-s -w",
      duration: "about 45 seconds",
    },
    releases: {
      linux_amd64: {
        url: `https://github.com/bpg/terraform-provider-proxmox/releases/download/v${BPG}/terraform-provider-proxmox_${BPG}_linux_amd64.zip`,
        sha256: "6ed47bc00d0913a1d0880618fa1376115e9edab6b4a658c081061a7f0e4ca360",
        member: `terraform-provider-proxmox_v${BPG}`,
      },
    },
  },
  tfplugindocs: {
    name: "tfplugindocs",
    title: "terraform-plugin-docs",
    version: TFPLUGINDOCS,
    executable: "tfplugindocs",
    fromPath: true,
    ask: askTfplugindocs,
    source: {
      module: "tfplugindocs",
      package: "github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs",
      // As in its official release: without it the version is "dev".
      ldflags: `-s -w -X github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs/build.version=${TFPLUGINDOCS}`,
      duration: "about 30 seconds",
    },
    releases: {},
  },
  quill: {
    name: "quill",
    title: "quill, which signs for macOS,",
    version: QUILL,
    executable: "quill",
    fromPath: true,
    ask: askQuill,
    source: {
      module: "quill",
      package: "github.com/anchore/quill/cmd/quill",
      ldflags: `-s -w -X main.version=${QUILL}`,
      duration: "about 30 seconds",
    },
    releases: {},
  },
  oras: {
    name: "oras",
    title: "ORAS",
    version: ORAS,
    executable: "oras",
    fromPath: false,
    ask: (path) => askGoTool(path, "oras.land/oras", ["version"]),
    source: {
      module: "oci",
      package: "oras.land/oras/cmd/oras",
      ldflags: "-s -w",
      duration: "about 30 seconds",
    },
    releases: {},
  },
  registry: {
    name: "container-registry",
    title: "the registry of go-containerregistry",
    version: REGISTRY,
    executable: "registry",
    fromPath: false,
    ask: (path) => askGoTool(path, "github.com/google/go-containerregistry", ["--help"]),
    source: {
      module: "oci",
      package: "github.com/google/go-containerregistry/cmd/registry",
      ldflags: "-s -w",
      duration: "some seconds",
    },
    releases: {},
  },
  actionlint: {
    name: "actionlint",
    title: "actionlint",
    version: ACTIONLINT,
    executable: "actionlint",
    fromPath: false,
    ask: (path) => askGoTool(path, "github.com/rhysd/actionlint", ["--version"]),
    source: {
      module: "actionlint",
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      ldflags: "-s -w",
      duration: "some seconds",
    },
    releases: {},
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** Older versions that the provider is tested with, newest first. They are only built from their Go modules. */
export const olderOpenTofus: readonly Tool[] = ["1.10.10", "1.9.4", "1.8.11", "1.6.3"].map((version) =>
  openTofu(version, `tofu-${version}`, {}),
);

/**
 * @param module The folder of its go.mod.
 * @param checksums Of the official archives, by platform.
 */
function openTofu(version: string, module: string, checksums: Readonly<Record<string, string>>): Tool {
  return {
    name: "opentofu",
    title: "OpenTofu",
    version,
    executable: "tofu",
    fromPath: true,
    ask: askOpenTofu,
    source: {
      module,
      package: "github.com/opentofu/opentofu/cmd/tofu",
      // As in OpenTofu's official release: without the last one, "-dev" is added to the version.
      ldflags: "-s -w -X github.com/opentofu/opentofu/version.dev=no",
      duration: "about 3 minutes",
    },
    releases: Object.fromEntries(
      Object.entries(checksums).map(([platform, sha256]) => {
        const archive = `tofu_${version}_${platform}.zip`;
        const url = `https://github.com/opentofu/opentofu/releases/download/v${version}/${archive}`;
        return [platform, { url, sha256, member: "tofu" }];
      }),
    ),
  };
}
