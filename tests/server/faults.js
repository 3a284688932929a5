// SPDX-License-Identifier: MIT
// What goes wrong on purpose. Each kind has a probability; one draw a request decides, from a seeded generator.
'use strict';

const KINDS = ['throttle', 'error', 'cut', 'short', 'garbage', 'silent', 'slow', 'expire', 'redirect', 'echo'];

/** mulberry32 */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Faults {
  constructor(seed) {
    this.random = generator(seed);
    this.turn = 0;
  }

  /** The kind that befalls this request, null for none. `chances`: { kind: probability }. */
  pick(chances) {
    if (!chances) return null;
    let u = this.random();
    for (const kind of KINDS) {
      u -= chances[kind] || 0;
      if (u < 0) return kind;
    }
    return null;
  }

  /** One of several, in turn, so that each is seen. */
  next(list) {
    return list[this.turn++ % list.length];
  }
}

const json = (value) => JSON.stringify(value);

/** What an upset server answers, instead of what was asked for; null when the fault lies elsewhere. */
function answerOf(kind, { chances, faults, headers, url, elsewhere }) {
  switch (kind) {
    case 'throttle': {
      const answer = { status: 429, headers: {}, body: json({ message: 'too many requests.' }) };
      if (chances.retry_after_s) answer.headers['Retry-After'] = String(chances.retry_after_s);
      return answer;
    }
    case 'error':
      return faults.next([
        { status: 500, headers: { 'Content-Type': 'text/plain' }, body: 'internal server error occurred\n' },
        { status: 502, headers: { 'Content-Type': 'text/html' }, body: '<html><h1>502 Bad Gateway</h1></html>' },
        { status: 503, headers: {}, body: '' },
      ]);
    case 'garbage':
      return faults.next([
        { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html><body>Please wait…</body></html>' },
        { status: 200, headers: {}, body: '' },
        { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'upstream request timeout' },
      ]);
    case 'redirect':
      return { status: 302, headers: { Location: `http://127.0.0.1:${elsewhere}${url}` }, body: '' };
    case 'echo':
      return echo(headers, url);
    default:
      return null;
  }
}

/** An error that tells the caller all that it sent, in its body and in a header. */
function echo(headers, url) {
  const sent = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  const all = sent.map(([name, value]) => `${name}: ${value}`).join('; ');
  return { status: 500, headers: { 'X-Echo': all.replace(/[^\x20-\x7e]/g, '?') },
    body: json({ message: `cannot serve ${url} with ${all}` }) };
}

module.exports = { Faults, answerOf, echo };
