/** Where files are sent to: multipart/form-data with `file` (several), `name` and `param` (several, `key=value`). */
export const IMPORT_PATH = '/api/import';

/** For people: what can be imported. */
export const IMPORTED_KINDS =
  'console logs of verl and HiPER-agent, CSV, JSON lines (also trainer_state.json of transformers) and event files of TensorBoard';

/** What came of an import. */
export interface ImportResult {
  runs: { id: string; name: string; steps: number; metrics: number }[];
  /** What was left out, in sentences. */
  notes: string[];
}
