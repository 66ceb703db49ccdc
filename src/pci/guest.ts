/** A virtual machine or template, with respect to PCI devices. */

/**
 * Its entries are those of the configuration that can take devices: those in use now, and those from the next start on.
 */
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
  /** The current value; null when the entry is new. */
  readonly value: string | null;
  /** The value from the next start on; null when it stays the same. */
  readonly pending: string | null;
  /** Whether the next start removes the entry. */
  readonly deleted: boolean;
}

/** The value of an entry at the guest's next start; null when it is gone by then. */
export function nextValue({ value, pending, deleted }: GuestEntry): string | null {
  return deleted ? null : (pending ?? value);
}
