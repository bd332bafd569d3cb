import { readGoal } from './golden/goal-format.ts';
import { checkHumanReward } from './golden/rewards.ts';
import type { Tally } from './golden/tally.ts';
import { RecordedShop } from './recorded-shop.ts';
import { countAttributes } from './reward.ts';
import { Session } from './session.ts';
import type { Shop } from './shop.ts';
import { type RecordedPage, subPageOf, type Trajectory, wordsOf } from './trajectories.ts';

/** What one visit added up to. */
export interface ReplayedVisit {
  pages: number;
  /** Pages reached by the browser's own back button or an open tab, which no click of the text environment does. */
  jumps: number;
  rewards: number;
  /** Asins of the products opened, and those of them that the catalogue holds. */
  opened: ReadonlySet<string>;
  known: ReadonlySet<string>;
}

/**
 * Walks a recorded visit with the clicks that lead from page to page, and compares each page: its kind, query, page number,
 * product, options and, where the catalogue holds every product of a page of results, what the search finds itself; at the end
 * the reward.
 */
export function replayVisit(shop: Shop, trajectory: Trajectory, tally: Tally): ReplayedVisit {
  const first = trajectory.pages[0]!;
  const visit = new Session(new RecordedShop(shop, trajectory), trajectory.name, readGoal(first.goal));
  let [jumps, rewards] = [0, 0];
  const opened = new Set<string>();
  trajectory.pages.forEach((page, i) => {
    const where = `${trajectory.name}, page ${i + 1}`;
    const before = trajectory.pages[i - 1];
    if (before) jumps += Number(follow(visit, before, page));
    tally.equal(where, describeVisit(visit), describePage(page));
    if (page.content?.asin) opened.add(page.content.asin);
    checkResults(where, shop, page, tally);
    rewards += Number(checkReward(`${where} (reward)`, shop, page, tally));
  });
  const known = new Set([...opened].filter((asin) => shop.product(asin)));
  return { pages: trajectory.pages.length, jumps, rewards, opened, known };
}

/** Clicks from one recorded page to the next; true where that took clicks that were not recorded. */
function follow(visit: Session, before: RecordedPage, next: RecordedPage): boolean {
  let isJump = false;
  if (next.page === 'index') visit.act('click[back to search]');
  else if (next.page === 'search_results') visit.act(clickToResults(before, next));
  else if (next.page === 'item_sub_page') visit.act(`click[${subPageOf(next)}]`);
  else if (before.page === 'item_sub_page') visit.act('click[< prev]');
  else if (before.page === 'item_page') isJump = choose(visit, before, next);
  else openProduct(visit, next);
  if (next.page === 'done') visit.act('click[buy now]');
  return isJump;
}

function clickToResults(before: RecordedPage, next: RecordedPage): string {
  if (before.page === 'index') return `search[${(wordsOf(next) ?? []).join(' ')}]`;
  const isForward = Number(next.content?.page) > Number(before.content?.page);
  return before.page === 'search_results' && isForward ? 'click[next >]' : 'click[< prev]';
}

/** On an item page: chooses the options of the next page, and first goes back, as only a browser can, where that is needed. */
function choose(visit: Session, before: RecordedPage, next: RecordedPage): boolean {
  const options = next.content?.options ?? {};
  const isSame = before.content?.asin === next.content?.asin;
  const isJump = !isSame || [...visit.chosen.keys()].some((name) => options[name] === undefined);
  if (isJump) {
    visit.act('click[< prev]');
    openProduct(visit, next);
  }
  for (const [name, value] of Object.entries(options)) {
    if (visit.chosen.get(name) !== value) visit.act(`click[${value}]`);
  }
  return isJump;
}

function openProduct(visit: Session, { content }: RecordedPage): void {
  visit.act(`click[${content?.asin?.toLowerCase()}]`);
}

const KINDS = {
  index: 'index',
  results: 'search_results',
  item: 'item_page',
  sub: 'item_sub_page',
  done: 'done',
} as const;

function describeVisit(visit: Session) {
  const { page, query } = visit;
  if (page.kind === 'index') return { page: KINDS.index };
  const shown =
    'product' in page ? { asin: page.product.asin, options: Object.fromEntries(visit.chosen) } : {};
  if (page.kind === 'done') return { page: KINDS.done, ...shown };
  return { page: KINDS[page.kind], words: query.words.join(' '), number: query.pageNumber, ...shown };
}

function describePage(page: RecordedPage) {
  if (page.page === 'index') return { page: page.page };
  const { asin, options = {}, page: number } = page.content ?? {};
  const shown = asin === undefined ? {} : { asin, options };
  if (page.page === 'done') return { page: page.page, ...shown };
  return {
    page: page.page,
    words: (wordsOf(page) ?? []).join(' ').toLowerCase(),
    number: Number(number),
    ...shown,
  };
}

/** The reward from its recorded parts; of a product that the catalogue holds, its attributes too. */
function checkReward(where: string, shop: Shop, page: RecordedPage, tally: Tally): boolean {
  const { reward, reward_info, content } = page;
  if (page.page !== 'done' || reward === undefined || !reward_info) return false;
  const { options = {}, price = 0, asin = '' } = content ?? {};
  checkHumanReward(where, { goal: page.goal, reward, reward_info, options, price }, tally);
  const product = shop.product(asin);
  if (product) {
    const met = countAttributes(product, page.goal.attributes) / page.goal.attributes.length;
    tally.equal(`${where}.r_att`, met, reward_info.r_att);
  }
  return true;
}

function checkResults(where: string, shop: Shop, page: RecordedPage, tally: Tally): void {
  const asins = page.content?.search_result_asins;
  if (!asins || asins.length === 0 || asins.some((asin) => !shop.product(asin))) return;
  const found = shop.find(wordsOf(page) ?? [])?.page(Number(page.content?.page)) ?? [];
  tally.equal(
    `${where} (results)`,
    found.map((product) => product.asin),
    asins,
  );
}
