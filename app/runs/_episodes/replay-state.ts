'use client';
import { parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useEffect, useState } from 'react';
import { TOKEN_COLORS } from './token-shades.ts';

/** What the page of an episode shows, in its URL; the turn one is on is the part behind `#`. */
const replayParsers = {
  /** Null: by advantage where there are any, else by probability. */
  color: parseAsStringLiteral(TOKEN_COLORS),
  /** Whether the tokens of responses are shown. */
  tokens: parseAsBoolean.withDefault(true),
  /** Another episode of the game to read beside it. */
  with: parseAsString,
};

export function useReplayView() {
  return useQueryStates(replayParsers, { history: 'replace', throttleMs: 150 });
}

/** Place among the turns that `#turn-12` names; null for no such address. */
function readTurn(): number | null {
  const match = /^#turn-(\d{1,6})$/.exec(window.location.hash);
  return match ? Math.max(0, Number(match[1]) - 1) : null;
}

/**
 * The turn one is on, kept behind the `#` of the address. `jump` counts how often somebody asked to see it: the page scrolls then,
 * also to the turn it is on already.
 */
export function useTurn(count: number): { place: number; jump: number; goTo: (place: number) => void } {
  const [state, setState] = useState({ place: 0, jump: 0 });
  useEffect(() => {
    const follow = () => {
      const place = readTurn();
      if (place !== null) setState(({ jump }) => ({ place, jump: jump + 1 }));
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  const last = Math.max(0, count - 1);
  return {
    place: Math.min(state.place, last),
    jump: state.jump,
    goTo: (wanted) => {
      const place = Math.min(last, Math.max(0, wanted));
      window.history.replaceState(window.history.state, '', `#turn-${place + 1}`);
      setState(({ jump }) => ({ place, jump: jump + 1 }));
    },
  };
}
