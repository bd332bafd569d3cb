import { describe, expect, it } from 'vitest';
import { addressProblem, listOf, requireAllowed } from '../../../server/contract/remote.ts';
import { parseRunConfig } from '../../../server/contract/run-config.ts';

const REMOTE = { environment: 'remote', model: 'any', remoteServer: 'http://127.0.0.1:8000' };

describe('the config of an environment elsewhere', () => {
  it('takes a language model and no warm start by itself', () => {
    expect(parseRunConfig(REMOTE)).toMatchObject({
      policy: 'pretrained',
      context: 'dialogue',
      warmStartEpisodes: 0,
      taskTypes: ['remote'],
    });
  });

  it.each([
    [{ remoteServer: '' }, /remoteServer: needs the address/],
    [{ remoteServer: 'file:///etc/passwd' }, /remoteServer: needs the address/],
    [{ remoteServer: 'http://me:secret@lab.example' }, /remoteServer: must not hold a user name/],
    [{ remoteServer: 'http://lab.example/?a=1' }, /remoteServer: must end with the server’s path/],
    [{ remoteAction: '{"move": 1}' }, /remoteAction: needs "\{action\}"/],
    [{ remoteAction: '["{action}"]' }, /remoteAction: must be a JSON object/],
    [{ remoteAction: '{"move": "{action}"' }, /remoteAction: must be a JSON object/],
    [{ remoteSubgoals: ' | ' }, /remoteSubgoals: needs one text or more/],
    [{ remoteWon: 'solved' }, /remoteWon: must be one path in braces/],
    [{ policy: 'nano', model: '' }, /policy: the small policy has no words for Another server/],
    [{ warmStartEpisodes: 8 }, /warmStartEpisodes: Another server has no expert/],
    [{ taskTypes: ['room_6x6_1_box'] }, /taskTypes: room_6x6_1_box is none of Another server’s: remote/],
    [{ environment: 'chess' }, /environment: .*"sokoban"/],
  ])('says what is wrong with %j', (changes, message) => {
    expect(() => parseRunConfig({ ...REMOTE, ...changes })).toThrow(message);
  });

  it('reads lists, without repetitions', () => {
    expect(listOf(' up | down |up|')).toEqual(['up', 'down']);
    expect(addressProblem('wss://lab.example:8443/env')).toBeNull();
  });
});

describe('servers that may be called', () => {
  it.each([
    ['http://localhost:8000', null],
    ['http://env.example:8000', ['env.example']],
    ['http://env.example:8000', ['env.example:8000']],
  ])('let %s through where %j are', (address, allowed) => {
    expect(() => requireAllowed(address, allowed)).not.toThrow();
  });

  it.each([
    ['http://169.254.169.254', []],
    ['http://env.example:22', ['env.example:8000']],
    ['http://2130706433', ['env.example']],
    ['http://env.example.evil', ['env.example']],
  ])('refuse %s where %j are', (address, allowed) => {
    expect(() => requireAllowed(address, allowed)).toThrow(/remoteServer: .* HIPER_REMOTE_HOSTS/);
  });
});
