import { createHash } from 'node:crypto';
import { AppError } from '../../../contract/error.ts';
import type { Dialect } from './game.ts';

/** md5 of a release's domain and of its grammar without the task line → the dialect that plays it. */
const KNOWN_LOGIC: Record<string, Dialect> = {
  '574a98ddcfd0745755a35fbd9d73a583 22484bbbde22d22c2743efc93ccae18b': '2.1.3',
  'e9f0f8b0c43ab77f7eab54b826b21243 bbfa9935555ead76a26fbc7fc50d9410': '2.1.1',
  // The repository's own logic (alfworld-generate 0.5.0) differs in bytes and plays the same.
  '8dce276defba646f48ea00dc0c5202e7 f9f6f01f6db3ebb5e06595cb42276120': '2.1.3',
};

/**
 * Recognises the rules a game file was made for. The simulator is hand-written for these, so a file with other rules
 * must not be played by it.
 * @throws AppError `unsupported` naming `file` and both hashes.
 */
export function recogniseLogic(domain: string, grammar: string, file: string): Dialect {
  const rules = grammar.split('\n').filter((line) => !line.includes('Your task is to: '));
  const hashes = [md5(domain), md5(rules.join('\n'))];
  const dialect = KNOWN_LOGIC[hashes.join(' ')];
  if (dialect) return dialect;
  throw new AppError(
    'unsupported',
    `${file} was made for game rules this simulator does not know (domain md5 ${hashes[0]}, grammar md5 ${hashes[1]}). ` +
      'Use the files of ALFWorld data release 2.1.1, 2.1.2 or 2.1.3.',
  );
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
