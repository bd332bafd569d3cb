import { SPLITS } from '../../server/contract/environments.ts';
import { METRIC_GROUPS, METRICS, type Metric, type MetricGroup } from '../../server/contract/metrics.ts';
import type { Split } from '../../server/contract/run-config.ts';

/** Metrics that answer one question, chosen together: `advantageMean` holds one metric a level. */
export interface MetricChoice {
  /** Stands in the URL: the metric's key without its level. */
  id: string;
  title: string;
  group: MetricGroup;
  metrics: Metric[];
}

/** All that runs of other trainers report under names of their own, chosen together. */
export const OTHER_CHOICE: MetricChoice = {
  id: 'other',
  title: 'Metrics under their trainer’s own names',
  group: 'Other',
  metrics: [],
};

/** Everything that can be overlaid, in page order. `Progress` is left out: it only counts what the x axis already shows. */
export const METRIC_CHOICES: MetricChoice[] = METRIC_GROUPS.filter((group) => group !== 'Progress').flatMap(
  (group) => {
    const choices = new Map<string, MetricChoice>();
    for (const metric of METRICS.filter((entry) => entry.group === group)) {
      const id = metric.key.split('.')[0]!;
      const title = metric.level ? metric.figure : metric.title;
      const choice = choices.get(id) ?? { id, title, group, metrics: [] };
      choice.metrics.push(metric);
      choices.set(id, choice);
    }
    return group === 'Other' ? [OTHER_CHOICE] : [...choices.values()];
  },
);

/** Id of the evaluation charts among the metric choices; they come from evaluations, not from the catalogue. */
export const EVALUATION_CHOICE = 'evaluation';

/** Is this choice shown? An empty list shows everything. */
export function isChosen(ids: readonly string[], id: string): boolean {
  return ids.length === 0 || ids.includes(id);
}

/** The list after ticking or clearing a box; all ticked is written as an empty list. */
export function toggleChoice(ids: readonly string[], id: string): string[] {
  const all = [EVALUATION_CHOICE, ...METRIC_CHOICES.map((choice) => choice.id)];
  const next = all.filter((other) => (other === id ? !isChosen(ids, id) : isChosen(ids, other)));
  return next.length === all.length ? [] : next;
}

/** Splits in the order that matters to a reader: what was held out first. */
export const SPLIT_ORDER: Split[] = [...SPLITS].sort((a, b) => Number(a === 'train') - Number(b === 'train'));
