// How many steps took how long, and when: a column for a stretch of time, a row for a length on a logarithmic scale.

import { colour, changed as themeChanged } from './theme.js';
import { draw } from './marks.js';
import { clock, ms } from './format.js';

const HEIGHT = 212;
const LEFT = 58;
const BOTTOM = 24;
const TOP = 8;
const RIGHT = 12;

export class HeatMap {
  constructor(id, empty) {
    this.element = document.getElementById(id);
    this.emptyText = empty;
    this.canvas = document.createElement('canvas');
    this.read = document.createElement('div');
    this.read.className = 'heat-read';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'img');
    this.heat = null;
    this.marks = [];
    this.column = null;
    this.canvas.addEventListener('pointermove', (event) => this.point(event));
    this.canvas.addEventListener('pointerleave', () => this.select(null));
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('blur', () => this.select(null));
    new ResizeObserver(() => this.paint()).observe(this.element);
    themeChanged(() => this.paint());
    this.set(null, []);
  }

  set(heat, marks) {
    this.heat = heat && heat.columns.length ? heat : null;
    this.marks = marks;
    if (!this.heat) {
      const empty = document.createElement('div');
      empty.className = 'empty';
      empty.textContent = this.emptyText;
      this.element.replaceChildren(empty);
      this.element.setAttribute('aria-label', `Step latency over time. ${this.emptyText}`);
      return;
    }
    if (this.canvas.parentNode !== this.element) this.element.replaceChildren(this.canvas, this.read);
    this.cells = this.heat.columns.map((column) => {
      const rows = new Map();
      for (let i = 2; i < column.length; i += 2) rows.set(column[i], column[i + 1]);
      return { start: column[0], end: column[1], rows };
    });
    const used = this.cells.flatMap((cell) => [...cell.rows.keys()]);
    this.low = Math.max(0, Math.min(...used) - 1);
    this.high = Math.max(...used) + 1;
    this.paint();
    this.describe();
  }

  lower(row) {
    return this.heat.lowestMs * 10 ** (row / this.heat.rowsPerDecade);
  }

  describe() {
    const last = this.cells.at(-1);
    this.element.setAttribute('aria-label', `Step latency over time. Newest: ${this.text(last)}. Arrow keys move along the time.`);
  }

  text(cell) {
    const steps = [...cell.rows.values()].reduce((a, b) => a + b, 0);
    const [row] = [...cell.rows.entries()].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
    const slowest = Math.max(...cell.rows.keys());
    return `${clock(cell.start)}–${clock(cell.end)}: ${steps} steps, most of ${ms(this.lower(row))}–${ms(this.lower(row + 1))}, the slowest below ${ms(this.lower(slowest + 1))}`;
  }

  paint() {
    const width = this.element.clientWidth;
    if (!this.heat || width === 0) return;
    const scale = devicePixelRatio;
    this.canvas.width = width * scale;
    this.canvas.height = HEIGHT * scale;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    const context = this.canvas.getContext('2d');
    context.scale(scale, scale);
    const box = { left: LEFT, top: TOP, width: width - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };
    this.box = box;
    this.axes(context, box);
    this.fill(context, box);
    draw(context, this.marks.filter((mark) => !mark.quiet), (mark) => this.position(mark, box), box, 1, colour, false);
    if (this.column !== null) {
      const step = box.width / this.cells.length;
      context.strokeStyle = colour('ink');
      context.strokeRect(box.left + this.column * step, box.top, Math.max(2, step), box.height);
    }
  }

  position(mark, box) {
    const at = this.cells.findIndex((cell) => mark.timeMs <= cell.end);
    if (at < 0) return box.left + box.width;
    const cell = this.cells[at];
    const within = Math.max(0, Math.min(1, (mark.timeMs - cell.start) / Math.max(1, cell.end - cell.start)));
    return box.left + ((at + within) * box.width) / this.cells.length;
  }

  fill(context, box) {
    const [from, to] = [rgb(colour('heat-0')), rgb(colour('heat-1'))];
    const step = box.width / this.cells.length;
    const tall = box.height / (this.high - this.low + 1);
    this.cells.forEach((cell, at) => {
      const total = [...cell.rows.values()].reduce((a, b) => a + b, 0);
      for (const [row, count] of cell.rows) {
        const share = 0.08 + 0.92 * Math.sqrt(count / total); // one slow step among thousands must be seen
        context.fillStyle = `rgb(${from.map((part, i) => Math.round(part + share * (to[i] - part))).join(' ')})`;
        const x = Math.floor(box.left + at * step);
        const y = box.top + (this.high - row) * tall;
        context.fillRect(x, y, Math.ceil(box.left + (at + 1) * step) - x, Math.ceil(tall));
      }
    });
  }

  axes(context, box) {
    context.font = '12px system-ui, sans-serif';
    context.fillStyle = colour('muted');
    context.strokeStyle = colour('grid');
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    const tall = box.height / (this.high - this.low + 1);
    for (const value of this.ticks()) {
      const row = Math.log10(value / this.heat.lowestMs) * this.heat.rowsPerDecade;
      const y = box.top + (this.high + 1 - row) * tall;
      if (y < box.top || y > box.top + box.height) continue;
      context.beginPath();
      context.moveTo(box.left, y);
      context.lineTo(box.left + box.width, y);
      context.stroke();
      context.fillText(ms(value), box.left - 6, y);
    }
    context.textBaseline = 'top';
    const labels = Math.max(1, Math.min(this.cells.length, Math.floor(box.width / 130)));
    for (let i = 0; i < labels; i++) {
      const at = Math.floor((i * this.cells.length) / labels);
      context.textAlign = i === 0 ? 'left' : 'center';
      context.fillText(clock(this.cells[at].start), box.left + (at * box.width) / this.cells.length, box.top + box.height + 8);
    }
  }

  // Decades, and where there are few of them 2 and 5 between
  ticks() {
    const ticks = [];
    const few = (this.high - this.low) / this.heat.rowsPerDecade < 2.5;
    for (let decade = 0; decade < 9; decade++) {
      for (const factor of few ? [1, 2, 5] : [1]) ticks.push(this.heat.lowestMs * 10 ** decade * factor);
    }
    return ticks;
  }

  point(event) {
    const x = event.offsetX - this.box.left;
    const at = Math.floor((x / this.box.width) * this.cells.length);
    this.select(at >= 0 && at < this.cells.length ? at : null);
  }

  key(event) {
    if (!this.heat) return;
    const now = this.column ?? this.cells.length - 1;
    const moves = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: this.cells.length - 1 };
    if (event.key in moves) {
      this.select(Math.max(0, Math.min(this.cells.length - 1, moves[event.key])));
      event.preventDefault();
    }
  }

  select(column) {
    if (!this.heat) return;
    this.column = column;
    this.read.textContent = column === null ? '' : this.text(this.cells[column]);
    this.paint();
  }
}

function rgb(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
