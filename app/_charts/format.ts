/** Numbers as the pages show them. NaN is said, never hidden; what is missing is a dash. */

export const MISSING = '–';

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Beyond trillions there are no words. */
const LARGEST_COMPACT = 1e15;

/** Three significant digits without exponents where they are not needed. */
function plain(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= LARGEST_COMPACT) return withMinus(value.toExponential(1));
  if (size >= 10_000) return withMinus(compact.format(value));
  return withMinus(size >= 0.001 ? value.toFixed(digitsFor(size)) : value.toExponential(1));
}

function digitsFor(size: number): number {
  if (size >= 100) return 0;
  if (size >= 10) return 1;
  return size >= 0.1 ? 2 : 4;
}

/** The text of a number with true minus signs, as wide as a plus, and none before what rounds to zero. */
export function withMinus(text: string): string {
  return (/[1-9]/.test(text) ? text : text.replace(/^-/, '')).replaceAll('-', '−');
}

/** `0.6234` → `62.3 %`. */
export function formatShare(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined) return MISSING;
  if (Number.isNaN(value)) return 'NaN';
  return `${withMinus((value * 100).toFixed(digits))} %`;
}

/** Whole numbers: `12,345`. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING;
  return Number.isNaN(value) ? 'NaN' : grouped.format(value);
}

/** `1,234,567` → `1.23M`. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING;
  if (Number.isNaN(value)) return 'NaN';
  return Math.abs(value) < 10_000 ? formatCount(value) : compact.format(value);
}

/** Seconds: `0.42 s`, `12 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return MISSING;
  if (!Number.isFinite(seconds)) return 'NaN';
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A metric's value with its unit, as a legend shows it. */
export function formatValue(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return MISSING;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  switch (unit) {
    case 'share':
      return formatShare(value);
    case 's':
      return formatSeconds(value);
    case 'episodes':
    case 'tokens':
    case 'answers':
    case 'faults':
      return formatCompact(value);
    case 'MB':
      return `${grouped.format(value)} MB`;
    case 'reward':
    case 'reward²':
    case 'norm':
    case 'rate':
      return plain(value);
    default:
      return unit ? `${plain(value)} ${unit}` : plain(value);
  }
}

/** The same for a legend, whose chart already names the unit. */
export function formatLegendValue(value: number | null | undefined, unit: string): string {
  const speaksForItself = ['share', 's', 'episodes', 'tokens'].includes(unit);
  return formatValue(value, speaksForItself ? unit : '');
}

/** The same without unit, for the ticks of an axis. */
export function formatTick(value: number, unit: string): string {
  if (unit === 'share') return `${withMinus(String(+(value * 100).toFixed(2)))} %`;
  const size = Math.abs(value);
  if (size >= LARGEST_COMPACT) return withMinus(value.toExponential(0));
  if (size >= 10_000) return withMinus(compact.format(value));
  if (size !== 0 && size < 0.001) return withMinus(value.toExponential(0));
  return withMinus(String(+value.toPrecision(6)));
}

/** How long ago: `now`, `5 s ago`, `3 min ago`, `2 h ago`, `4 d ago`. */
export function formatAgo(time: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Date and time in the reader's own zone: `2026-11-22 14:05`. */
export function formatTime(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The same to the second, where things follow each other closely. */
export function formatMoment(time: number): string {
  return `${formatTime(time)}:${String(new Date(time).getSeconds()).padStart(2, '0')}`;
}

/** Time of day with seconds, for log lines. */
export function formatClock(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

/** Memory for people: `580 MB`, `1.2 GB`. */
export function formatBytes(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  return megabytes < 1000 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
