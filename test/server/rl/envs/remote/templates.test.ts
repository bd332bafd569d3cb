import { expect, describe as group, it } from 'vitest';
import { describe, fillAction, readPath } from '../../../../../server/rl/envs/remote/templates.ts';

group('templates of an environment elsewhere', () => {
  const observation = { board: 'x.o', legal: [{ name: 'a' }], turn: 2, none: null };

  it('write an observation by paths, or every field on a line', () => {
    expect(describe(observation, 'Board {board}, then {legal.0.name}{legal.9.name}')).toBe(
      'Board x.o, then a',
    );
    expect(describe(observation, '')).toBe('board: x.o\nlegal: [{"name":"a"}]\nturn: 2');
    expect(describe({}, '')).toBe('(nothing)');
    expect(describe({ text: 'x'.repeat(9000) }, '{text}')).toHaveLength(4002);
  });

  it('do not read what an object only inherits', () => {
    expect(readPath(observation, 'board.length')).toBeUndefined();
    expect(readPath(observation, 'constructor.name')).toBeUndefined();
  });

  it('put a command into an action, whatever is in it', () => {
    const said = 'say "hi" \\ {action} $& 你好';
    const template = '{"tool": "echo", "arguments": {"message": "{action}"}}';
    expect(fillAction(template, said)).toEqual({ tool: 'echo', arguments: { message: said } });
    expect(fillAction('{"text": "go {action}!"}', '$&')).toEqual({ text: 'go $&!' });
    expect(fillAction('{"id": "{number}"}', '3')).toEqual({ id: 3 });
  });
});
