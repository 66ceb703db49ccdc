/** A virtual machine or template, as far as PCI devices go. */

/** With the entries of its configuration that can take devices: what runs, and what is to run from the next start on. */
export interface Guest {
  readonly vmid: number;
  readonly type: string;
  readonly node: string;
  readonly name: string | null;
  readonly running: boolean;
  /** Templates never start. */
  readonly template: boolean;
  readonly entries: readonly GuestEntry[];
}

export interface GuestEntry {
  /** `hostpci0` …, or `args`. */
  readonly key: string;
  /** What the guest has now; null when the entry is new. */
  readonly value: string | null;
  /** What it is to have from its next start on; null when that is the same. */
  readonly pending: string | null;
  /** Whether the next start removes the entry. */
  readonly deleted: boolean;
}

/** What an entry is at the guest's next start; null when there is none any more. */
export function nextValue({ value, pending, deleted }: GuestEntry): string | null {
  return deleted ? null : (pending ?? value);
}
