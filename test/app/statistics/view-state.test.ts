import { createLoader } from 'nuqs/server';
import { expect, it } from 'vitest';
import { protocolParsers } from '../../../app/leaderboard/protocol.ts';
import { boardStatisticsHref } from '../../../app/statistics/view-state.ts';
import { protocolOf } from '../../../server/contract/board.ts';
import { makeEvaluation } from '../../evaluation.ts';

it('the address of a board’s statistics holds its whole protocol, also where no list of games was recorded', () => {
  const load = createLoader(protocolParsers);
  for (const gamesHash of ['53c0', undefined]) {
    const protocol = protocolOf(
      { environment: 'alfworld', decoding: 'free' },
      makeEvaluation({ gamesHash, temperature: 0 }),
    );
    const { searchParams } = new URL(boardStatisticsHref(protocol), 'http://localhost');
    expect(load(searchParams)).toEqual(protocol);
  }
});
