import { type ObservationMode, Session } from '../session.ts';
import type { AvailableActions } from '../view.ts';
import { WebShop } from '../web-shop.ts';
import { type RecordedGoal, type RecordedInfo, recordGoal, recordInfo } from './goal-format.ts';
import type { GoldenShops } from './shops.ts';
import type { Tally } from './tally.ts';

interface RecordedActions {
  has_search_bar: boolean;
  clickables: string[];
}

export function recordActions(available: AvailableActions): RecordedActions {
  return { has_search_bar: available.hasSearchBar, clickables: [...available.clickables] };
}

interface RecordedStep {
  action?: string;
  obs: string;
  obs_text_rich?: string;
  url?: string;
  html?: string;
  available: RecordedActions;
  reward?: number;
  done?: boolean;
  verbose_info?: RecordedInfo;
}

interface RecordedEpisode {
  name: string;
  session: number;
  goal: RecordedGoal;
  steps: RecordedStep[];
}

/** Episodes step by step in three observation modes. Returns how many recorded HTML pages there were: none is compared. */
export function checkEpisodes(data: RecordedEpisode[], shops: GoldenShops, tally: Tally): number {
  let pages = 0;
  for (const { name, session, goal, steps } of data) {
    const where = `episodes.${name}`;
    const shop = shops.original;
    const played = shop.goals.at(session);
    tally.equal(`${where}.goal`, played && recordGoal(played, 'weight' in goal), goal);
    if (!played) continue;
    const visit = new Session(shop, String(session), played);
    steps.forEach((step, i) => {
      checkStep(`${where}.steps[${i}]`, visit, step, tally);
      if (step.html !== undefined) pages++;
    });
  }
  return pages;
}

function checkStep(where: string, visit: Session, step: RecordedStep, tally: Tally): void {
  const done = step.action !== undefined && visit.act(step.action);
  const shown = (mode: ObservationMode) => visit.observation(mode);
  tally.equal(`${where}.obs`, shown('text'), step.obs);
  tally.equal(`${where}.available`, recordActions(visit.available()), step.available);
  if (step.url !== undefined) tally.equal(`${where}.url`, shown('url'), step.url);
  if (step.obs_text_rich !== undefined)
    tally.equal(`${where}.obs_text_rich`, shown('text_rich'), step.obs_text_rich);
  const reward = done && visit.page.kind === 'done' ? visit.page.reward : null;
  if (step.reward !== undefined) tally.equal(`${where}.reward`, reward?.total ?? 0, step.reward);
  if (step.done !== undefined) tally.equal(`${where}.done`, done, step.done);
  if (step.verbose_info) {
    tally.equal(`${where}.verbose_info`, reward && recordInfo(reward, visit.goal), step.verbose_info);
  }
}

interface RecordedTrace {
  num_prev_obs: number;
  num_prev_actions: number;
  session: number;
  /** The first page, then pairs of action and what the step returned. */
  trace: [string, ...[string, string][]];
}

export function checkHistory(data: RecordedTrace, shops: GoldenShops, tally: Tally): void {
  const environment = new WebShop(shops.original, {
    previousObservations: data.num_prev_obs,
    previousActions: data.num_prev_actions,
  });
  const [first, ...steps] = data.trace;
  tally.equal('prev_obs_concat.trace[0]', environment.reset(data.session), first);
  steps.forEach(([action, expected], i) => {
    tally.equal(`prev_obs_concat.trace[${i + 1}]`, environment.step(action).observation, expected);
  });
}
