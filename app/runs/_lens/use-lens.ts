'use client';
import { useEffect, useMemo, useState } from 'react';
import { type LensSide, writeSide } from './lens-side.ts';
import type { LensAnswer, LensMessage, PackedMaterial } from './lens-worker.ts';

/** Key of the answer of a worker that broke. */
const FAILED = '';

/** What is known of the sides asked for. */
interface LensState {
  /** Null until the first one; then the last until the next. */
  answer: LensAnswer | null;
  /** Whether it is of other sides, the new ones being worked out. */
  isStale: boolean;
}

/** Recomputes sides in a worker that keeps the episodes. */
export function useLens(material: PackedMaterial | null, sides: readonly LensSide[]): LensState {
  const [worker, setWorker] = useState<Worker | null>(null);
  const [answer, setAnswer] = useState<LensAnswer | null>(null);
  useEffect(() => {
    if (!material) return;
    const started = new Worker(new URL('./lens-worker.ts', import.meta.url), { type: 'module' });
    started.onmessage = ({ data }: MessageEvent<LensAnswer>) => setAnswer(data);
    started.onerror = ({ message }) => {
      const problem = message || 'The worker did not start.';
      setAnswer({ key: FAILED, results: [{ problem }, { problem }], groups: [] });
    };
    started.postMessage({ material } satisfies LensMessage);
    setWorker(started);
    return () => started.terminate();
  }, [material]);
  const key = sides.map(writeSide).join(' ');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what the sides are
  const asked = useMemo((): LensMessage => ({ key, sides: [...sides] }), [key]);
  useEffect(() => worker?.postMessage(asked), [worker, asked]);
  return { answer, isStale: answer !== null && answer.key !== key && answer.key !== FAILED };
}
