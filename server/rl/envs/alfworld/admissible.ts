import type { CompiledGame } from './compiled-game.ts';
import type { Dialect } from './game.ts';
import type { GameState } from './state.ts';

/**
 * Every command valid in this state, sorted by code point without duplicates (spec/alfworld.md 7). Sorting costs
 * nothing: verbs are written in alphabetical order and entities are walked in the order of their names.
 */
export function listAdmissible(game: CompiledGame, state: GameState, dialect: Dialect): readonly string[] {
  const list: string[] = [];
  const here = game.receptaclesAtByName[state.location]!;
  const { receptacles } = game;
  const object = state.hand < 0 ? null : game.objects[state.hand]!;

  if (object?.cleanable) {
    for (const r of here)
      if (receptacles[r]!.cleans) list.push(`clean ${object.name} with ${receptacles[r]!.name}`);
  }
  for (const r of here)
    if (receptacles[r]!.openable && state.isOpen(r)) list.push(receptacles[r]!.closeCommand);
  if (object?.coolable) {
    for (const r of here)
      if (receptacles[r]!.cools) list.push(`cool ${object.name} with ${receptacles[r]!.name}`);
  }
  pushExamine(list, game, state, here);
  for (const command of game.goCommands[state.location]!) list.push(command);
  if (object?.heatable) {
    for (const r of here)
      if (receptacles[r]!.heats) list.push(`heat ${object.name} with ${receptacles[r]!.name}`);
  }
  if (dialect === '2.1.3') list.push('help');
  list.push('inventory', 'look');
  if (object && dialect === '2.1.3') pushPut(list, game, state, here, dialect);
  for (const r of here)
    if (receptacles[r]!.openable && !state.isOpen(r)) list.push(receptacles[r]!.openCommand);
  if (object && dialect === '2.1.1') pushPut(list, game, state, here, dialect);
  if (object?.isKnife) {
    for (const o of game.sliceablesByName) {
      if (state.isRegisteredAt(o, state.location))
        list.push(`slice ${game.objects[o]!.name} with ${object.name}`);
    }
  }
  if (!object) pushTake(list, game, state, here);
  for (const o of game.lampsByName) {
    if (here.some((r) => state.isListed(o, r))) list.push(game.objects[o]!.useCommand);
  }
  return list;
}

function pushExamine(list: string[], game: CompiledGame, state: GameState, here: readonly number[]): void {
  let held = state.hand < 0 ? null : game.objects[state.hand]!;
  for (const r of here) {
    const receptacle = game.receptacles[r]!;
    if (held && held.name < receptacle.name) {
      list.push(held.examineCommand);
      held = null;
    }
    list.push(receptacle.examineCommand);
  }
  if (held) list.push(held.examineCommand);
}

function pushTake(list: string[], game: CompiledGame, state: GameState, here: readonly number[]): void {
  const open = here.filter((r) => !game.receptacles[r]!.openable || state.isOpen(r));
  if (open.length === 0) return;
  for (const o of game.objectsByName) {
    for (const r of open) {
      if (!state.isListed(o, r)) continue;
      const object = game.objects[o]!;
      if (!object.pickupable) break;
      const pair = r * game.objectCount + o;
      let text = game.pairTexts.take.get(pair);
      if (text === undefined) {
        text = `take ${object.name} from ${game.receptacles[r]!.name}`;
        game.pairTexts.take.set(pair, text);
      }
      list.push(text);
    }
  }
}

function pushPut(
  list: string[],
  game: CompiledGame,
  state: GameState,
  here: readonly number[],
  dialect: Dialect,
): void {
  const [verb, preposition, texts] =
    dialect === '2.1.3' ? ['move', 'to', game.pairTexts.move] : ['put', 'in/on', game.pairTexts.put];
  for (const r of here) {
    const receptacle = game.receptacles[r]!;
    const pair = r * game.objectCount + state.hand;
    if (game.accepts[pair] !== 1 || (receptacle.openable && !state.isOpen(r))) continue;
    let text = texts.get(pair);
    if (text === undefined) {
      text = `${verb} ${game.objects[state.hand]!.name} ${preposition} ${receptacle.name}`;
      texts.set(pair, text);
    }
    list.push(text);
  }
}
