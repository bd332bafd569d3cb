import type { Product } from './product.ts';

/** Decoded products kept at hand: every one of the small set, and those in play of the large one. */
const DECODED = 10_000;
const BLOCK = 1 << 26;

/** The products of a shop, in the order of the file. */
export interface Products {
  readonly length: number;
  /** `place` from 0 to length - 1. */
  get(place: number): Product;
  /** Where the product with this asin is, or -1. */
  find(asin: string): number;
  asin(place: number): string;
}

/**
 * Products as JSON bytes outside the script heap, decoded when asked for: 1.18 million of them fit in memory, which as objects
 * they do not.
 */
export class ProductStore implements Products {
  private readonly asins: string[] = [];
  private readonly places = new Map<string, number>();
  private readonly decoded = new Map<number, Product>();
  private readonly blocks: Buffer[] = [];
  private used = BLOCK;
  /** Block, offset and length of each product. */
  private spans = new Uint32Array(3 * 1024);

  get length(): number {
    return this.asins.length;
  }

  /** Adds a product after the others. Its asin must be new. */
  add(product: Product): void {
    const place = this.asins.length;
    const bytes = Buffer.from(JSON.stringify({ ...product, options: [...product.options] }));
    if (this.used + bytes.length > BLOCK) {
      this.blocks.push(Buffer.allocUnsafe(Math.max(BLOCK, bytes.length)));
      this.used = 0;
    }
    bytes.copy(this.blocks.at(-1)!, this.used);
    if (place * 3 === this.spans.length) {
      const grown = new Uint32Array(this.spans.length * 2);
      grown.set(this.spans);
      this.spans = grown;
    }
    this.spans.set([this.blocks.length - 1, this.used, bytes.length], place * 3);
    this.used += bytes.length;
    this.asins.push(product.asin);
    this.places.set(product.asin, place);
  }

  find(asin: string): number {
    return this.places.get(asin) ?? -1;
  }

  asin(place: number): string {
    return this.asins[place]!;
  }

  get(place: number): Product {
    const kept = this.decoded.get(place);
    if (kept) return kept;
    const [block, offset, length] = this.spans.subarray(place * 3, place * 3 + 3) as unknown as number[];
    const stored = JSON.parse(this.blocks[block!]!.toString('utf8', offset, offset! + length!));
    const product: Product = { ...stored, options: new Map(stored.options) };
    if (this.decoded.size >= DECODED) this.decoded.clear();
    this.decoded.set(place, product);
    return product;
  }
}
