/** What a run's page offers of its language model, to be taken along. */
export interface ModelExport {
  /** An adapter can be downloaded; a whole model is written in a terminal. */
  kind: 'adapter' | 'model';
  /** Iteration of the checkpoint on this machine; null where there is none. */
  iteration: number | null;
  /** Bytes of the adapter's files; null where there are none. */
  bytes: number | null;
  /** One sentence why nothing can be taken along from here; null where it can. */
  problem: string | null;
}

/** Where the server answers with the adapter of a run, in one file. */
export function adapterPath(runId: string): string {
  return `/api/export/${runId}.adapter.tar`;
}

/** The command that writes what a run has trained. */
export function exportCommand(runId: string, { merged }: { merged: boolean }): string {
  return `npm run model -- export ${runId} --out hiper-${runId}${merged ? ' --merged' : ''}`;
}
