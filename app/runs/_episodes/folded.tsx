'use client';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { formatCount } from '../../_charts/format.ts';
import { classes } from '../../_ui/classes.ts';

/** Characters of a text that are shown at first. */
const SHORT_TEXT = 1200;

/** Text that may be very long: its beginning, until one asks for all. */
export function LongText({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const isLong = text.length > SHORT_TEXT;
  return (
    <div>
      <p className="wrap-anywhere whitespace-pre-wrap">
        {isLong && !all ? `${text.slice(0, SHORT_TEXT)} …` : text}
      </p>
      {isLong && (
        <button
          type="button"
          className="text-[0.86rem] font-medium text-accent hover:underline"
          onClick={() => setAll(!all)}
        >
          {all ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
    </div>
  );
}

/** What is shown on demand. */
export function Disclosure({
  title,
  startsOpen = false,
  children,
}: {
  title: string;
  startsOpen?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(startsOpen);
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <div className={classes(open && 'min-w-0 basis-full')}>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="inline-flex items-center gap-0.5 rounded-sm text-[0.86rem] text-muted hover:text-ink"
      >
        <Icon aria-hidden className="size-3.5" />
        {title}
      </button>
      {open && <div className="mt-1">{children}</div>}
    </div>
  );
}
