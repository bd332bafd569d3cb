'use client';
import dynamic from 'next/dynamic';
import { type FocusEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { onDemand } from './use-on-demand.ts';

const TipPopup = dynamic(
  onDemand(() => import('./tip-popup.tsx').then((module) => module.TipPopup)),
  { ssr: false },
);

/** The way from the element to its popup takes so long. */
const LEAVE_MS = 120;
/** So long after one was closed the next comes at once. */
const NEIGHBOUR_MS = 400;
/** Closes the one that is open: there is one at a time. */
let closeOther = () => {};
let closedAt = 0;

/**
 * Words that come up beside an element while the mouse rests on it and while the keyboard is on it. `area` is for an element around it,
 * with `tip` inside; the popup is drawn beside the first child of `area`.
 */
export function useTip(words: ReactNode, { delayMs, className }: { delayMs: number; className: string }) {
  const [isOpen, setIsOpen] = useState(false);
  const host = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const wait = (task: () => void, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(task, ms);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const close = () => {
    clearTimeout(timer.current);
    if (isOpen) closedAt = Date.now();
    setIsOpen(false);
  };
  const open = () => {
    clearTimeout(timer.current);
    if (isOpen) return;
    closeOther();
    closeOther = () => {
      clearTimeout(timer.current);
      closedAt = Date.now();
      setIsOpen(false);
    };
    setIsOpen(true);
  };
  const area = {
    ref: host,
    // The popup is inside, too, wherever it is drawn: one may point at its words.
    onPointerEnter: ({ pointerType }: PointerEvent) => {
      if (pointerType !== 'touch') wait(open, Date.now() - closedAt < NEIGHBOUR_MS ? 0 : delayMs);
    },
    onPointerLeave: ({ pointerType }: PointerEvent) => {
      if (pointerType !== 'touch') wait(close, LEAVE_MS);
    },
    onFocus: ({ target }: FocusEvent) => {
      if (target.matches(':focus-visible')) open();
    },
    onBlur: close,
    // Two elements of the page stay neighbours.
    className: 'contents',
  };
  const tip = isOpen && (
    <TipPopup anchor={() => host.current?.firstElementChild ?? null} onClose={close} className={className}>
      {words}
    </TipPopup>
  );
  return { area, tip, open, close };
}
