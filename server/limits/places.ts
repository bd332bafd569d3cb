/** One kind of place: who or what it belongs to, and how many there are. */
export interface Place {
  key: string;
  most: number;
}

/** Counts what is there at the same time. */
export class Places {
  readonly #counts = new Map<string, number>();

  /** Takes one of each and returns what gives them back; or takes none and returns the kind that is full. */
  take<P extends Place>(places: readonly P[]): { full: P } | { giveBack: () => void } {
    for (const place of places) if ((this.#counts.get(place.key) ?? 0) >= place.most) return { full: place };
    for (const { key } of places) this.#add(key, 1);
    let taken = true;
    return {
      giveBack: () => {
        if (taken) for (const { key } of places) this.#add(key, -1);
        taken = false;
      },
    };
  }

  #add(key: string, change: 1 | -1): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}
