/** The best documents seen so far: higher scores first, and of equal scores the smaller number. A heap, worst on top. */
export class TopHits {
  private readonly documents: Uint32Array;
  private readonly scores: Float32Array;
  private count = 0;
  /** Score of the worst kept document once all places are taken, before that -1. */
  threshold = -1;

  constructor(capacity: number) {
    this.documents = new Uint32Array(capacity);
    this.scores = new Float32Array(capacity);
  }

  /** Whether a document would be kept if its score were `score`. */
  couldEnter(score: number, document: number): boolean {
    return score > this.threshold || (score === this.threshold && document < this.documents[0]!);
  }

  offer(document: number, score: number): void {
    if (!this.couldEnter(score, document)) return;
    if (this.count < this.scores.length) this.siftUp(this.count++, document, score);
    else this.siftDown(document, score);
    if (this.count === this.scores.length) this.threshold = this.scores[0]!;
  }

  /** What is kept, best first. */
  sorted(): { document: number; score: number }[] {
    const kept = Array.from({ length: this.count }, (_, i) => ({
      document: this.documents[i]!,
      score: this.scores[i]!,
    }));
    return kept.sort((a, b) => b.score - a.score || a.document - b.document);
  }

  private isWorse(score: number, document: number, i: number): boolean {
    return score < this.scores[i]! || (score === this.scores[i]! && document > this.documents[i]!);
  }

  private put(i: number, document: number, score: number): void {
    this.documents[i] = document;
    this.scores[i] = score;
  }

  private siftUp(from: number, document: number, score: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      if (!this.isWorse(score, document, parent)) break;
      this.put(i, this.documents[parent]!, this.scores[parent]!);
      i = parent;
    }
    this.put(i, document, score);
  }

  private siftDown(document: number, score: number): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && this.isWorse(this.scores[child + 1]!, this.documents[child + 1]!, child))
        child++;
      if (this.isWorse(score, document, child)) break;
      this.put(i, this.documents[child]!, this.scores[child]!);
      i = child;
    }
    this.put(i, document, score);
  }
}
