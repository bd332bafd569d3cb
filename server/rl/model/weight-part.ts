import type { Parameter } from './shape.ts';

/** Some of a policy's weights, in the order of its parameters. */
export class WeightPart {
  /** Of these weights, in the policy's parameters. */
  readonly positions: readonly number[];
  readonly parameters: readonly Parameter[];

  constructor(all: readonly Parameter[], isIn: (parameter: Parameter) => boolean) {
    this.positions = [...all.keys()].filter((index) => isIn(all[index] as Parameter));
    this.parameters = this.of(all);
  }

  get size(): number {
    return this.positions.length;
  }

  get names(): string[] {
    return this.parameters.map(({ name }) => name);
  }

  get shapes(): number[][] {
    return this.parameters.map(({ shape }) => shape);
  }

  /** These weights, or what stands for them, out of a list of all. */
  of<T>(all: readonly T[]): T[] {
    return this.positions.map((index) => all[index] as T);
  }

  /** A list of all with others in the places of these. */
  within<T>(all: readonly T[], these: readonly T[]): T[] {
    const result = [...all];
    this.positions.forEach((index, i) => {
      result[index] = these[i] as T;
    });
    return result;
  }
}
