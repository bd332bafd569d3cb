import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { BUNDLE_IMPORT_PATH, bundlePath } from '../contract/bundle-paths.ts';
import { AppError } from '../contract/error.ts';
import { refusalIn } from '../contract/refusal.ts';
import type { Lab } from '../lab.ts';
import type { RunRow } from '../store/runs.ts';
import { importBundle } from './read-bundle.ts';
import { type BundleOptions, openBundle } from './write-bundle.ts';

/** Another HiPER Lab: its address, and what it knows us by: its HIPER_SECRET, or a key. Nothing of this is stored. */
export interface OtherLab {
  address: string;
  token: string;
}

/** Sends a run to another lab. Returns the address that it has there. Throws AppError for what that says, or does not. */
export async function pushRun(
  lab: Lab,
  run: RunRow,
  other: OtherLab,
  options: BundleOptions,
): Promise<string> {
  // Asked first: who refuses a long body half-way is not always heard.
  await ask(other, `${BUNDLE_IMPORT_PATH}?run=${run.importedFrom?.runId ?? run.id}`, {});
  const bundle = await openBundle(lab, run, options);
  const response = await ask(other, BUNDLE_IMPORT_PATH, {
    method: 'POST',
    body: Readable.toWeb(bundle) as unknown as BodyInit,
    headers: { 'Content-Type': 'application/gzip' },
    duplex: 'half',
  } as RequestInit);
  const { id } = (await response.json()) as { id: string };
  return new URL(`/runs/${encodeURIComponent(id)}`, other.address).href;
}

/** Fetches a run from another lab. Returns its id here. Throws AppError for what that says, or does not. */
export async function pullRun(
  lab: Lab,
  runId: string,
  other: OtherLab,
  { checkpoint }: { checkpoint: boolean },
): Promise<{ id: string }> {
  const response = await ask(other, `${bundlePath(runId)}${checkpoint ? '?checkpoint=1' : ''}`, {});
  if (!response.body) throw new AppError('bad-input', 'address: the other lab answered with nothing');
  return importBundle(lab, Readable.fromWeb(response.body as ReadableStream));
}

async function ask({ address, token }: OtherLab, path: string, init: RequestInit): Promise<Response> {
  const headers = {
    ...init.headers,
    Accept: 'application/json',
    ...(token && { Authorization: `Bearer ${token}` }),
  };
  let response: Response;
  try {
    response = await fetch(new URL(path, address), { ...init, headers, redirect: 'error' });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new AppError(
      'bad-input',
      `address: ${address} does not answer (${cause instanceof Error ? cause.message : message})`,
    );
  }
  if (response.ok) return response;
  const said = await response.text();
  if (response.status === 401)
    throw new AppError(
      'forbidden',
      `token: ${address} does not take it; give its HIPER_SECRET or a key of it`,
    );
  throw new AppError(
    response.status === 409 ? 'conflict' : 'bad-input',
    `${address} says: ${refusalIn(said, 300, 'nothing')}`,
  );
}
