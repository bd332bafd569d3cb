/** How long an answer serves later askers, in milliseconds. */
const KEPT_MS = 1000;

/** One computation for everybody who asks the same at the same time, or within a second after it. */
export class SharedAnswers {
  readonly #answers = new Map<string, Promise<unknown>>();

  /** `key` says everything that `compute` depends on. A failure is told to those who wait and not kept. */
  once<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = compute();
    this.#answers.set(key, answer);
    const forget = () => {
      if (this.#answers.get(key) === answer) this.#answers.delete(key);
    };
    answer.then(() => setTimeout(forget, KEPT_MS).unref(), forget);
    return answer;
  }

  /** What was computed is true no longer: whoever asks from now on gets a new answer. */
  forget(): void {
    this.#answers.clear();
  }
}
