'use client';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import type { FigureBlock, ReportBlock } from '../../server/contract/report.ts';
import { patiently } from '../_ui/ahead.ts';
import { Skeleton } from '../_ui/skeleton.tsx';
import type { FigureSource } from './_figures/figure-source.ts';
import { ReportFigure } from './_figures/report-figure.tsx';
import { FIGURE_TITLES, figureHref } from './figure-view.ts';

export const MarkdownText = dynamic(
  patiently(() => import('../_ui/markdown.tsx').then((module) => module.MarkdownText)),
  { loading: () => <Skeleton className="h-24" /> },
);

/** A report as its readers see it: texts between live figures. */
export function ReportBlocks({ blocks, source }: { blocks: readonly ReportBlock[]; source: FigureSource }) {
  return (
    <div className="flex flex-col gap-5">
      {blocks.map((block) =>
        block.kind === 'text' ? (
          <MarkdownText key={block.id} text={block.text} />
        ) : (
          <section
            key={block.id}
            aria-label={block.caption || FIGURE_TITLES[block.figure]}
            className="min-w-0"
          >
            <ReportFigure block={block} source={source} />
            <Caption block={block} linked={source.shareToken === undefined} />
          </section>
        ),
      )}
    </div>
  );
}

function Caption({ block, linked }: { block: FigureBlock; linked: boolean }) {
  if (!block.caption && !linked) return null;
  return (
    <p className="mt-1.5 flex flex-wrap justify-between gap-x-4 text-[0.93rem] text-muted">
      <span className="max-w-[75ch] break-words">{block.caption}</span>
      {linked && (
        <Link href={figureHref(block)} className="text-accent hover:underline">
          Open its page
        </Link>
      )}
    </p>
  );
}
