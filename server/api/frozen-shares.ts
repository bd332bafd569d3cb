import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { EpisodeDetail } from '../contract/episode-query.ts';
import { AppError } from '../contract/error.ts';
import { rowsPerRun, runsPerRequest } from '../contract/series.ts';
import { fromWire } from '../contract/series-codec.ts';
import type { RunSnapshot, SharedFigure, SharedView, ShareInfo, WireSeries } from '../contract/views.ts';
import type { Lab } from '../lab.ts';
import type { FrozenPart } from '../store/shares.ts';
import { readSnapshots, withoutPrivateTexts } from './snapshots.ts';
import { someColumns, toWire } from './wire-series.ts';

const pack = promisify(deflate);
const unpack = promisify(inflate);

/** Of all parts of a link together, deflated. */
const MOST_FROZEN_BYTES = 32_000_000;

/** What a link shows now, to be shown from now on. Throws AppError `bad-input` where that is too much to keep. */
export async function freeze(
  lab: Lab,
  view: SharedView,
  { figures, episode }: { figures: ReadonlyMap<string, SharedFigure>; episode: EpisodeDetail | null },
  most = MOST_FROZEN_BYTES,
): Promise<FrozenPart[]> {
  const parts: FrozenPart[] = [];
  let bytes = 0;
  const add = async (part: string, value: unknown) => {
    const body = await pack(JSON.stringify(value));
    bytes += body.length;
    if (bytes > most)
      throw new AppError(
        'bad-input',
        `frozen: a frozen link keeps at most ${most / 1e6} MB, and this would be more: share fewer runs, or share live`,
      );
    parts.push({ part, body });
  };
  await add('view', view);
  if (episode) await add('episode', episode);
  for (const [block, figure] of figures) await add(`figure ${block}`, figure);
  const rows = rowsPerRun(view.runs.length);
  // One after the other: whole curves of fifty runs fit into no memory that others should have.
  for (const { id } of view.runs) {
    const [snapshot] = await readSnapshots(lab, [id], { points: rows });
    if (!snapshot) continue;
    const still: RunSnapshot = { ...withoutPrivateTexts(snapshot), progress: null, iterationTimes: [] };
    await add(`run ${id}`, still);
  }
  return parts;
}

/** Throws AppError `not-found` where the link has ended meanwhile. */
export async function frozenView(lab: Lab, { id }: ShareInfo): Promise<SharedView> {
  const body = (await lab.store.shares.parts(id, ['view'])).get('view');
  if (!body) throw new AppError('not-found', 'This link was revoked: ask for a new one');
  return read<SharedView>(body);
}

export async function frozenFigure(lab: Lab, { id }: ShareInfo, block: string): Promise<SharedFigure> {
  const part = `figure ${block}`;
  const body = (await lab.store.shares.parts(id, [part])).get(part);
  if (!body) throw new AppError('not-found', 'block: this report has no such figure');
  return read<SharedFigure>(body);
}

export async function frozenEpisode(lab: Lab, { id }: ShareInfo): Promise<EpisodeDetail> {
  const body = (await lab.store.shares.parts(id, ['episode'])).get('episode');
  if (!body) throw new AppError('not-found', 'This link was revoked: ask for a new one');
  return read<EpisodeDetail>(body);
}

/** In the order of `runIds`, as fine as they were kept; with `keys` these columns only. Throws AppError `bad-input` for more than one answer holds. */
export async function frozenSnapshots(
  lab: Lab,
  share: ShareInfo,
  runIds: readonly string[],
  keys?: readonly string[],
): Promise<RunSnapshot[]> {
  const most = runsPerRequest(rowsPerRun(share.runIds.length));
  if (!keys && runIds.length > most)
    throw new AppError('bad-input', `runIds: ask for at most ${most} runs of this link at once`);
  const names = runIds.map((id) => `run ${id}`);
  const parts = await lab.store.shares.parts(share.id, names);
  const found = names.flatMap((name) => parts.get(name) ?? []);
  const snapshots: RunSnapshot[] = [];
  // One after the other, as they were kept: of each only what is asked for stays.
  for (const body of found) {
    const snapshot = await read<RunSnapshot>(body);
    snapshots.push(keys ? { ...snapshot, series: chooseColumns(snapshot.series, keys) } : snapshot);
  }
  return snapshots;
}

function chooseColumns(wire: WireSeries, keys: readonly string[]): WireSeries {
  const series = fromWire(wire);
  return toWire({ ...series, ...someColumns(series, keys) });
}

async function read<T>(body: Uint8Array): Promise<T> {
  return JSON.parse((await unpack(body)).toString());
}
