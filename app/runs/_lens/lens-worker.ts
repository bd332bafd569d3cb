import { unpackEpisode } from '../../../server/contract/episode.ts';
import { computeLens, type LensResult } from './lens-credit.ts';
import { type GameGroup, knownGroups } from './lens-groups.ts';
import type { LensEpisode, LensMaterial } from './lens-material.ts';
import type { LensSide } from './lens-side.ts';

/** Episodes as they are stored. */
export interface PackedMaterial extends Pick<LensMaterial, 'config' | 'iteration'> {
  own: PackedEpisode;
  others: PackedEpisode[];
}

interface PackedEpisode extends Pick<LensEpisode, 'id' | 'index'> {
  packed: string;
}

/** Episodes once, then sides as often as they change; `key` comes back with the answer. */
export type LensMessage = { material: PackedMaterial } | { key: string; sides: LensSide[] };

export interface LensAnswer {
  key: string;
  results: LensResult[];
  /** Games of the rollout that something is stored of. */
  groups: GameGroup[];
}

let material: Promise<LensMaterial> | null = null;

addEventListener('message', async ({ data }: MessageEvent<LensMessage>) => {
  if ('material' in data) {
    material = unpack(data.material);
    return;
  }
  const { key, sides } = data;
  try {
    const known = await material;
    if (!known) return;
    const results = sides.map((side) => tryLens(known, side));
    postMessage({ key, results, groups: knownGroups(known) } satisfies LensAnswer);
  } catch (error) {
    const results = sides.map(() => ({ problem: messageOf(error) }));
    postMessage({ key, results, groups: [] } satisfies LensAnswer);
  }
});

async function unpack({ own, others, ...rest }: PackedMaterial): Promise<LensMaterial> {
  const read = async ({ id, index, packed }: PackedEpisode) => ({
    id,
    index,
    body: await unpackEpisode(packed),
  });
  return { ...rest, own: await read(own), others: await Promise.all(others.map(read)) };
}

function tryLens(known: LensMaterial, side: LensSide): LensResult {
  try {
    return computeLens(known, side);
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
