/** Tells when a file has another content, however an editor writes it: in place, piece by piece, or as a new file. */
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** How often the file is looked at, and how long its content must stand still, in milliseconds. */
const INTERVAL_MS = 200;

/**
 * Calls `onChange` after every change of a file's content, until the returned function is called. A file that is not
 * there is no change until it is back.
 */
export function watchContent(path: string, onChange: () => void): () => void {
  let known = contentOf(path);
  let settling = false;
  const look = async (): Promise<void> => {
    if (settling) return;
    settling = true;
    let content = contentOf(path);
    for (;;) {
      await delay(INTERVAL_MS, undefined, { ref: false });
      const again = contentOf(path);
      if (again === content) break;
      content = again;
    }
    settling = false;
    if (content === null || content === known) return;
    known = content;
    onChange();
  };
  // Polling sees every way of writing on every file system, and a file that is replaced.
  watchFile(path, { interval: INTERVAL_MS, persistent: false }, () => void look());
  return () => unwatchFile(path);
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
