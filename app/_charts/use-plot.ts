'use client';
import { type RefObject, useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import { createPlot, type PlotEvents, type PlotSpec, plotData, plotShape } from './plot.ts';
import { useThemeName } from './theme.ts';

/**
 * Keeps a uPlot in `host` in step with `spec`: a new plot when its lines change, otherwise new data at the next
 * frame; nothing while the chart is off-screen or the page hidden, and one catch-up when it comes back.
 */
export function usePlot(
  host: RefObject<HTMLDivElement | null>,
  spec: PlotSpec,
  events: PlotEvents,
  syncKey: string | undefined,
): RefObject<uPlot | null> {
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ spec, events });
  latest.current = { spec, events };
  const visible = useRef(false);
  const stale = useRef(false);
  const theme = useThemeName();
  const shape = plotShape(spec);

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme and shape stand for all that needs a new plot
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const made = createPlot(
      element,
      () => latest.current.spec,
      {
        onCursor: (row) => latest.current.events.onCursor(row),
        onZoom: latest.current.events.onZoom ? (range) => latest.current.events.onZoom?.(range) : undefined,
      },
      size(),
      syncKey,
    );
    plot.current = made;
    stale.current = false;
    const resizer = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== made.width) made.setSize(size());
    });
    resizer.observe(element);
    return () => {
      resizer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [host, shape, theme, syncKey]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const catchUp = () => {
      if (!stale.current || !visible.current || document.hidden || !plot.current) return;
      stale.current = false;
      plot.current.setData(plotData(latest.current.spec));
    };
    const watcher = new IntersectionObserver(
      ([entry]) => {
        visible.current = entry?.isIntersecting ?? false;
        catchUp();
      },
      { rootMargin: '100px' },
    );
    watcher.observe(element);
    document.addEventListener('visibilitychange', catchUp);
    return () => {
      watcher.disconnect();
      document.removeEventListener('visibilitychange', catchUp);
    };
  }, [host]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: spec is the data
  useEffect(() => {
    stale.current = true;
    const frame = requestAnimationFrame(() => {
      if (!visible.current || document.hidden || !plot.current) return;
      stale.current = false;
      plot.current.setData(plotData(latest.current.spec));
    });
    return () => cancelAnimationFrame(frame);
  }, [spec]);

  return plot;
}
