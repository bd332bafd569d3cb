/** A page, and a question about no run: between them they use most of what is loaded when it is first used, and read nothing. */
const PATHS = [
  '/compare',
  `/api/trpc/metrics.snapshots?input=${encodeURIComponent(JSON.stringify({ runIds: ['nobody'] }))}`,
];

/**
 * Asks a server that has just begun for these, so that its first visitor need not wait until modules are loaded and queries
 * prepared: half a second of processor time. What is refused (there is a login, or the address is not one to visit) was loaded for that
 * all the same, and what fails is told to whoever asks next.
 */
export async function warmUp(address: string): Promise<void> {
  for (const path of PATHS)
    try {
      await (await fetch(address + path, { redirect: 'manual' })).arrayBuffer();
    } catch {
      return;
    }
}
