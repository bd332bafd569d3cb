import { formatValue } from '../../_charts/format.ts';
import { Select } from '../../_ui/select.tsx';
import { type Shading, shadeOf, TOKEN_COLORS, type TokenColor } from './token-shades.ts';

const TITLES: Record<TokenColor, string> = {
  advantage: 'Advantage',
  probability: 'Probability',
  entropy: 'Entropy (nats)',
};
const STEPS = 9;

/** What the tokens are coloured by, to choose, with the scale of the colours. */
export function TokenLegend({
  shading,
  onChange,
}: {
  shading: Shading;
  onChange: (kind: TokenColor) => void;
}) {
  const { kind } = shading;
  const most = shading.most ?? 0;
  const least = kind === 'advantage' ? -most : 0;
  const steps = Array.from({ length: STEPS }, (_, step) => least + ((most - least) * step) / (STEPS - 1));
  const nothing =
    kind === 'advantage' ? 'no advantages: nothing was learned from this' : 'no token was drawn';
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Select
        label="Tokens coloured by"
        size="sm"
        value={kind}
        onChange={onChange}
        options={TOKEN_COLORS.map((value) => ({ value, label: TITLES[value] }))}
      />
      {most > 0 ? (
        <span className="inline-flex items-center gap-1.5 text-[0.86rem] text-muted">
          {formatValue(least, 'reward')}
          <span aria-hidden className="inline-flex overflow-hidden rounded border border-line">
            {steps.map((value) => (
              <span key={value} className="h-4 w-3" style={{ background: shadeOf(shading, value) }} />
            ))}
          </span>
          {formatValue(most, 'reward')}
        </span>
      ) : (
        <span className="text-[0.86rem] text-muted">{shading.most === null ? nothing : 'all are 0'}</span>
      )}
    </div>
  );
}
