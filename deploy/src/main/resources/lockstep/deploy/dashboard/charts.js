// Line charts: uPlot with our colours, marks, empty states, and the keyboard.

import uPlot from './uPlot.esm.js';
import { colour, changed as themeChanged } from './theme.js';
import { draw } from './marks.js';

const FONT = '12px system-ui, sans-serif';
const HEIGHT = 200;
// More would be a line of their own; more names would be a page of their own.
const MOST_POINTS = 60;
const MOST_NAMES = 16;

export class LineChart {
  // options: label, empty, series [{label, colour, band, value, dash, points, width}], x {values, label}, y {values, log, range},
  // marked (lines), labelled (with words), sync
  constructor(id, options) {
    this.element = document.getElementById(id);
    this.options = options;
    this.height = Number(this.element.dataset.height || HEIGHT);
    this.data = null;
    this.marks = [];
    this.cursor = null;
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'img');
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('blur', () => this.chart && this.chart.setCursor({ left: -10, top: -10 }));
    new ResizeObserver(() => this.resize()).observe(this.element);
    themeChanged(() => this.rebuild());
    this.showEmpty();
  }

  // data: as uPlot has it, x first; a series with a band has its least and largest values behind it
  set(data, marks = []) {
    this.data = data;
    this.marks = marks;
    const some = data[0].length > 0 && data.slice(1).some((values) => values.some((value) => value !== null));
    if (!some) {
      this.showEmpty();
    } else if (this.chart) {
      this.chart.setData(data);
    } else {
      this.rebuild();
    }
    this.describe(some);
  }

  // The series themselves have changed.
  setSeries(series) {
    this.options.series = series;
    this.destroy();
  }

  describe(some) {
    const { label, series } = this.options;
    const newest = series.map((one, i) => {
      const values = some ? this.data[this.columns()[i]] : [];
      const last = values.findLast((value) => value !== null);
      return last === undefined ? null : `${one.label} ${one.value(last)}`;
    }).filter(Boolean);
    this.element.setAttribute('aria-label', `${label}. ${newest.length ? `Newest: ${newest.slice(0, 6).join(', ')}. Arrow keys move along the steps, Escape shows all again.` : this.options.empty}`);
  }

  // Where in the data each series stands: a band takes two more places.
  columns() {
    let at = 1;
    return this.options.series.map((one) => {
      const here = at;
      at += one.band ? 3 : 1;
      return here;
    });
  }

  showEmpty() {
    this.destroy();
    const empty = document.createElement('div');
    empty.className = 'empty';
    empty.textContent = this.options.empty;
    this.element.replaceChildren(empty);
  }

  destroy() {
    if (this.chart) {
      this.chart.destroy();
      this.chart = null;
    }
  }

  rebuild() {
    if (!this.data || this.element.clientWidth === 0) return;
    const some = this.data[0].length > 0 && this.data.slice(1).some((values) => values.some((value) => value !== null));
    if (!some) return;
    this.destroy();
    this.element.replaceChildren();
    this.chart = new uPlot(this.uplotOptions(), this.data, this.element);
  }

  resize() {
    if (this.chart) {
      this.chart.setSize({ width: this.element.clientWidth, height: this.height });
    } else {
      this.rebuild();
    }
  }

  uplotOptions() {
    const { x, y, marked, labelled, sync } = this.options;
    const [series, bands] = this.uplotSeries();
    const axis = { stroke: colour('muted'), font: FONT, grid: { stroke: colour('grid'), width: 1 }, ticks: { show: false } };
    return {
      width: this.element.clientWidth,
      height: this.height,
      padding: [8, 12, 0, 0],
      series,
      bands,
      cursor: { points: { size: 6 }, drag: { x: true, y: false }, sync: sync ? { key: sync } : undefined, focus: { prox: -1 } },
      legend: { live: true, show: this.options.series.length <= MOST_NAMES },
      scales: {
        x: { time: false, range: x.range },
        y: { distr: y.log ? 3 : 1, range: y.range },
      },
      axes: [
        { ...axis, size: 28, gap: 6, values: x.values, splits: x.splits, space: 64 },
        { ...axis, size: 66, gap: 6, values: (self, splits) => splits.map((value) => (value === null ? '' : y.values(value))), space: 34,
          splits: y.log ? logSplits : undefined },
      ],
      hooks: {
        draw: marked ? [(self) => draw(self.ctx, this.marks, (mark) => self.valToPos(mark.step, 'x', true), self.bbox,
          devicePixelRatio, colour, labelled)] : [],
      },
    };
  }

  uplotSeries() {
    const series = [{ label: this.options.x.label, value: (self, value) => (value === null ? '–' : this.options.x.value(value)) }];
    const bands = [];
    for (const one of this.options.series) {
      const stroke = one.raw || colour(one.colour);
      series.push({
        label: one.label, stroke, width: one.width || 1.6, dash: one.dash, spanGaps: Boolean(one.spanGaps), show: one.show !== false,
        points: { show: one.points ? (self, at) => self.data[at].filter((value) => value !== null && value !== undefined).length <= MOST_POINTS : false, size: 6, fill: stroke },
        value: (self, value) => (value === null ? '–' : one.value(value)),
      });
      if (one.band) {
        const at = series.length;
        for (const part of ['least', 'largest']) {
          // the largest as a thin line: one spike among thousands of steps is too thin for a band
          series.push({ label: `${one.label}, ${part}`, stroke: part === 'largest' ? alpha(stroke, 0.4) : 'transparent', width: part === 'largest' ? 1 : 0, points: { show: false }, class: 'extreme',
            value: (self, value) => (value === null ? '–' : one.value(value)) });
        }
        bands.push({ series: [at + 1, at], fill: alpha(stroke, Number(colour('band'))) });
      }
    }
    return [series, bands];
  }

  key(event) {
    if (!this.chart) return;
    const length = this.data[0].length;
    const step = event.shiftKey ? Math.max(1, Math.round(length / 20)) : 1;
    const now = this.chart.cursor.idx ?? length - 1;
    const moves = { ArrowLeft: now - step, ArrowRight: now + step, Home: 0, End: length - 1 };
    if (event.key in moves) {
      const at = Math.max(0, Math.min(length - 1, moves[event.key]));
      this.chart.setCursor({ left: this.chart.valToPos(this.data[0][at], 'x'), top: this.height / 3 });
      event.preventDefault();
    } else if (event.key === 'Escape') {
      this.chart.setData(this.data, true);
    }
  }
}

// Powers of ten; where there are few of them, 2 and 5 times as much between.
function logSplits(self, axis, low, high) {
  const factors = Math.log10(high / low) > 2.5 ? [1] : [1, 2, 5];
  const splits = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.ceil(Math.log10(high)); decade++) {
    for (const factor of factors) {
      const value = factor * 10 ** decade;
      if (value >= low * 0.999 && value <= high * 1.001) splits.push(value);
    }
  }
  return splits;
}

function alpha(hex, share) {
  const digits = Math.round(share * 255).toString(16).padStart(2, '0');
  return `${hex}${digits}`;
}
