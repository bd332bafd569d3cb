import { z } from 'zod';
import { typedLine, typedText } from '../text.ts';
import { field, integer } from './field.ts';

const GROUP = { group: 'Environment' } as const;
const line = (longest: number, value = '') => typedLine(longest).default(value);

/** An environment on another server (environment: remote). */
export const remoteSchemas = {
  remoteServer: field(
    line(300),
    'Address of the environment server, such as http://127.0.0.1:8000; it speaks OpenEnv’s reset, step and state (remote).',
    { title: 'Server', ...GROUP },
  ),
  remoteTransport: field(
    z.enum(['websocket', 'http']).default('websocket'),
    'websocket keeps one connection an episode, at /ws; http posts to /reset and /step, for servers that tell episodes apart by episode_id (OpenEnv’s own starts anew at every post).',
    { title: 'Transport', ...GROUP },
  ),
  remoteTask: field(
    line(2000),
    'What the agent has to do, in a sentence; the server does not say (remote).',
    {
      title: 'Task',
      ...GROUP,
    },
  ),
  remoteObservation: field(
    typedText(2000).default(''),
    'How an observation becomes text: words, and paths into it in braces, such as {board}; empty writes every field on a line (remote).',
    { title: 'Observation', ...GROUP },
  ),
  remoteCommands: field(
    line(2000),
    'What the agent can do: a list such as up | down, or in braces the path of the list in the observation, such as {legal_moves}; empty lets it write freely (remote).',
    { title: 'Commands', ...GROUP },
  ),
  remoteAction: field(
    line(2000, '{"message": "{action}"}'),
    'How a command becomes an action: a JSON object with "{action}" where the command goes, or "{number}" for it as a number (remote).',
    { title: 'Action', ...GROUP },
  ),
  remoteSubgoals: field(
    line(2000, 'look around | get on | finish'),
    'What the high level chooses from, as a list; free decoding writes its own (remote).',
    { title: 'Sub-goals', ...GROUP },
  ),
  remoteWon: field(
    line(200),
    'Path in the observation that tells of success, such as {solved}; empty: an episode that ends by itself with a positive last reward is won (remote).',
    { title: 'Success', ...GROUP, advanced: true },
  ),
  remoteTruncated: field(
    line(200),
    'Path in the observation that tells that an episode which is done was only cut off; empty: none is but by the step limit (remote).',
    { title: 'Cut off', ...GROUP, advanced: true },
  ),
  remoteSessions: field(
    integer(1, 256).default(8),
    'Episodes that play at once; OpenEnv’s servers refuse more than their MAX_CONCURRENT_ENVS (remote).',
    { title: 'Sessions', ...GROUP, unit: 'episodes', advanced: true },
  ),
  remoteTimeout: field(
    z.number().min(0.1).max(600).default(30),
    'An answer that takes longer breaks its episode (remote).',
    { title: 'Time-out', ...GROUP, unit: 'seconds', advanced: true },
  ),
  remoteRetries: field(
    integer(0, 10).default(3),
    'A beginning that fails is tried again so often, after 0.25, 0.5, 1, … seconds; a step never is, it might count twice (remote).',
    { title: 'Retries', ...GROUP, advanced: true },
  ),
};
