import { joinTokens } from '../../model/token-ids.ts';
import type { DecisionRow } from '../play/decision-row.ts';
import type { Episode, PlayedTurn } from '../play/episodes.ts';

/**
 * The sequences to learn from: turns that go on from one another are one row, which holds their very decisions, so that advantages
 * written into the turns stand in the rows. With rebuilt prompts every turn is a row of its own.
 */
export function sequencesOf(episodes: readonly Episode[]): DecisionRow[] {
  return episodes.flatMap(({ turns }) => conversationsOf(turns).map(joinTurns));
}

function conversationsOf(turns: readonly PlayedTurn[]): PlayedTurn[][] {
  const conversations: PlayedTurn[][] = [];
  for (const turn of turns) {
    if (turn.offset === 0) conversations.push([turn]);
    else conversations.at(-1)?.push(turn);
  }
  return conversations;
}

function joinTurns(turns: readonly PlayedTurn[]): DecisionRow {
  const [only] = turns;
  if (turns.length === 1 && only) return only;
  const values = turns.flatMap((turn) => turn.values ?? []);
  return {
    tokens: joinTokens(turns.map(({ tokens }) => tokens)),
    decisions: turns.flatMap(({ decisions }) => decisions),
    turns: turns.length,
    ...(values.length > 0 && { values }),
    ...(turns.every(({ frozen }) => frozen) && { frozen: turns.flatMap(({ frozen = [] }) => frozen) }),
  };
}
