import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Larger files are kept by LFS, as the hub does: hashed by SHA-256, and handed out by another host. */
const LFS_FROM = 15_000;
const XET = 'application/vnd.xet-fileinfo+json';

export interface Request {
  path: string;
  range: string | undefined;
  authorization: string | undefined;
  /** Whether it went to the host that keeps large files. */
  isStorage: boolean;
}

/**
 * A hub on this machine that speaks what the hub's library asks for: model info, the tree of a revision, files with ranges,
 * large ones also by a redirect to another origin.
 */
export class LocalHub {
  /** `ORG/NAME` to its files. */
  readonly models = new Map<string, Map<string, Buffer>>();
  revision = 'a'.repeat(40);
  /** Whether it offers large files by the hub's own protocol for chunks too, as the hub does and mirrors do not. */
  hasXet = true;
  /** Bytes after which the storage breaks the next answers off, one number an answer. */
  readonly breaks: number[] = [];
  /** Whether the storage answers at all, and whether it does after the last of the breaks. */
  storage = true;
  endsWithBreaks = false;
  /** Answers everything with this status, or only files. */
  refuseAll: number | null = null;
  refuseFiles: number | null = null;
  /** Size that the tree claims for a file. */
  readonly claimedBytes = new Map<string, number>();
  /** Files whose first byte arrives flipped. */
  readonly tampered = new Set<string>();
  readonly requests: Request[] = [];
  readonly #servers: Server[] = [];
  #storageUrl = '';
  url = '';

  static async open(): Promise<LocalHub> {
    const hub = new LocalHub();
    hub.url = await hub.#listen((request, response) => hub.#answer(request, response));
    // Another port is another origin: a token must not follow there.
    hub.#storageUrl = await hub.#listen((request, response) => hub.#answerStorage(request, response));
    return hub;
  }

  addFolder(name: string, folder: string, more: Record<string, string> = {}): void {
    const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))] as const);
    const added = Object.entries(more).map(([file, text]) => [file, Buffer.from(text)] as const);
    this.models.set(name, new Map([...files, ...added]));
  }

  /** What was asked of the storage, but for the first bytes that tell a size. */
  get downloads(): Request[] {
    return this.requests.filter(({ isStorage, range }) => isStorage && range !== 'bytes=0-0');
  }

  close(): void {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async #listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(answer);
    this.#servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #log({ url = '', headers }: IncomingMessage, isStorage: boolean): URL {
    const { range, authorization } = headers;
    const at = new URL(url, 'http://hub');
    this.requests.push({ path: at.pathname, range, authorization, isStorage });
    return at;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = this.#log(request, false);
    const info = /^\/api\/models\/(.+)\/revision\/HEAD$/.exec(pathname);
    const tree = /^\/api\/models\/(.+)\/tree\/([^/]+)$/.exec(pathname);
    const file = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname);
    const name = (info ?? tree ?? file)?.[1] ?? '';
    const files = this.models.get(name);
    const refused = this.refuseAll ?? (file ? this.refuseFiles : null) ?? (files ? null : 404);
    if (refused !== null || !files) json(response, refused ?? 404, { error: 'Repository not found' });
    else if (info) json(response, 200, { _id: '1', id: name, sha: this.revision, gated: false });
    else if ((tree ?? file)?.[2] !== this.revision) json(response, 404, { error: 'Invalid rev id' });
    else if (tree) json(response, 200, this.#entriesOf(files));
    else this.#answerFile(request, response, name, file?.[3] ?? '');
  }

  #answerFile(request: IncomingMessage, response: ServerResponse, name: string, path: string): void {
    const content = this.models.get(name)?.get(path);
    if (!content) {
      response.setHeader('X-Error-Code', 'EntryNotFound');
      json(response, 404, { error: 'Entry not found' });
    } else if (content.length < LFS_FROM) {
      this.#send(request, response, path, content, `"${gitHash(content)}"`);
    } else {
      response.setHeader('X-Linked-Size', content.length);
      response.setHeader('X-Linked-ETag', `"${sha256(content)}"`);
      if (this.hasXet && request.headers.accept?.includes(XET)) this.#offerXet(response, path);
      else response.writeHead(302, { Location: `${this.#storageUrl}/${name}/${path}` }).end();
    }
  }

  #offerXet(response: ServerResponse, path: string): void {
    const link = (rel: string) => `<${this.url}/xet/${rel}/${path}>; rel="${rel}"`;
    response.setHeader('Content-Type', XET);
    response.setHeader('X-Xet-Hash', '1'.repeat(64));
    response.setHeader('Link', [link('xet-auth'), link('xet-reconstruction-info')].join(', '));
    response.end('{}');
  }

  #entriesOf(files: Map<string, Buffer>): object[] {
    const entries = Array.from(files, ([path, content]) => {
      const size = this.claimedBytes.get(path) ?? content.length;
      if (content.length < LFS_FROM) return { type: 'file', oid: gitHash(content), size, path };
      const lfs = { oid: sha256(content), size, pointerSize: 134 };
      return { type: 'file', oid: '0'.repeat(40), size, path, lfs };
    });
    return [{ type: 'directory', oid: '0'.repeat(40), size: 0, path: 'onnx' }, ...entries];
  }

  #answerStorage(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = this.#log(request, true);
    const [, org, model, path = ''] = pathname.split('/');
    const content = this.models.get(`${org}/${model}`)?.get(path);
    if (!content || !this.storage) response.destroy();
    else this.#send(request, response, path, content, `"${sha256(content)}"`);
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    content: Buffer,
    etag: string,
  ): void {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from ?? 0);
    const end = to ? Math.min(Number(to) + 1, content.length) : content.length;
    const bytes = Buffer.from(content.subarray(start, end));
    if (start === 0 && this.tampered.has(path)) bytes[0] = (bytes[0] ?? 0) ^ 1;
    response.writeHead(from === undefined ? 200 : 206, {
      ETag: etag,
      'Content-Length': bytes.length,
      ...(from === undefined ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${content.length}` }),
    });
    const isProbe = request.headers.range === 'bytes=0-0';
    const cut = isProbe || content.length < LFS_FROM ? undefined : this.breaks.shift();
    if (cut === undefined) {
      response.end(bytes);
      return;
    }
    if (this.endsWithBreaks && this.breaks.length === 0) this.storage = false;
    // Closed, not reset: what was sent arrives.
    response.flushHeaders();
    if (cut === 0) response.socket?.end();
    else response.write(bytes.subarray(0, cut), () => response.socket?.end());
  }
}

function json(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content));
}

function gitHash(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
