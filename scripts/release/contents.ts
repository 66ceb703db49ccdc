/** The contents of a release, for the files that describe it. */
import { BUG_REPORTS } from "../../src/provider/bug-reports.ts";
import type { BundledPackage } from "./bundled-packages.ts";
import type { PlatformPackage } from "./platforms.ts";
import type { SourceState } from "./source.ts";

export interface ReleaseContents {
  readonly version: string;
  readonly source: SourceState;
  readonly platforms: readonly PlatformPackage[];
  readonly bundled: readonly BundledPackage[];
}

/** The URL of the project, without a slash at its end. */
export const PROJECT_URL = BUG_REPORTS.replace(/\/issues$/, "");
