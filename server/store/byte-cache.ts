/** Answers that are dear to make and true for ever under their key, up to so many bytes; the oldest use goes first. */
export class ByteCache<Value> {
  readonly #mostBytes: number;
  readonly #sizeOf: (value: Value) => number;
  /** In order of last use. */
  readonly #entries = new Map<string, { value: Value; bytes: number }>();
  readonly #making = new Map<string, Promise<Value>>();
  #bytes = 0;

  constructor(mostBytes: number, sizeOf: (value: Value) => number) {
    this.#mostBytes = mostBytes;
    this.#sizeOf = sizeOf;
  }

  /** The answer, made once however many ask at the same time. A failure is told to all of them and not kept. */
  async get(key: string, make: () => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const making = this.#making.get(key) ?? this.#make(key, make);
    this.#making.set(key, making);
    return making;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  async #make(key: string, make: () => Promise<Value>): Promise<Value> {
    try {
      const value = await make();
      const bytes = this.#sizeOf(value);
      this.#entries.set(key, { value, bytes });
      this.#bytes += bytes;
      for (const [oldest, entry] of this.#entries) {
        if (this.#bytes <= this.#mostBytes) break;
        this.#entries.delete(oldest);
        this.#bytes -= entry.bytes;
      }
      return value;
    } finally {
      this.#making.delete(key);
    }
  }
}
