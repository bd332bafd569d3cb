/** Tasks of the next frame: all of them run in one go, so that what they tell React is one update. */
let waiting = new Set<() => void>();
let isAsked = false;

/** Runs a task before the next frame is drawn; the same task asked for again runs once. Browser only. */
export function atNextFrame(task: () => void): void {
  waiting.add(task);
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    const tasks = waiting;
    waiting = new Set();
    for (const run of tasks) run();
  });
}
