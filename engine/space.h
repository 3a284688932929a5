/* SPDX-License-Identifier: MIT
 *
 * The combos of a space: which params matter to one, which are the same, and in which order many
 * are walked. A combo is one digit a param; the digit of a param that does not matter under the
 * others is BY_DIGIT_NONE, which counts as 0 wherever a value is needed.
 */
#ifndef BY_SPACE_H
#define BY_SPACE_H

#include "plan.h"
#include "sweep.h"

typedef struct by_space by_space;

/* The space of a plan's params; `plan` is borrowed until by_space_free. A space is for one thread
 * at a time. */
BY_API by_status by_space_new(const by_plan *plan, by_space **out, by_error *err);
BY_API void by_space_free(by_space *space);

/* Sets the digits of params that do not matter, of digits[count][param_count], to BY_DIGIT_NONE.
 * Two combos with the same digits afterwards have the same results, to the last bit. */
BY_API by_status by_space_canonical(by_space *space, uint16_t *digits, int32_t count,
                                    by_error *err);

/* Keeps the first of equal combos, in order, in digits[count][param_count]; how many are left. */
BY_API by_status by_space_distinct(const by_space *space, uint16_t *digits, int32_t count,
                                   int32_t *left, by_error *err);

/* The distinct combos of the whole grid, in the order of a nested loop over the params, the last
 * one changing fastest: each stands at the first point that is the same as it. Writes them into
 * digits[*count][param_count], or only counts them when `digits` is NULL. BY_LIMIT when there are
 * more than `count_max`. */
BY_API by_status by_space_grid(by_space *space, int32_t count_max, uint16_t *digits, int32_t *count,
                               by_error *err);

/* Which values digits[count][param_count] have: met has a byte for each value of each param, those
 * of one param behind those of the other, and each becomes 1 or 0. A param that does not matter
 * meets its first value. */
BY_API void by_space_met(const by_space *space, const uint16_t *digits, int32_t count,
                         uint8_t *met);

/* How many nodes and conditions a sweep of `combo_count` combos has to evaluate at most, when each
 * is evaluated once under each assignment of the params that it depends on. */
BY_API double by_space_evaluations(const by_space *space, int32_t combo_count);

/* Sorts combos into an order in which a walk goes far with little: the params that by_sweep_order
 * names first change least, and each turns around where it comes to its end. combos[i] is the
 * position in `digits` of the combo at place i, plus `first`; arranged[i] are its digits. */
BY_API by_status by_space_arrange(const by_space *space, const uint16_t *digits, int32_t count,
                                  uint32_t first, uint32_t *combos, uint16_t *arranged,
                                  by_error *err);

/* How many combos by_space_grid has. BY_LIMIT when there are more than `count_max`. */
BY_API by_status by_space_count(by_space *space, int32_t count_max, int32_t *count, by_error *err);

/* by_space_grid in the order of by_space_arrange: of the `count` combos that by_space_count has
 * found, their numbers in combos[count] and their digits, as they are walked. They are there for
 * the `held` ones from walk position `first` on; of the others they may be 0. *hash is by_hash of
 * the digits of all, seeded with that of their numbers. The arrays are the space's, and stay until
 * the next call or by_space_free. */
BY_API by_status by_space_walk(by_space *space, int32_t count, int32_t first, int32_t held,
                               const uint32_t **combos, const uint16_t **digits, uint64_t *hash,
                               by_error *err);

#endif
