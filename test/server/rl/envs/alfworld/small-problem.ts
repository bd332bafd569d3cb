/** A made-up PDDL problem in the syntax of the public games: two shelves at one place, a sink, two mugs, a spoon. */
export const PROBLEM = `
(define (problem plan_small)
(:domain alfred)
(:objects agent1 - agent Mug - object MugType - otype ShelfType - rtype Mug_bar_a - object)
(:init
  (receptacleType Shelf_bar_a ShelfType) (receptacleType Shelf_bar_b ShelfType)
  (receptacleType Sink_bar_a_bar_SinkBasin SinkBasinType)
  (receptacleAtLocation Shelf_bar_a loc_bar_1) (receptacleAtLocation Shelf_bar_b loc_bar_1)
  (receptacleAtLocation Sink_bar_a_bar_SinkBasin loc_bar_2)
  (openable Shelf_bar_a)
  (canContain ShelfType MugType)
  (atLocation agent1 loc_bar_3)
  (objectType Mug_bar_a MugType) (objectType Mug_bar_b MugType) (objectType Spoon_bar_a SpoonType)
  (pickupable Mug_bar_a) (pickupable Mug_bar_b) (cleanable Mug_bar_a) (cleanable Mug_bar_b)
  (isCool Mug_bar_a) (isReceptacleObject Mug_bar_b)
  (inReceptacle Mug_bar_a Shelf_bar_b) (inReceptacle Mug_bar_a Shelf_bar_a)
  (inReceptacle Mug_bar_b Sink_bar_a_bar_SinkBasin) (inReceptacle Faucet_bar_a Sink_bar_a_bar_SinkBasin)
  (inReceptacleObject Spoon_bar_a Mug_bar_b)
  (objectAtLocation Mug_bar_a loc_bar_1) (objectAtLocation Mug_bar_b loc_bar_2)
  (= (total-cost) 0)
)
(:goal (and (exists (?r - receptacle) (exists (?o - object) (and
  (cleanable ?o) (objectType ?o MugType) (receptacleType ?r ShelfType) (isClean ?o) (inReceptacle ?o ?r))))))
)`;
