import type { EpisodeTokens } from '../../../server/contract/episode.ts';
import { formatValue } from '../../_charts/format.ts';
import { LEVEL_STYLES } from '../../_charts/level-styles.ts';
import { type Shading, shadeOf, tokenValue } from './token-shades.ts';

/**
 * The tokens of a response, those that were drawn coloured, with the number; the line under a token is its level's. Forced ones
 * are plain.
 */
export function TurnTokens({ tokens, shading }: { tokens: EpisodeTokens; shading: Shading }) {
  return (
    <ol
      aria-label="Tokens of the response"
      className="flex flex-wrap gap-x-0.5 gap-y-1 font-mono text-[0.86rem]"
    >
      {tokens.text.map((text, index) => {
        const value = tokenValue(tokens, index, shading.kind);
        const level = tokens.level[index] ?? null;
        const number = value === null ? '' : formatValue(value, 'reward');
        return (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: a response does not change
            key={index}
            title={describeToken(tokens, index)}
            className="flex max-w-full min-w-4 flex-col items-center rounded-sm px-0.5"
            style={{ background: shadeOf(shading, value) }}
          >
            <span
              className="border-b-2 wrap-anywhere whitespace-pre-wrap"
              style={{ borderColor: level ? LEVEL_STYLES[level].color : 'transparent' }}
            >
              {visible(text)}
            </span>
            <span className="text-[0.72rem] leading-tight">{number}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** Whether a response is known as a text only, without its tokens: that of a model behind an endpoint. */
export function isWhole({ level, logProbability }: EpisodeTokens): boolean {
  return level.length === 1 && level[0] === null && logProbability[0] === null;
}

/** White space that would not be seen. */
function visible(text: string): string {
  return text.replaceAll('\n', '↵').replaceAll('\t', '⇥').replace(/^ | $/g, '·') || '∅';
}

function describeToken(tokens: EpisodeTokens, index: number): string {
  const level = tokens.level[index];
  if (!level) return 'of no level: nothing trains it';
  const { label } = LEVEL_STYLES[level];
  const logProbability = tokens.logProbability[index] ?? null;
  if (logProbability === null) return `${label}, forced`;
  const said = [label, `probability ${formatValue(Math.exp(logProbability), 'reward')}`];
  said.push(`entropy ${formatValue(tokens.entropy[index], 'reward')} nats`);
  const advantage = tokens.advantage[index] ?? null;
  if (advantage !== null) said.push(`advantage ${formatValue(advantage, 'reward')}`);
  const divergence = tokens.divergence?.[index] ?? null;
  if (divergence !== null) said.push(`divergence from the teacher ${formatValue(divergence, 'reward')} nats`);
  return said.join(', ');
}
