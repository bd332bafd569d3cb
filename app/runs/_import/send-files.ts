import { BUNDLE_IMPORT_PATH, isBundleName } from '../../../server/contract/bundle-paths.ts';
import { IMPORT_PATH, type ImportResult } from '../../../server/contract/imports.ts';

export interface ImportInput {
  files: readonly File[];
  name: string;
  /** `key=value`, one a line. */
  params: string;
}

/** What came of an import; of a bundle neither steps nor metrics are counted. */
export interface Imported {
  runs: { id: string; name: string; detail: string }[];
  /** What was left out, in sentences. */
  notes: string[];
}

/** Sends bundles one by one and all other files together. Throws with what the server says. */
export async function sendFiles({ files, name, params }: ImportInput): Promise<Imported> {
  const result: Imported = { runs: [], notes: [] };
  for (const file of files.filter((each) => isBundleName(each.name))) {
    const headers = { 'Content-Type': 'application/gzip' };
    const { id } = await ask<{ id: string }>(BUNDLE_IMPORT_PATH, { headers, body: file });
    result.runs.push({ id, name: file.name, detail: 'a whole run of another lab' });
  }
  const others = files.filter((file) => !isBundleName(file.name));
  if (others.length === 0) return result;
  const form = new FormData();
  for (const file of others) form.append('file', file);
  if (name.trim() !== '') form.append('name', name.trim());
  for (const line of params.split('\n')) if (line.trim() !== '') form.append('param', line.trim());
  const { runs, notes } = await ask<ImportResult>(IMPORT_PATH, { body: form });
  for (const run of runs)
    result.runs.push({ id: run.id, name: run.name, detail: `${run.steps} steps, ${run.metrics} metrics` });
  result.notes.push(...notes);
  return result;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, { method: 'POST', ...init });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  throw new Error(/^\{/.test(text) ? (JSON.parse(text) as { message: string }).message : text);
}
