/** Work of one frame; the rest of the frame is for everything else on the page. */
const BUDGET_MS = 10;

const waiting = new Set<() => void>();
let isAsked = false;

function workOff(): void {
  isAsked = false;
  const started = performance.now();
  for (const task of waiting) {
    waiting.delete(task);
    task();
    if (performance.now() - started > BUDGET_MS) break;
  }
  if (waiting.size > 0) ask();
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(workOff);
}

/**
 * Runs a task in one of the next frames: in turn, as many a frame as fit, so that many charts that change together never hold
 * the page up. The same task asked for again waits where it is. Returns what takes it back. Browser only.
 */
export function queueTask(task: () => void): () => void {
  waiting.add(task);
  ask();
  return () => {
    waiting.delete(task);
  };
}
