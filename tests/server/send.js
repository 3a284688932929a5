// SPDX-License-Identifier: MIT
// An answer onto the wire: whole, packed, cut off, or dripping.
'use strict';

const zlib = require('zlib');
const { realMs } = require('./clock');

const DRIP_BYTES = 64;
const GZIP_MIN = 256;

/** Whether the client has left. */
const gone = (response) => (response.stream ? response.stream.destroyed : response.destroyed);

/** Breaks the connection below a response, of either version of HTTP. */
function destroy(response) {
  if (response.stream) response.stream.session.destroy();
  else response.destroy();
}

function drip(response, body, at, pauseMs) {
  if (gone(response)) return;
  if (at >= body.length) {
    response.end();
    return;
  }
  response.write(body.subarray(at, at + DRIP_BYTES));
  setTimeout(drip, pauseMs, response, body, at + DRIP_BYTES, pauseMs);
}

/** Sends `answer` { status, headers, body }; `fault`: cut, short, slow, or another that is no matter here. */
function send(request, response, answer, { fault, gzip, slow_s = 0.05 }) {
  let body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body);
  const headers = { 'Content-Type': 'application/json', ...answer.headers };
  if (fault === 'short') body = body.subarray(0, Math.floor(body.length * 0.6));
  if (gzip && body.length > GZIP_MIN && /\bgzip\b/.test(request.headers['accept-encoding'] || '')) {
    body = zlib.gzipSync(body, { level: 1 });
    headers['Content-Encoding'] = 'gzip';
  }
  headers['Content-Length'] = body.length;
  response.writeHead(answer.status, headers);
  if (fault === 'cut') {
    response.write(body.subarray(0, Math.max(1, body.length >> 1)), () => setTimeout(destroy, 1, response));
  } else if (fault === 'slow') {
    drip(response, body, 0, realMs(slow_s));
  } else {
    response.end(body);
  }
  return body.length;
}

module.exports = { gone, send };
