import WebSocket from 'ws';
import type { AppError } from '../../../contract/error.ts';
import { type Answer, fault, readFrame } from './answer.ts';
import { LONGEST_ANSWER_BYTES, type Session } from './session.ts';

interface Waiting {
  request: string;
  resolve(message: string): void;
  reject(error: AppError): void;
}

/** An episode as one connection to `/ws`, where the server keeps an environment for it. */
export class WebSocketSession implements Session {
  readonly #server: string;
  readonly #timeoutMs: number;
  readonly #socket: WebSocket;
  #steps = 0;
  #waiting: Waiting | null = null;
  #ended: AppError | null = null;

  constructor(server: string, timeoutMs: number) {
    this.#server = server.replace(/\/+$/, '');
    this.#timeoutMs = timeoutMs;
    this.#socket = new WebSocket(`${this.#server.replace(/^http/, 'ws')}/ws`, {
      handshakeTimeout: timeoutMs,
      maxPayload: LONGEST_ANSWER_BYTES,
    });
    this.#socket.on('open', () => this.#waiting && this.#socket.send(this.#waiting.request));
    this.#socket.on('message', (data) => this.#waiting?.resolve(String(data)));
    this.#socket.on('error', ({ message }) => this.#end(`failed: ${message}`));
    this.#socket.on('unexpected-response', (_, { statusCode }) =>
      this.#end(
        `has no WebSocket at /ws (status ${statusCode}): is it OpenEnv 0.2 or later? One that takes posts only needs remoteTransport http`,
      ),
    );
    this.#socket.on('close', (code) => this.#end(`closed the connection (code ${code})`));
  }

  reset(seed: number): Promise<Answer> {
    return this.#ask('reset', { type: 'reset', data: { seed } });
  }

  step(action: object): Promise<Answer> {
    return this.#ask(`step ${++this.#steps}`, { type: 'step', data: action });
  }

  close(): void {
    this.#ended ??= fault(this.#server, 'was left');
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send('{"type":"close"}');
    this.#socket.close();
    // A server that does not say good-bye must not keep the connection.
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }

  async #ask(name: string, message: object): Promise<Answer> {
    if (this.#ended) throw this.#ended;
    const text = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(
        () =>
          this.#waiting?.reject(
            fault(this.#server, `did not answer ${name} within ${this.#timeoutMs / 1000} s`),
          ),
        this.#timeoutMs,
      );
      const settle = () => {
        clearTimeout(timer);
        this.#waiting = null;
      };
      this.#waiting = {
        request: JSON.stringify(message),
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(this.#waiting.request);
    });
    return readFrame(this.#server, name, text);
  }

  /** Nothing more will come; the first reason counts. */
  #end(what: string): void {
    this.#ended ??= fault(this.#server, what);
    this.#waiting?.reject(this.#ended);
  }
}
