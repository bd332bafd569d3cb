import uPlot from 'uplot';

/** A part of an axis. */
export type Range = [number, number];

/** How a plot draws its lines. */
export type LineDrawing = Pick<uPlot.Options, 'series' | 'bands'> & { y: uPlot.Scale };

/** Windows that a picture for moving reaches beyond each side of what is shown. */
const MARGIN = 1;
const DIMMED_ALPHA = 0.2;
/** CSS pixels around it: a dot at the edge reaches beyond. */
const ROOM = 8;

const pictures = new WeakMap<uPlot, LinePicture>();

/** The picture of a plot that `createPlot` made. */
export const pictureOf = (plot: uPlot) => pictures.get(plot)!;

/**
 * The lines of a plot, drawn once on a canvas of their own: to draw them takes most of a frame, to move or dim what is drawn hardly any.
 * While the reader moves along the x axis the picture stands for all lines, while something is pointed at for those that step back, and
 * then for all until the plot changes: who points at one line will point at the next.
 */
export class LinePicture {
  readonly #plot: uPlot;
  readonly #drawing: () => LineDrawing;
  /** Asks for {@link dim} or {@link rest} again: the plot has changed since. */
  readonly #emphasize: () => void;
  /** A plot without axes, on no page. */
  #drawn: uPlot | null = null;
  /** What of the plot it was drawn for. */
  #drawnFor: readonly unknown[] = [];
  #state: 'none' | 'moving' | 'dimmed' | 'still' = 'none';
  #shown: Range | null = null;
  /** What the page said was shown, when it was moved. */
  #zoom: readonly [number, number] | null = null;

  constructor(plot: uPlot, drawing: () => LineDrawing, emphasize: () => void) {
    this.#plot = plot;
    this.#drawing = drawing;
    this.#emphasize = emphasize;
    pictures.set(plot, this);
  }

  get isMoving(): boolean {
    return this.#state === 'moving';
  }

  /** Whether a line of such a width, or a band, is seen in the picture alone. */
  standsInFor(width?: number): boolean {
    return this.isMoving || (this.#state !== 'none' && width === 0);
  }

  /** The shown part of the x axis where the reader has moved it, until the page says another. */
  rangeOver(zoom: readonly [number, number] | null): Range | null {
    if (!this.isMoving && zoom !== this.#zoom) this.#shown = null;
    return this.#shown;
  }

  /** While it moves, the y axis fits all that the picture reaches: it would jump with every frame otherwise. */
  get yRange(): Range | null {
    const { min, max } = (this.isMoving && this.#drawn?.scales.y) || {};
    return min === undefined || max === undefined ? null : [min, max];
  }

  /** Shows another part of the x axis in place of `zoom`. */
  move([from, to]: Range, zoom: readonly [number, number] | null): void {
    const { min = 0, max = 0 } = this.#drawn?.scales.x ?? {};
    if (!this.isMoving || this.#drawn?.data !== this.#plot.data || from < min || to > max) {
      const margin = MARGIN * (to - from);
      this.#take([from - margin, to + margin], 1 + 2 * MARGIN, this.#drawing());
    }
    this.#state = 'moving';
    this.#shown = [from, to];
    this.#zoom = zoom;
    this.#plot.redraw(true);
  }

  /** Lines step back but for those that the plot draws itself; the next frame of the plot shows it. */
  dim(): void {
    if (this.isMoving) return;
    if (this.keep()) {
      this.#state = 'dimmed';
      return;
    }
    const { min: low = 0, max: high = 1 } = this.#plot.scales.y!;
    const { min: from = 0, max: to = 1 } = this.#plot.scales.x!;
    const { y, series } = this.#drawing();
    this.#take([from, to], 1, { y: { ...y, range: () => [low, high] }, series });
    this.#state = 'dimmed';
  }

  /** All lines as they are, where what has been dimmed still shows them: true, and then the plot draws none. */
  keep(): boolean {
    if (this.isMoving || this.#state === 'none' || this.#isStale()) return false;
    this.#state = 'still';
    return true;
  }

  /** The plot draws its lines itself again, in its next frame; after a move where that ended, or with null where it began. */
  rest(shown: Range | null = this.#shown): void {
    const { isMoving } = this;
    this.#state = 'none';
    this.#drawn = null;
    this.#shown = shown;
    if (!isMoving) return;
    this.#plot.redraw(true);
    this.#emphasize();
  }

  /** Into the plot, between its bands and its lines. */
  draw(): void {
    // Nothing can be taken from a canvas without an extent.
    if (!this.#drawn?.ctx.canvas.width || !this.#drawn.ctx.canvas.height) return;
    if (!this.isMoving && this.#isStale()) {
      // Before the frame is shown.
      queueMicrotask(this.#emphasize);
      return;
    }
    const { ctx, bbox, scales } = this.#plot;
    const { left, top, width, height } = bbox;
    const { min, max } = scales.x!;
    const from = Math.round(((min! - this.#drawn.scales.x!.min!) * width) / (max! - min!));
    // What is left and right of a part that moves is out of sight.
    const [aside, above] = [this.isMoving ? 0 : this.#drawn.bbox.left, this.#drawn.bbox.top];
    const size = [width + 2 * aside, height + 2 * above] as const;
    const source = [from + this.#drawn.bbox.left - aside, 0] as const;
    ctx.save();
    ctx.globalAlpha = this.#state === 'dimmed' ? DIMMED_ALPHA : 1;
    ctx.drawImage(this.#drawn.ctx.canvas, ...source, ...size, left - aside, top - above, ...size);
    ctx.restore();
  }

  /** uPlot draws in a microtask: before the plot, which is asked to draw later. */
  #take([from, to]: Range, windows: number, { y, series, bands }: LineDrawing): void {
    const { clientWidth, clientHeight } = this.#plot.over;
    const options: uPlot.Options = {
      ...{ width: clientWidth * windows + 2 * ROOM, height: clientHeight + 2 * ROOM, series },
      ...(bands && { bands }),
      ...{ padding: [ROOM, ROOM, ROOM, ROOM], axes: [{ show: false }, { show: false }] },
      ...{ legend: { show: false }, cursor: { show: false } },
      scales: { x: { time: false, range: () => [from, to] }, y },
    };
    this.#drawn = new uPlot(options, this.#plot.data, document.createElement('div'));
    this.#drawnFor = this.#look();
    // Its canvas stays.
    this.#drawn.destroy();
  }

  /** The plot shows other data now, or at another scale. */
  #isStale(): boolean {
    return !this.#look().every((part, index) => Object.is(part, this.#drawnFor[index]));
  }

  #look(): readonly unknown[] {
    const { data, scales, over } = this.#plot;
    const { x, y } = scales;
    return [data, x!.min, x!.max, y!.min, y!.max, over.clientWidth, over.clientHeight];
  }
}
