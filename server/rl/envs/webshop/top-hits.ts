/** The best documents seen so far: higher scores first, and of equal scores the smaller rank. A heap, worst on top. */
export class TopHits {
  private readonly ranks: Uint32Array;
  private readonly scores: Float32Array;
  private count = 0;
  /** Score of the worst kept document once all places are taken, before that -1. */
  private threshold = -1;

  constructor(capacity: number) {
    this.ranks = new Uint32Array(capacity);
    this.scores = new Float32Array(capacity);
  }

  /** Whether a document of that score may still be kept: on a tie its rank decides. */
  couldEnter(score: number): boolean {
    return score >= this.threshold;
  }

  offer(rank: number, score: number): void {
    if (this.count < this.scores.length) this.siftUp(this.count++, rank, score);
    else if (this.isWorse(score, rank, 0)) return;
    else this.siftDown(rank, score);
    if (this.count === this.scores.length) this.threshold = this.scores[0]!;
  }

  /** What is kept, best first. */
  sorted(): { rank: number; score: number }[] {
    const kept = Array.from({ length: this.count }, (_, i) => ({
      rank: this.ranks[i]!,
      score: this.scores[i]!,
    }));
    return kept.sort((a, b) => b.score - a.score || a.rank - b.rank);
  }

  private isWorse(score: number, rank: number, i: number): boolean {
    return score < this.scores[i]! || (score === this.scores[i]! && rank > this.ranks[i]!);
  }

  private put(i: number, rank: number, score: number): void {
    this.ranks[i] = rank;
    this.scores[i] = score;
  }

  private siftUp(from: number, rank: number, score: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      if (!this.isWorse(score, rank, parent)) break;
      this.put(i, this.ranks[parent]!, this.scores[parent]!);
      i = parent;
    }
    this.put(i, rank, score);
  }

  private siftDown(rank: number, score: number): void {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.count) break;
      if (child + 1 < this.count && this.isWorse(this.scores[child + 1]!, this.ranks[child + 1]!, child))
        child++;
      if (this.isWorse(score, rank, child)) break;
      this.put(i, this.ranks[child]!, this.scores[child]!);
      i = child;
    }
    this.put(i, rank, score);
  }
}
