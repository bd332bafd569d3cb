import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadWheel } from '../../../server/gpu/download-wheel.ts';
import type { Wheel } from '../../../server/gpu/parts.ts';
import { findWheel, packageIndex } from '../../../server/gpu/wheel-index.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 31) % 251));
const WHEEL: Wheel = {
  project: 'example',
  version: '1.0',
  file: 'example-1.0-py3-none-any.whl',
  bytes: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
};

/** An index as it is asked by `Accept`, and a file server that hangs up after `cutAt` bytes, once. */
let server: Server;
let base: string;
let asked: string[] = [];
let cutAt: number | null = null;
let kind: 'json' | 'html' = 'json';
let content = CONTENT;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    asked.push(`${request.url} ${range ?? ''} ${authorization ?? ''}`.trim());
    if (request.url === '/simple/example/') {
      const url = `../../files/${WHEEL.file}`;
      response.setHeader(
        'content-type',
        kind === 'json' ? 'application/vnd.pypi.simple.v1+json' : 'text/html',
      );
      response.end(
        kind === 'json'
          ? JSON.stringify({ files: [{ filename: WHEEL.file, url }] })
          : `<a href="${url}#sha256=${WHEEL.sha256}">${WHEEL.file}</a>`,
      );
    } else if (request.url?.startsWith('/files/')) {
      const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      response.writeHead(range ? 206 : 200, { 'content-length': content.length - start });
      if (cutAt === null) response.end(content.subarray(start));
      else response.write(content.subarray(start, cutAt), () => response.destroy());
      cutAt = null;
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

beforeEach(() => {
  asked = [];
  cutAt = null;
  kind = 'json';
  content = CONTENT;
});

const bring = (folder: string, wheel = WHEEL) =>
  downloadWheel(
    wheel,
    folder,
    { index: packageIndex({ PIP_INDEX_URL: `${base}/simple/` }), pauseMs: 1 },
    () => {},
  );

describe('a wheel', () => {
  it.each(['json', 'html'] as const)('is found in an index of %s and brought', async (form) => {
    kind = form;
    expect(readFileSync(await bring(temporaryFolder('wheel'))).equals(CONTENT)).toBe(true);
  });

  it('goes on where the line broke', async () => {
    cutAt = 40_000;
    expect(readFileSync(await bring(temporaryFolder('wheel'))).equals(CONTENT)).toBe(true);
    expect(asked.at(-1)).toMatch(/ bytes=[1-9]\d*-$/);
  });

  it('goes on where an earlier process was stopped', async () => {
    const folder = temporaryFolder('wheel');
    writeFileSync(join(folder, `${WHEEL.file}.part`), CONTENT.subarray(0, 70_000));
    expect(readFileSync(await bring(folder)).equals(CONTENT)).toBe(true);
    expect(asked.at(-1)).toMatch(/ bytes=70000-$/);
  });

  it('is refused with another hash, and nothing of it stays', async () => {
    content = Buffer.from(CONTENT).fill(0, 5, 6);
    const folder = temporaryFolder('wheel');
    await expect(bring(folder)).rejects.toMatchObject({ code: 'bad-file' });
    content = CONTENT;
    expect(readFileSync(await bring(folder)).equals(CONTENT)).toBe(true);
  });

  it('that is always longer than it should be is given up', async () => {
    content = Buffer.concat([CONTENT, CONTENT]);
    await expect(bring(temporaryFolder('wheel'))).rejects.toThrow(/longer than it should be/);
  });

  it('that an index does not list is named', async () => {
    const other = { ...WHEEL, file: 'example-2.0-py3-none-any.whl' };
    await expect(bring(temporaryFolder('wheel'), other)).rejects.toThrow(/does not list example-2\.0/);
  });
});

describe('an index', () => {
  it('gets the password in its address, which the server of its files does not', async () => {
    const login = base.replace('http://', 'http://me:se%40cret@');
    await findWheel(WHEEL, packageIndex({ PIP_INDEX_URL: `${login}/simple` }));
    expect(asked).toEqual([`/simple/example/  Basic ${Buffer.from('me:se@cret').toString('base64')}`]);
  });

  it('is refused where it is no address, by the name of the variable', () => {
    expect(() => packageIndex({ PIP_INDEX_URL: 'pypi' })).toThrow(/PIP_INDEX_URL/);
  });
});
