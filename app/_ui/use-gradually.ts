'use client';
import { useEffect, useState } from 'react';
import { queueTask } from '../_charts/frame-queue.ts';

/** How many of `count` things to render by now: `step` at once, then as many more each time there is room in a frame. */
export function useGradually(count: number, step: number): number {
  const [shown, setShown] = useState(step);
  useEffect(() => {
    if (shown < count) return queueTask(() => setShown(shown + step));
  }, [shown, count, step]);
  return Math.min(shown, count);
}
