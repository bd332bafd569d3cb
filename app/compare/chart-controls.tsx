'use client';
import { ChartSpline, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { METRIC_GROUPS } from '../../server/contract/metrics.ts';
import { SummaryNote } from '../_charts/summary-note.tsx';
import { Button } from '../_ui/button.tsx';
import { Checkbox } from '../_ui/checkbox.tsx';
import { Dialog, DialogClose } from '../_ui/dialog.tsx';
import { SearchInput } from '../_ui/input.tsx';
import { Select } from '../_ui/select.tsx';
import { SmoothingSlider } from '../runs/_run/smoothing-slider.tsx';
import { EVALUATION_CHOICE, isChosen, METRIC_CHOICES, toggleChoice } from './figures.ts';
import { X_AXES, X_AXIS_TITLES, type XAxis } from './x-axis.ts';

/** Axis, smoothing and choice of metrics for every chart of the page. */
export function ChartControls({
  x,
  smooth,
  bin,
  evaluationBin,
  metrics,
  zoomed,
  groups,
  find,
  onFind,
  onX,
  onSmooth,
  onMetrics,
  onShowAll,
}: {
  x: XAxis;
  smooth: number;
  /** Iterations that a bin of the curves summarises. */
  bin: number;
  evaluationBin: number;
  metrics: readonly string[];
  zoomed: boolean;
  /** The choice of groups. */
  groups: ReactNode;
  /** Words that charts are looked for by. */
  find: string;
  onFind: (find: string) => void;
  onX: (x: XAxis) => void;
  onSmooth: (smooth: number) => void;
  onMetrics: (metrics: string[]) => void;
  onShowAll: () => void;
}) {
  return (
    <div className="sticky top-12 z-20 -mx-3 flex flex-wrap items-center gap-x-5 gap-y-2 bg-canvas px-3 py-2 sm:-mx-5 sm:px-5">
      <Select
        label="X axis"
        size="sm"
        value={x}
        onChange={onX}
        options={X_AXES.map((value) => ({ value, label: X_AXIS_TITLES[value] }))}
      />
      {groups}
      <SmoothingSlider value={smooth} onChange={onSmooth} />
      <MetricPicker metrics={metrics} onMetrics={onMetrics} />
      <SearchInput label="Find metrics" value={find} onChange={onFind} className="w-44" />
      {zoomed && (
        <Button
          size="sm"
          icon={<ZoomOut aria-hidden className="size-4" />}
          title="Drag along the axis, or anywhere with Shift, to move the part that is shown"
          onClick={onShowAll}
        >
          Whole axis
        </Button>
      )}
      <SummaryNote bin={bin} evaluationBin={evaluationBin} />
    </div>
  );
}

function MetricPicker({
  metrics,
  onMetrics,
}: {
  metrics: readonly string[];
  onMetrics: (metrics: string[]) => void;
}) {
  const total = METRIC_CHOICES.length + 1;
  return (
    <Dialog
      title="Metrics"
      description="What is drawn below. The choice is part of the page’s address."
      wide
      trigger={
        <Button size="sm" icon={<ChartSpline aria-hidden className="size-4" />}>
          Metrics: {metrics.length === 0 ? 'all' : `${metrics.length} of ${total}`}
        </Button>
      }
      footer={
        <>
          <Button onClick={() => onMetrics([])}>All</Button>
          <Button onClick={() => onMetrics(['success', EVALUATION_CHOICE])}>Only success</Button>
          <DialogClose render={<Button variant="primary">Done</Button>} />
        </>
      }
    >
      <div className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
        {METRIC_GROUPS.filter((group) => METRIC_CHOICES.some((choice) => choice.group === group)).map(
          (group) => (
            <fieldset key={group} className="flex flex-col gap-1.5">
              <legend className="mb-1.5 font-semibold">{group}</legend>
              {group === 'Outcome' && (
                <Checkbox
                  checked={isChosen(metrics, EVALUATION_CHOICE)}
                  onChange={() => onMetrics(toggleChoice(metrics, EVALUATION_CHOICE))}
                >
                  Evaluation success
                </Checkbox>
              )}
              {METRIC_CHOICES.filter((choice) => choice.group === group).map((choice) => (
                <Checkbox
                  key={choice.id}
                  checked={isChosen(metrics, choice.id)}
                  onChange={() => onMetrics(toggleChoice(metrics, choice.id))}
                >
                  {choice.title}
                </Checkbox>
              ))}
            </fieldset>
          ),
        )}
      </div>
    </Dialog>
  );
}
