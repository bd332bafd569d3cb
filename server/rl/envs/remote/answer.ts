import { z } from 'zod';
import { AppError } from '../../../contract/error.ts';
import { cleanText } from '../../../contract/text.ts';

/** What a server answers to reset and step. */
export interface Answer {
  observation: Record<string, unknown>;
  reward: number;
  done: boolean;
}

const answerSchema = z.object({
  observation: z.record(z.string(), z.unknown()),
  reward: z.union([z.number(), z.boolean()]).nullish(),
  done: z.boolean().nullish(),
});
const frameSchema = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
const SHOWN = 400;

/** The error of a server that did not do as it should. */
export function fault(server: string, what: string): AppError {
  return new AppError('remote', `The environment server ${server} ${what}`);
}

/** An answer's body. Throws AppError `remote` that shows it where it is none. */
export function readAnswer(server: string, request: string, body: string): Answer {
  const answer = answerSchema.safeParse(parse(body));
  if (!answer.success)
    throw fault(
      server,
      `answered ${request} with what is no observation of OpenEnv ({"observation": {…}, "reward": …, "done": …}): ${shown(body)}`,
    );
  const { observation, reward, done } = answer.data;
  return { observation, reward: Number(reward ?? 0), done: done ?? false };
}

/** The same of a message of the WebSocket. */
export function readFrame(server: string, request: string, message: string): Answer {
  const frame = frameSchema.safeParse(parse(message));
  if (!frame.success)
    throw fault(server, `answered ${request} with what is no message of OpenEnv: ${shown(message)}`);
  const { type, data } = frame.data;
  const hint = data.code === 'CAPACITY_REACHED' ? '. Lower remoteSessions' : '';
  if (type === 'error') throw fault(server, `refused ${request}: ${shown(JSON.stringify(data))}${hint}`);
  if (type !== 'observation')
    throw fault(server, `answered ${request} with a message of the kind ${shown(type)}, not observation`);
  return readAnswer(server, request, JSON.stringify(data));
}

/** The beginning and end of what a server sent, in one line. */
export function shown(text: string): string {
  return cleanText(text.replace(/\s+/g, ' '), SHOWN);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
