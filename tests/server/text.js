// SPDX-License-Identifier: MIT
// Bytes that are written one after the other, without a string for each number.
'use strict';

const ZERO = 48;
const COLON = 58;
const POINT = 46;

class Text {
  constructor(size) {
    this.buffer = Buffer.allocUnsafe(size);
    this.length = 0;
  }

  /** Makes room for `size` more bytes. */
  room(size) {
    if (this.length + size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + size));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }

  ascii(text) {
    this.room(text.length);
    for (let i = 0; i < text.length; i++) this.buffer[this.length++] = text.charCodeAt(i);
  }

  bytes(buffer) {
    this.room(buffer.length);
    buffer.copy(this.buffer, this.length);
    this.length += buffer.length;
  }

  /** A whole number that is not negative. */
  integer(value) {
    this.room(16);
    let digits = 1;
    for (let limit = 10; value >= limit; limit *= 10) digits++;
    let rest = value;
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const next = Math.floor(rest / 10);
      this.buffer[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.length += digits;
  }

  /** 1/10,000ths as a decimal, without zeros at its end. */
  decimal(value) {
    const whole = Math.floor(value / 10000);
    this.integer(whole);
    let rest = value - whole * 10000;
    if (rest === 0) return;
    this.buffer[this.length++] = POINT;
    for (let unit = 1000; rest > 0; unit /= 10) {
      const digit = Math.floor(rest / unit);
      this.buffer[this.length++] = ZERO + digit;
      rest -= digit * unit;
    }
  }

  /** HH:MM:SS of a second of a day. */
  clock(second) {
    this.room(9);
    for (const part of [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]) {
      this.buffer[this.length++] = ZERO + Math.floor(part / 10);
      this.buffer[this.length++] = ZERO + (part % 10);
      this.buffer[this.length++] = COLON;
    }
    this.length--;
  }

  done() {
    return this.buffer.subarray(0, this.length);
  }
}

module.exports = { Text };
