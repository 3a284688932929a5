// SPDX-License-Identifier: MIT
// Limits as vendors keep them: a fixed window, a bucket that fills, or a window that slides.
'use strict';

/** take(now, weight): { ok, remaining, reset: when that changes, used }. */
class FixedWindow {
  constructor({ count, period_s }) {
    Object.assign(this, { count, period: period_s, window: -1, used: 0 });
  }

  take(now, weight) {
    const window = Math.floor(now / this.period);
    if (window !== this.window) Object.assign(this, { window, used: 0 });
    const ok = this.used + weight <= this.count;
    if (ok) this.used += weight;
    return { ok, remaining: this.count - this.used, reset: (window + 1) * this.period, used: this.used };
  }
}

class Bucket {
  constructor({ count, period_s, burst }) {
    Object.assign(this, { rate: count / period_s, size: burst || count, tokens: burst || count, last: null });
  }

  take(now, weight) {
    if (this.last !== null) this.tokens = Math.min(this.size, this.tokens + (now - this.last) * this.rate);
    this.last = now;
    const ok = this.tokens >= weight;
    if (ok) this.tokens -= weight;
    const missing = Math.ceil(this.tokens + 1e-9) - this.tokens;
    return { ok, remaining: Math.floor(this.tokens), reset: now + missing / this.rate, used: this.size - this.tokens };
  }
}

class SlidingWindow {
  constructor({ count, period_s }) {
    Object.assign(this, { count, period: period_s, taken: [] });
  }

  take(now, weight) {
    while (this.taken.length && this.taken[0].time <= now - this.period) this.taken.shift();
    const used = this.taken.reduce((sum, one) => sum + one.weight, 0);
    const ok = used + weight <= this.count;
    if (ok) this.taken.push({ time: now, weight });
    const reset = this.taken.length ? this.taken[0].time + this.period : now;
    return { ok, remaining: this.count - used - (ok ? weight : 0), reset, used: used + (ok ? weight : 0) };
  }
}

const KINDS = { window: FixedWindow, bucket: Bucket, sliding: SlidingWindow };

/** `spec`: { kind, count, period_s, burst?, headers?, retry_after? }; undefined: no limit. */
exports.make = (spec) => {
  if (!spec) return null;
  if (!KINDS[spec.kind]) throw new Error(`limit: kind '${spec.kind}' is none of ${Object.keys(KINDS)}`);
  return Object.assign(new KINDS[spec.kind](spec), { spec });
};
