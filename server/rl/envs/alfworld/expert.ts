import type { Expert as SpokenExpert } from '../environment.ts';

export const SUBGOAL_VERBS = ['get', 'put', 'clean', 'heat', 'cool', 'use'] as const;
export type SubgoalVerb = (typeof SUBGOAL_VERBS)[number];

/**
 * What a stretch of turns is for. `get mug cabinet`: look for the mug in cabinets and pick it up; `put mug shelf`,
 * `clean mug sinkbasin`, …: carry it there and do it; `use desklamp desk`: find the lamp at desks and switch it on.
 */
export interface Subgoal {
  verb: SubgoalVerb;
  /** The goal's object class, or its lamp class. */
  object: string;
  /** A receptacle class of the room. */
  receptacle: string;
}

/** One turn of a demonstration, as the Plan-Execute agent would play it. */
export interface ExpertTurn {
  /** True on the first turn and whenever the sub-goal differs from the one in force. */
  switched: boolean;
  subgoal: Subgoal;
  /** An admissible command. */
  action: string;
}

/** A player whose sub-goals come in parts; `spokenExpert` says them. */
export interface Expert {
  /** The sub-goal in force. Set it to another player's to have that player's next turn labelled. */
  current: Subgoal | null;
  /** The turn to play now. `admissible`: the commands that do something now, as the environment lists them. */
  act(admissible: readonly string[]): ExpertTurn;
}

export function isSameSubgoal(a: Subgoal | null, b: Subgoal | null): boolean {
  return a?.verb === b?.verb && a?.object === b?.object && a?.receptacle === b?.receptacle;
}

export function subgoalText(subgoal: Subgoal): string {
  return `${subgoal.verb} ${subgoal.object} ${subgoal.receptacle}`;
}

/** The sub-goal that a text is; null for one that is not a known verb, an object and a receptacle. */
export function parseSubgoal(text: string): Subgoal | null {
  const [word, object, receptacle, ...rest] = text.split(' ');
  const verb = SUBGOAL_VERBS.find((known) => known === word);
  return verb && object && receptacle && rest.length === 0 ? { verb, object, receptacle } : null;
}

/** The same player, with its sub-goals as texts. */
export function spokenExpert(expert: Expert): SpokenExpert {
  return {
    act(admissible) {
      const { subgoal, ...turn } = expert.act(admissible);
      return { ...turn, subgoal: subgoalText(subgoal) };
    },
  };
}
