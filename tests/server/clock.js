// SPDX-License-Identifier: MIT
// The time, as everything here tells it: the real one, or, with BANYAN_CLOCK=REAL:START:SPEED, one that says
// START at the real time REAL and runs SPEED times as fast.
'use strict';

const parts = (process.env.BANYAN_CLOCK || '').split(':').map(Number);
const set = parts.length === 3 && parts.every(Number.isFinite) && parts[2] > 0;
if (process.env.BANYAN_CLOCK && !set) throw new Error('BANYAN_CLOCK is REAL:START:SPEED, three numbers');
const [real, start, speed] = set ? parts : [0, 0, 1];

/** Seconds since 1970. */
exports.now = () => start + (Date.now() / 1000 - real) * speed;

/** Real milliseconds that pass while `seconds` of the clock pass. */
exports.realMs = (seconds) => (seconds * 1000) / speed;
