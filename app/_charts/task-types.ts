/** Task types in words that fit a label, where their own names do not. */
const TASK_TYPE_TITLES: Readonly<Record<string, string>> = {
  pick_and_place_simple: 'Pick and place',
  look_at_obj_in_light: 'Examine in light',
  pick_clean_then_place_in_recep: 'Clean and place',
  pick_heat_then_place_in_recep: 'Heat and place',
  pick_cool_then_place_in_recep: 'Cool and place',
  pick_two_obj_and_place: 'Pick two and place',
  room_6x6_1_box: '6 × 6, one box',
  room_6x6_2_boxes: '6 × 6, two boxes',
  room_8x8_2_boxes: '8 × 8, two boxes',
  remote: 'Its episodes',
};

/** Words for what `evaluatedTasks` writes. */
export function tasksTitle(tasks: string): string {
  return tasks === 'all' ? 'all' : tasks.split(',').map(taskTypeTitle).join(', ');
}

/** Title of a task type, or the type itself where there is none. */
export function taskTypeTitle(type: string): string {
  return TASK_TYPE_TITLES[type] ?? type;
}
