// SPDX-License-Identifier: MIT
// What the server was asked, so that tests can prove it.
'use strict';

const URLS_KEPT = 20000;

class Count {
  constructor() {
    this.connections = 0;
    this.providers = {};
  }

  of(provider) {
    if (!this.providers[provider]) {
      this.providers[provider] = { requests: 0, status: {}, paths: {}, faults: {}, seconds: {}, versions: {},
        in_flight: 0, in_flight_most: 0, repeated: 0, rows: 0, bytes: 0, times: [], urls: [], answered: new Set() };
    }
    return this.providers[provider];
  }

  begin(provider, request, now) {
    const one = this.of(provider);
    one.requests++;
    const second = Math.floor(now);
    one.seconds[second] = (one.seconds[second] || 0) + 1;
    one.times.push(now);
    one.versions[request.httpVersion] = (one.versions[request.httpVersion] || 0) + 1;
    const path = request.url.split('?')[0];
    one.paths[path] = (one.paths[path] || 0) + 1;
    if (one.urls.length < URLS_KEPT) one.urls.push(request.url);
    if (one.answered.has(request.url)) one.repeated++;
    one.in_flight++;
    one.in_flight_most = Math.max(one.in_flight_most, one.in_flight);
    return one;
  }

  fault(one, kind) {
    one.faults[kind] = (one.faults[kind] || 0) + 1;
  }

  /** The answer is decided; `whole`: it is good and sent as it should be. */
  answer(one, url, answer, whole) {
    one.status[answer.status] = (one.status[answer.status] || 0) + 1;
    if (answer.status !== 200 || !whole) return;
    one.rows += answer.rows || 0;
    one.answered.add(url);
  }

  /** Most requests in any `window` seconds. */
  static busiest(times, window) {
    let most = 0;
    for (let first = 0, last = 0; last < times.length; last++) {
      while (times[last] - times[first] >= window) first++;
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  /** Everything, as it goes out; `window`: seconds for `busiest`. */
  report(now, window) {
    const providers = {};
    for (const [name, one] of Object.entries(this.providers)) {
      const { times, answered, ...rest } = one;
      providers[name] = { ...rest, distinct: answered.size, first: times[0] || 0,
        last: times[times.length - 1] || 0, busiest: Count.busiest(times, window) };
    }
    return { clock: now, connections: this.connections, providers };
  }
}

module.exports = { Count };
