'use client';
import { type RefObject, useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import { queueTask } from './frame-queue.ts';
import { emphasisOf, subscribeHighlight } from './highlight.ts';
import {
  createPlot,
  cursorRow,
  type PlotEvents,
  type PlotSpec,
  plotData,
  plotShape,
  showEmphasis,
} from './plot.ts';
import { useThemeName } from './theme.ts';

/**
 * Keeps a uPlot in `host` in step with `spec`: a new plot when its lines change, otherwise new data, in one of the next frames, each
 * chart in its turn; nothing while the chart is off-screen or the page hidden, and one catch-up when it comes back.
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
  /** What the plot on the page lacks. */
  const missing = useRef<'nothing' | 'data' | 'plot'>('plot');
  const theme = useThemeName();
  const shape = plotShape(spec);
  const draw = useRef(() => {});

  draw.current = () => {
    const element = host.current;
    if (missing.current === 'nothing' || !visible.current || document.hidden || !element) return;
    if (missing.current === 'data' && plot.current) plot.current.setData(plotData(latest.current.spec));
    else {
      plot.current?.destroy();
      plot.current = createPlot(
        element,
        () => latest.current.spec,
        {
          // Out of sight, the crosshair that moves along need not be followed.
          onCursor: (row) => visible.current && latest.current.events.onCursor(row),
          onPoint: (ids) => latest.current.events.onPoint(ids),
          ...(latest.current.events.onZoom && { onZoom: (range) => latest.current.events.onZoom?.(range) }),
          ...(latest.current.events.onYZoom && {
            onYZoom: (range) => latest.current.events.onYZoom?.(range),
          }),
          ...(latest.current.events.onPin && { onPin: (x) => latest.current.events.onPin?.(x) }),
        },
        { width: element.clientWidth, height: element.clientHeight },
        syncKey,
      );
    }
    missing.current = 'nothing';
  };

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    /** What the reader points at has changed while this was out of sight, or was not there. */
    let isStale = emphasisOf([]) !== 'plain';
    const task = () => {
      draw.current();
      if (isStale && visible.current) queueTask(light);
    };
    const catchUp = () => queueTask(task);
    const watcher = new IntersectionObserver(
      (entries) => {
        visible.current = entries.at(-1)?.isIntersecting ?? false;
        if (visible.current && plot.current) latest.current.events.onCursor(cursorRow(plot.current));
        catchUp();
      },
      { rootMargin: '100px' },
    );
    watcher.observe(element);
    const resizer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      if (plot.current && width > 0 && width !== plot.current.width) plot.current.setSize({ width, height });
    });
    resizer.observe(element);
    document.addEventListener('visibilitychange', catchUp);
    const light = () => {
      isStale = false;
      if (plot.current && missing.current === 'nothing') showEmphasis(plot.current, latest.current.spec);
    };
    const stopLight = subscribeHighlight(() => {
      if (visible.current) queueTask(light);
      else isStale = true;
    });
    return () => {
      watcher.disconnect();
      resizer.disconnect();
      stopLight();
      document.removeEventListener('visibilitychange', catchUp);
      plot.current?.destroy();
      plot.current = null;
      missing.current = 'plot';
    };
  }, [host]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: theme, shape and syncKey stand for all that needs a new plot
  useEffect(() => {
    missing.current = 'plot';
    return queueTask(() => draw.current());
  }, [shape, theme, syncKey]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: spec is the data
  useEffect(() => {
    if (missing.current === 'nothing') missing.current = 'data';
    return queueTask(() => draw.current());
  }, [spec]);

  return plot;
}
