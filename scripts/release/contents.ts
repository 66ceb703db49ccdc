/** What a release is made of, as those who describe it take it. */
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

/** Where the project lives: a URL without a slash at its end. */
export const PROJECT_URL = BUG_REPORTS.replace(/\/issues$/, "");
