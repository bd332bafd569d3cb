'use client';
import dynamic from 'next/dynamic';
import type { ComponentType } from 'react';
import type { ReportFigure as FigureName } from '../../../server/contract/report.ts';
import { InView } from '../../_charts/in-view.tsx';
import { patiently } from '../../_ui/ahead.ts';
import { Skeleton } from '../../_ui/skeleton.tsx';
import type { FigureProps } from './figure-source.ts';

const loading = () => <Skeleton className="h-80" />;
const lazy = (load: () => Promise<ComponentType<FigureProps>>) => dynamic(patiently(load), { loading });

/** Each in a script of its own: a report fetches what it shows. */
const FIGURES: Record<FigureName, ComponentType<FigureProps>> = {
  chart: lazy(() => import('./chart-figure.tsx').then((module) => module.ChartFigure)),
  evaluations: lazy(() => import('./evaluations-figure.tsx').then((module) => module.EvaluationsFigure)),
  'task-types': lazy(() => import('./task-types-figure.tsx').then((module) => module.TaskTypesFigure)),
  statistics: lazy(() => import('./statistics-figure.tsx').then((module) => module.StatisticsFigure)),
  board: lazy(() => import('./board-figure.tsx').then((module) => module.BoardFigure)),
};

/** A live figure, drawn once it comes into view. */
export function ReportFigure(props: FigureProps) {
  const Figure = FIGURES[props.block.figure];
  return <InView height={360}>{() => <Figure {...props} />}</InView>;
}
