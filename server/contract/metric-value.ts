/** A number as JSON holds it: null is not-a-number. */
export type MetricValue = number | 'Infinity' | '-Infinity' | null;

export function toMetricValue(value: number): MetricValue {
  if (Number.isNaN(value)) return null;
  return Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';
}

export function fromMetricValue(value: MetricValue): number {
  return value === null ? Number.NaN : Number(value);
}
