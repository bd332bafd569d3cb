import { describe, expect, test } from 'vitest';
import {
  buildMasks,
  findValuePositions,
  projectFlat,
  projectPlanExecute,
} from '../../../../server/rl/agent/reference-format.ts';

const good = '<switch>SWITCH</switch><subgoal> Find a Mug </subgoal><action>Go To desk 1</action>';

describe('environment projection', () => {
  test('lower-cases the action only', () => {
    expect(projectPlanExecute(good, 'alfworld')).toEqual({
      action: 'go to desk 1',
      subgoal: 'Find a Mug',
      switch: 'SWITCH',
      valid: true,
    });
  });

  test('without an action the end of the text is sent and nothing else is read', () => {
    const text = good.replace('</action>', '');
    const nothing = { subgoal: '', switch: '', valid: false };
    expect(projectPlanExecute(text, 'alfworld')).toEqual({
      action: text.toLowerCase().slice(-30),
      ...nothing,
    });
    expect(projectPlanExecute(text, 'webshop')).toEqual({
      action: text.toLowerCase().slice(-20),
      ...nothing,
    });
  });

  test('the end of the text is counted in characters, not UTF-16 units', () => {
    expect(projectPlanExecute('\u{1f600}'.repeat(40), 'webshop').action).toBe('\u{1f600}'.repeat(20));
  });

  test('an unknown switch word is invalid; dialects differ in what they remember', () => {
    const text = good.replace('SWITCH<', 'MAYBE<');
    expect(projectPlanExecute(text, 'alfworld')).toMatchObject({ switch: '', subgoal: '', valid: false });
    expect(projectPlanExecute(text, 'webshop')).toMatchObject({ switch: 'KEEP', subgoal: '', valid: false });
  });

  test('an empty action, and a close tag before its open tag, are valid', () => {
    const keep = '<switch>keep</switch><subgoal>a</subgoal>';
    for (const action of ['<action></action>', '</action>x<action>']) {
      expect(projectPlanExecute(keep + action, 'alfworld')).toMatchObject({
        action: '',
        switch: 'KEEP',
        valid: true,
      });
    }
  });

  test('Chinese characters make a turn invalid', () => {
    expect(projectPlanExecute(`${good}\u627e`, 'alfworld').valid).toBe(false);
  });

  test('flat: both think tags, anywhere', () => {
    expect(projectFlat('<action>look</action><think></think>', 'alfworld')).toEqual({
      action: 'look',
      valid: true,
    });
    expect(projectFlat('<think><action>look</action>', 'webshop')).toEqual({ action: 'look', valid: false });
  });
});

describe('mask builder', () => {
  const pieces = [
    '<switch>',
    'KEEP',
    '</switch>',
    '<subgoal>',
    'x',
    '</subgoal>',
    '<action>',
    'y',
    '</action>',
    '.',
  ];

  test('blocks with and without tags', () => {
    const { withTags, contentOnly, isNewSubgoal } = buildMasks(pieces);
    expect(withTags.switch.join('')).toBe('1110000000');
    expect(withTags.subgoal.join('')).toBe('0001110000');
    expect(withTags.action.join('')).toBe('0000001110');
    expect(contentOnly.action.join('')).toBe('0000000100');
    expect(isNewSubgoal).toBe(false);
  });

  test('any word but KEEP is a switch, though the environment calls it invalid', () => {
    expect(buildMasks(pieces.with(1, 'MAYBE')).isNewSubgoal).toBe(true);
    expect(buildMasks(pieces.with(1, ' keep\n')).isNewSubgoal).toBe(false);
    expect(buildMasks(pieces.with(1, '  ')).isNewSubgoal).toBe(false);
  });

  test('tokens that straddle an edge belong to both blocks', () => {
    const { withTags } = buildMasks([
      '<switch>KE',
      'EP</switch><sub',
      'goal>mug</subgoal><act',
      'ion>look</action>',
    ]);
    expect([withTags.switch.join(''), withTags.subgoal.join(''), withTags.action.join('')]).toEqual([
      '1100',
      '0110',
      '0011',
    ]);
  });

  test('a missing action block trains every token', () => {
    expect(buildMasks(['I', ' go']).withTags.action.join('')).toBe('11');
    expect(buildMasks([]).withTags.action).toHaveLength(0);
  });
});

test('value positions: low behind the sub-goal, else behind the switch, else at the start', () => {
  const pieces = [
    '<switch>',
    'KEEP',
    '</switch>',
    '<subgoal>',
    'x',
    '</subgoal>',
    '<action>',
    'y',
    '</action>',
  ];
  expect(findValuePositions(pieces, false)).toEqual({ low: 6, high: null, switch: 0 });
  expect(findValuePositions(pieces.slice(0, 6), true)).toEqual({ low: 3, high: 0, switch: 0 });
  expect(findValuePositions(pieces.slice(0, 3), true)).toEqual({ low: 0, high: 0, switch: 0 });
  expect(findValuePositions([], true)).toEqual({ low: 0, high: null, switch: null });
});
