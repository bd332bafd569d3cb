import type { Page } from 'playwright-core';

/** What the charts of a page did, as the page itself saw it; times in milliseconds since the navigation began. */
export interface Drawing {
  /** First time that every chart in the window had drawn `lines` lines at once. */
  allAt: number | null;
  /** The same of the first chart that had. */
  firstAt: number | null;
  /** Charts in the window that have drawn so many, and charts in the window at all. */
  whole: number;
  charts: number;
}

interface Probe {
  lines: number;
  /** By canvas: lines since it was last wiped, and when they were first enough. */
  charts: Map<HTMLCanvasElement, { lines: number; wholeAt: number | null }>;
  /** Times of frames, and of frames in which a chart was drawn anew. */
  frames: number[];
  drawn: number[];
}

declare global {
  interface Window {
    probe: Probe;
  }
}

/**
 * Watches the canvases of every page that opens: uPlot wipes a chart, then strokes one path a line. Nothing of the app is asked, so that
 * what counts is what it has put on the screen.
 */
export async function watchDrawing(page: Page, lines: number): Promise<void> {
  await page.addInitScript((wanted) => {
    const probe: Probe = { lines: wanted, charts: new Map(), frames: [], drawn: [] };
    window.probe = probe;
    let hasDrawn = false;
    const LEAST = 2;
    const { clearRect, stroke } = CanvasRenderingContext2D.prototype;
    const { lineTo } = Path2D.prototype;
    /** Corners of a path: a run whose curve is not here yet has a line of none. */
    const corners = new WeakMap<Path2D, number>();
    Path2D.prototype.lineTo = function (...to) {
      corners.set(this, (corners.get(this) ?? 0) + 1);
      return lineTo.apply(this, to);
    };
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      const known = probe.charts.get(this.canvas);
      if (known) known.lines = 0;
      else probe.charts.set(this.canvas, { lines: 0, wholeAt: null });
      hasDrawn = true;
      return clearRect.apply(this, area);
    };
    CanvasRenderingContext2D.prototype.stroke = function (path?: Path2D) {
      const chart = probe.charts.get(this.canvas);
      if (path && chart && (corners.get(path) ?? 0) >= LEAST && ++chart.lines === probe.lines)
        chart.wholeAt ??= performance.now();
      return path ? stroke.call(this, path) : (stroke as () => void).call(this);
    };
    const onFrame = () => {
      const now = performance.now();
      probe.frames.push(now);
      if (hasDrawn) probe.drawn.push(now);
      hasDrawn = false;
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  }, lines);
}

export function readDrawing(page: Page): Promise<Drawing> {
  return page.evaluate(() => {
    const inWindow = [...document.querySelectorAll('canvas')].filter((canvas) => {
      const { top, bottom } = canvas.getBoundingClientRect();
      return top < innerHeight && bottom > 0;
    });
    const times = inWindow.flatMap((canvas) => window.probe.charts.get(canvas)?.wholeAt ?? []);
    return {
      firstAt: times.length === 0 ? null : Math.min(...times),
      allAt: times.length < inWindow.length || times.length === 0 ? null : Math.max(...times),
      whole: times.length,
      charts: inWindow.length,
    };
  });
}

/** Frames a second while something went on. */
export interface Fluency {
  seconds: number;
  /** Of the page; and those in which a chart was drawn anew. */
  frames: number;
  drawn: number;
  /** Longest time without a frame. */
  longestMs: number;
  /** Processor time of the page's main thread for each frame in which a chart was drawn. */
  cpuMs: number;
}

/** Counts the frames while `work` goes on. */
export async function measureFluency(
  page: Page,
  cpu: () => Promise<number>,
  work: () => Promise<void>,
): Promise<Fluency> {
  const before = await cpu();
  await page.evaluate(() => {
    window.probe.frames = [performance.now()];
    window.probe.drawn = [];
  });
  await work();
  const used = (await cpu()) - before;
  return page.evaluate((usedMs) => {
    const { frames, drawn } = window.probe;
    const end = performance.now();
    const seconds = (end - frames[0]!) / 1000;
    const gaps = [...frames, end].slice(1).map((at, index) => at - frames[index]!);
    return {
      seconds,
      frames: (frames.length - 1) / seconds,
      drawn: drawn.length / seconds,
      longestMs: Math.max(...gaps),
      cpuMs: usedMs / Math.max(1, drawn.length),
    };
  }, used);
}
