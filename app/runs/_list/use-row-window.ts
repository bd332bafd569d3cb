'use client';
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Rows drawn beyond what is in sight, at either end. */
const SPARE = 8;
/** Until the box is measured. */
const FIRST_ROWS = 20;

/** Of rows of one height in a box that scrolls, under a head of the same height that stays: which to draw. */
export function useRowWindow(box: RefObject<HTMLElement | null>, count: number, rowPx: number): number[] {
  const [top, setTop] = useState(0);
  const [inSight, setInSight] = useState(FIRST_ROWS);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      setTop(Math.floor(element.scrollTop / rowPx));
      setInSight(Math.ceil(element.clientHeight / rowPx));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [box, rowPx]);
  const first = Math.max(0, Math.min(top, count) - SPARE);
  const end = Math.min(count, top + inSight + SPARE);
  return Array.from({ length: Math.max(0, end - first) }, (_, at) => first + at);
}

/** Scrolls no further than it takes to see a row. */
export function scrollToRow(box: HTMLElement | null, index: number, rowPx: number): void {
  if (!box) return;
  const highest = index * rowPx;
  const lowest = highest + 2 * rowPx - box.clientHeight;
  if (box.scrollTop > highest) box.scrollTop = highest;
  else if (box.scrollTop < lowest) box.scrollTop = lowest;
}
