import uPlot from 'uplot';
import { pictureOf, type Range } from './line-picture.ts';

/** A range moved by `by`, as far as there is anything to see. */
export function moved([from, to]: Range, by: number, [first, last]: Range): Range {
  const least = Math.min(first - from, 0);
  const most = Math.max(last - to, 0);
  const step = Math.min(most, Math.max(least, by));
  return [from + step, to + step];
}

/**
 * While a part of the x axis is shown: dragging with Shift, or along the numbers below, moves to another part. All plots of `syncKey`
 * move along frame by frame; `onMoved` is told once, at the end.
 */
export function addPanning(
  plot: uPlot,
  zoomOf: () => readonly [number, number] | null,
  syncKey: string | undefined,
  onMoved: (range: Range) => void,
): void {
  const xAxis = plot.root.querySelector('.u-axis');
  const begin = (event: Event) => {
    const { button, shiftKey, clientX, pointerId } = event as PointerEvent;
    if (button !== 0 || zoomOf() === null || (event.currentTarget === plot.over && !shiftKey)) return;
    const { min, max } = plot.scales.x!;
    if (min === undefined || max === undefined) return;
    // uPlot would begin to mark a part.
    plot.over.addEventListener('mousedown', stop, { capture: true, once: true });
    const start: Range = [min, max];
    const x = plot.data[0];
    const whole: Range = [Math.min(0, x[0] ?? 0), x.at(-1) ?? 0];
    const perPixel = (max - min) / plot.over.clientWidth;
    let range = start;
    let frame = 0;
    const plots = syncKey === undefined ? [plot] : uPlot.sync(syncKey).plots;
    const pictures = plots.filter(isInWindow).map(pictureOf);
    const show = () => {
      frame = 0;
      for (const picture of pictures) picture.move(range, zoomOf());
    };
    const move = (next: PointerEvent) => {
      if (next.pointerId !== pointerId) return;
      range = moved(start, (clientX - next.clientX) * perPixel, whole);
      frame ||= requestAnimationFrame(show);
    };
    const end = (next: PointerEvent) => {
      if (next.pointerId !== pointerId) return;
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      plot.over.removeEventListener('mousemove', stop, { capture: true });
      cancelAnimationFrame(frame);
      plot.over.removeEventListener('mousedown', stop, { capture: true });
      const hasMoved = range[0] !== start[0];
      for (const picture of pictures) picture.rest(hasMoved ? range : null);
      if (!hasMoved) return;
      // The click that ends it pins nothing.
      plot.over.addEventListener('click', stop, { capture: true, once: true });
      setTimeout(() => plot.over.removeEventListener('click', stop, { capture: true }));
      onMoved(range);
    };
    // No crosshair, and no values for it, while everything moves.
    for (const other of plots) other.setCursor({ left: -10, top: -10 });
    plot.over.addEventListener('mousemove', stop, { capture: true });
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  };
  plot.over.addEventListener('pointerdown', begin);
  if (!(xAxis instanceof HTMLElement)) return;
  xAxis.addEventListener('pointerdown', begin);
  xAxis.style.touchAction = 'pan-y';
  xAxis.style.cursor = 'ew-resize';
}

function isInWindow({ root }: uPlot): boolean {
  const { top, bottom } = root.getBoundingClientRect();
  return top < innerHeight && bottom > 0;
}

function stop(event: Event): void {
  event.stopImmediatePropagation();
}
