import { classes } from './classes.ts';

/** How far: `value` in [0, 1]; null for not known yet. */
export function ProgressBar({
  value,
  label,
  tone = 'accent',
  className,
}: {
  value: number | null;
  /** Accessible name. */
  label: string;
  tone?: 'accent' | 'good' | 'muted' | 'danger';
  className?: string;
}) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10;
  const fill = { accent: 'bg-accent', good: 'bg-good', muted: 'bg-line-strong', danger: 'bg-danger' }[tone];
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      className={classes('h-1.5 overflow-hidden rounded-full bg-sunken', className)}
    >
      <div
        className={classes(
          'h-full rounded-full transition-[width]',
          fill,
          percent === null && 'animate-pulse',
        )}
        style={{ width: `${percent ?? 100}%`, opacity: percent === null ? 0.3 : 1 }}
      />
    </div>
  );
}
