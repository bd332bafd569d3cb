'use client';
import { useEffect, useMemo, useState } from 'react';
import { type LensSide, writeSide } from './lens-side.ts';
import type { LensAnswer, LensMessage, PackedMaterial } from './lens-worker.ts';

/** Recomputes sides in a worker that keeps the episodes; null until the first answer, then the last one until the next. */
export function useLens(material: PackedMaterial | null, sides: readonly LensSide[]): LensAnswer | null {
  const [worker, setWorker] = useState<Worker | null>(null);
  const [state, setState] = useState<LensAnswer | null>(null);
  useEffect(() => {
    if (!material) return;
    const started = new Worker(new URL('./lens-worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<LensAnswer>) => setState(data);
    started.onerror = ({ message }) => {
      const problem = message || 'The worker did not start.';
      setState({ key: '', results: [{ problem }, { problem }], groups: [] });
    };
    started.postMessage({ material } satisfies LensMessage);
    setWorker(started);
    return () => started.terminate();
  }, [material]);
  const key = sides.map(writeSide).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what the sides are
  const asked = useMemo((): LensMessage => ({ key, sides: [...sides] }), [key]);
  useEffect(() => worker?.postMessage(asked), [worker, asked]);
  return state;
}
