import {
  GRADIENT_LEVELS,
  type GradientLevel,
  type IntervalEstimate,
  type LevelGradient,
  type VarianceReport,
} from '../../contract/variance.ts';

const COLUMNS = [
  'var/ref²',
  'x turn GAE',
  '95 %',
  'bias²/ref²',
  '95 %',
  'S/N',
  'norm',
  'cosine',
  '95 %',
  '- turn GAE',
  '95 %',
  'cos of means',
  'A mean',
  'A std',
  'corr(A, MC)',
];

/** The report for a terminal: a table a level. */
export function reportTable(report: VarianceReport): string {
  const { options, turns, successes, heads, gamma } = report;
  const head = [
    `Policy of iteration ${report.iteration}, ${report.games} ${report.split} games, T=${report.temperature}: ${options.episodes} episodes (${options.episodes / options.groupSize} games x ${options.groupSize}), ${successes} won, ${turns} turns, seed ${options.seed}`,
    `K = ${options.subBatches} sub-batches of ${options.episodes / options.subBatches} episodes; reference: Monte-Carlo return, gamma ${gamma}; gradient of ${options.weights === 'all' ? 'all weights' : 'the output layer'}; advantages ${options.normalize ? 'normalised within each sub-batch' : 'not normalised'}`,
    `value heads: ${heads.map(({ level, origin, explainedVariance, turns: n }) => `${level} ${origin === 'run' ? 'of the run' : 'refitted on the other half'}, explained variance ${format(explainedVariance)} (held out, n = ${n} turns)`).join('; ')}`,
  ];
  const tables = GRADIENT_LEVELS.flatMap((level) => {
    const reference = report.reference[level];
    if (!reference) return [];
    const rows = [
      ['Monte-Carlo (reference)', ...cells(reference, reference)],
      ...report.estimators.flatMap(({ label, levels }) =>
        levels[level] ? [[label, ...cells(levels[level], reference)]] : [],
      ),
    ];
    return [`${titleOf(level, report, reference)}\n${align([['', ...COLUMNS], ...rows])}`];
  });
  return `${head.join('\n')}\n\n${tables.join('\n\n')}\n\n${NOTES}\n(${report.seconds.toFixed(0)} s)\n`;
}

const NOTES = `var: trace of the covariance of one sub-batch's gradient; bias²: squared distance of its mean from the reference's, noise removed (may be
negative); both in units of ref², the squared norm of the mean reference gradient. x turn GAE: ratio of variances. S/N: squared norm of the
mean / var. cosine: mean over sub-batches to the reference of all others; - turn GAE: difference of cosines; cos of means: between
expectations, noise removed. 95 %: jackknife over the K sub-batches. A: advantages over turns that decide on the level.`;

function titleOf(level: GradientLevel, report: VarianceReport, { signal }: LevelGradient): string {
  const turns = level === 'all' ? report.turns : report.decidedTurns[level];
  const lost = (signal.low ?? 0) <= 0 ? '; its interval reaches 0: more episodes would help' : '';
  return `${level}: n = ${turns} turns, ref² ${format(signal.value)} [${format(signal.low)}, ${format(signal.high)}]${lost}`;
}

function cells(own: LevelGradient, { signal }: LevelGradient): string[] {
  const unit = signal.value !== null && signal.value > 0 ? signal.value : Number.NaN;
  const relative = (x: number | null) => format(x === null ? null : x / unit);
  const { variance, squaredBias, signalToNoise, norm, cosine, cosineOfMeans, againstFlat, advantage } = own;
  return [
    relative(variance.value),
    format(againstFlat.variance.value),
    interval(againstFlat.variance, format),
    relative(squaredBias.value),
    interval(squaredBias, relative),
    format(signalToNoise.value),
    format(norm.value),
    format(cosine.value),
    interval(cosine, format),
    format(againstFlat.cosine.value),
    interval(againstFlat.cosine, format),
    format(cosineOfMeans.value),
    format(advantage?.mean ?? null),
    format(advantage?.deviation ?? null),
    format(advantage?.correlation ?? null),
  ];
}

function interval({ low, high }: IntervalEstimate, write: (x: number | null) => string): string {
  return `[${write(low)}, ${write(high)}]`;
}

function format(x: number | null): string {
  if (x === null || Number.isNaN(x)) return '—';
  return Math.abs(x) >= 1000 || (x !== 0 && Math.abs(x) < 0.001)
    ? x.toExponential(1)
    : String(+x.toPrecision(3));
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] as number) : text.padStart(widths[column] as number),
        )
        .join('  '),
    )
    .join('\n');
}
