import type { StateReader } from '../environment.ts';
import { type ShopMemory, SUBGOALS } from './memory.ts';

const PAGES = ['index', 'results', 'item', 'text', 'done'] as const;

/** Cheap numbers about the state, each about 0..1; they hold only what the agent itself has read. */
const COLUMNS = [
  'step', // turns played / 15
  'searches', // / 3
  'opened', // products opened / 5
  'options', // options that the instruction names / 3
  'terms', // terms of the instruction / 12
  'resultPage', // / 3
  'bestTitle', // best share of the instruction's terms in a title of this page that was not opened
  'affordable', // products of this page that are neither opened nor too dear / 10
  'title', // the same share of the open product's title
  'read', // … of all that was read of it
  'dear', // the open product costs more than the limit
  'misfits', // of the open product / 3
  'wanted', // its options that are asked for / 3
  'chosen', // share of those that are chosen
  'bestMisfits', // fewest misfits of a product opened so far / 3; 1 while there is none
  'planned',
  'switched',
  ...PAGES.map((page) => `page.${page}` as const),
  ...SUBGOALS.map((subgoal) => `subgoal.${subgoal}` as const),
] as const;

const share = (value: number, of: number) => Math.min(value / of, 1);

/** The critic's eyes on WebShop. A sub-goal of free text that is none of the listed ones counts as none. */
export const WEBSHOP_STATE: StateReader = {
  columns: COLUMNS,
  read(memory: ShopMemory, subgoal, { planned, switched }) {
    const { page, item, wishes, products } = memory;
    const listed = page.kind === 'results' ? page.products : [];
    const open = listed.filter((product) => !products.has(product.asin) && !memory.isDear(product));
    const wanted = item?.groups.filter((group) => group.wanted !== null) ?? [];
    const chosen = wanted.filter((group) => group.wanted === group.chosen).length;
    const misfits = Array.from(products.values(), (product) => product.misfits);
    return Float32Array.of(
      share(memory.steps, 15),
      share(memory.searches, 3),
      share(products.size, 5),
      share(wishes.options.length, 3),
      share(wishes.terms.length, 12),
      page.kind === 'results' ? share(page.number, 3) : 0,
      Math.max(0, ...open.map((product) => memory.titleCoverage(product))),
      open.length / 10,
      item ? memory.titleCoverage(item) : 0,
      item ? memory.coverage(item.terms) : 0,
      item && memory.isDear(item) ? 1 : 0,
      item ? share(item.misfits, 3) : 0,
      share(wanted.length, 3),
      wanted.length > 0 ? chosen / wanted.length : 0,
      misfits.length > 0 ? share(Math.min(...misfits), 3) : 1,
      planned ? 1 : 0,
      switched ? 1 : 0,
      ...PAGES.map((kind) => (kind === page.kind ? 1 : 0)),
      ...SUBGOALS.map((known) => (known === subgoal ? 1 : 0)),
    );
  },
};
