/** Commands for a POSIX shell, such as the one on a Proxmox host. */

/** A word of a command, in quotes where it needs them; in an interactive shell `!` would be history expansion. */
export function quote(text: string): string {
  return /^[A-Za-z0-9@%+=:,./_-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
