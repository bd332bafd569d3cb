'use client';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { queueTask } from './frame-queue.ts';

/** How far outside of the window a chart is made ready. */
const MARGIN = '400px 0px';

/**
 * Renders its content while it is in view or nearly so. Before, an empty place of `height` pixels; once it has left, it stays as
 * it was and costs nothing until it is back. Of many that come into view together each waits for its turn.
 */
export function InView({ height, children }: { height: number; children: () => ReactNode }) {
  const host = useRef<HTMLDivElement>(null);
  const [inView, setInView] = useState(false);
  const shown = useRef<ReactNode>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    // At once, so that the queue knows what it took.
    const show = () => flushSync(() => setInView(true));
    let takeBack: (() => void) | undefined;
    const watcher = new IntersectionObserver(
      (entries) => {
        takeBack?.();
        if (entries.at(-1)?.isIntersecting) takeBack = queueTask(show);
        else setInView(false);
      },
      { rootMargin: MARGIN },
    );
    watcher.observe(element);
    return () => {
      takeBack?.();
      watcher.disconnect();
    };
  }, []);
  // The same element again is no work for React.
  if (inView) shown.current = children();
  return (
    <div ref={host} className="min-w-0" style={shown.current === null ? { minHeight: height } : undefined}>
      {shown.current}
    </div>
  );
}
