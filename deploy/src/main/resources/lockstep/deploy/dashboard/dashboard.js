// The page: follows the stream, and shows what changes.

import * as theme from './theme.js';
import * as tiles from './tiles.js';
import * as cluster from './cluster.js';
import { LineChart } from './charts.js';
import { HeatMap } from './heatmap.js';
import { marks } from './marks.js';
import { Run } from './run.js';
import { count, ms, number, percent, short } from './format.js';

// A stream ends by itself every so often and is there again at once: that is no news.
const GRACE_MS = 2500;
const AGAIN_MS = 3000;
// Names of those whose ratios are drawn.
let layers = '';

theme.begin();
tiles.begin();
const run = new Run();
const charts = makeCharts();
show(new Set(['progress', 'members', 'events', 'samples', 'latency']));
connect();
setInterval(() => tiles.progress(run), 1000);

function makeCharts() {
  const steps = { label: 'step', value: (value) => count(value), values: (self, splits) => splits.map((value) => (Number.isInteger(value) ? short(value) : '')) };
  const common = { x: steps, marked: true, sync: 'steps', empty: 'The first step is still to come.' };
  return {
    loss: new LineChart('loss', { ...common, label: 'Loss by step', labelled: true, y: { values: (value) => number(value, 3) }, series: [
      { label: 'training', colour: 'series-1', band: true, value: (value) => number(value, 5) },
      { label: 'validation', colour: 'series-2', points: true, spanGaps: true, value: (value) => number(value, 5) }] }),
    speed: new LineChart('speed', { ...common, label: 'Tokens per second by step', y: { values: short, range: fromZero }, series: [
      { label: 'tokens/s', colour: 'series-3', band: true, value: short }] }),
    peak: new LineChart('peak', { ...common, label: 'Share of the measured peak by step', y: { values: (value) => `${number(100 * value, 3)} %`, range: fromZero }, series: [
      { label: 'share', colour: 'series-4', value: percent }] }),
    norm: new LineChart('norm', { ...common, label: 'Gradient norm by step', y: { values: short, log: true }, series: [
      { label: 'norm', colour: 'series-2', band: true, value: (value) => number(value, 4) }] }),
    lr: new LineChart('lr', { ...common, label: 'Learning rate by step', y: { values: (value) => (value === 0 ? '0' : value.toExponential(1)), range: fromZero }, series: [
      { label: 'rate', colour: 'series-1', value: (value) => value.toExponential(3) }] }),
    percentiles: new LineChart('percentiles', { label: 'Step latency by percentile', empty: 'The first percentiles come some seconds after the fifth step.',
      x: { label: 'percentile', value: percentile, splits: wholeNines, values: (self, splits) => splits.map(percentile) },
      y: { values: ms, log: true }, series: percentileSeries() }),
    ratios: new LineChart('ratios', { ...common, label: 'Update to weight ratios by layer', empty: 'The log of this run has no ratios.', y: { values: (value) => number(value, 3) }, series: [] }),
    heat: new HeatMap('heat', 'The first column comes some seconds after the fifth step.'),
  };
}

function percentileSeries() {
  return [['step', 'series-1', 2.2], ['compute', 'series-3', 1.6], ['forward', 'series-4', 1.2], ['backward', 'series-5', 1.2], ['exchange-wait', 'series-2', 1.2]]
    .map(([label, colour, width]) => ({ label, colour, width, value: ms }));
}

function fromZero(self, low, high) {
  return [0, high > 0 ? high * 1.06 : 1];
}

// 0 is p0, 1 is p90, 2 is p99
function percentile(nines) {
  const share = 100 * (1 - 10 ** -nines);
  return `p${share.toFixed(Math.max(0, Math.ceil(nines) - 2)).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}`;
}

function wholeNines(self, axis, low, high) {
  const splits = [];
  for (let nine = Math.ceil(low); nine <= high; nine++) splits.push(nine);
  return splits;
}

function show(changed) {
  tiles.progress(run);
  tiles.show(run);
  cluster.members(run);
  if (changed.has('events')) cluster.events(run);
  if (changed.has('samples')) cluster.samples(run);
  if (changed.has('latency')) {
    cluster.phases(run);
    cluster.latencyTable(run);
    showPercentiles();
  }
  const list = marks(run.events);
  if (changed.has('latency') || changed.has('events')) charts.heat.set(run.latency && run.latency.heat, list);
  if (changed.has('metrics') || changed.has('validations') || changed.has('events')) showSteps(list);
  if (changed.has('ratios') || changed.has('events')) showRatios(list);
}

function showSteps(list) {
  const { metrics, progress } = run;
  const { rows, steps } = metrics.sorted(progress.step);
  const field = (name) => [0, 1, 2].map((part) => metrics.column(rows, name, part));
  charts.loss.set(withValidations(steps, field('loss')), list);
  charts.speed.set([steps, ...field('tokensPerSecond')], list);
  charts.norm.set([steps, ...field('gradNorm').map((values) => values.map((value) => (value > 0 ? value : null)))], list);
  charts.lr.set([steps, metrics.column(rows, 'lr')], list);
  const nodesAt = run.nodesAt();
  charts.peak.set([steps, metrics.column(rows, 'tokensPerSecond').map((value, i) => run.share(value, nodesAt(steps[i])))], list);
  document.getElementById('peak-note').textContent = run.facts
    ? `${number(run.peakGflops, 3)} GFLOP/s${run.present > 1 ? ' for each node' : ''}` : 'fp32';
}

// Validations stand between steps: both series on one axis, each with gaps where the other has its values.
function withValidations(steps, loss) {
  const { rows, steps: at } = run.validations.sorted(run.progress.step);
  const values = run.validations.column(rows, 'valLoss');
  const places = new Map();
  steps.forEach((step, i) => places.set(step, [loss[0][i], loss[1][i], loss[2][i], null]));
  at.forEach((step, i) => {
    const there = places.get(step);
    if (there) there[3] = values[i];
    else places.set(step, [undefined, undefined, undefined, values[i]]); // no gap in the other line: uPlot draws on over undefined
  });
  const sorted = [...places.keys()].sort((a, b) => a - b);
  return [sorted, ...[0, 1, 2, 3].map((part) => sorted.map((step) => places.get(step)[part]))];
}

function showPercentiles() {
  const curves = run.latency ? run.latency.curves : [];
  const longest = curves.reduce((a, b) => (b.nines.length > a.length ? b.nines : a), []);
  const byName = new Map(curves.map((curve) => [curve.name, curve.ms]));
  charts.percentiles.set([longest, ...percentileSeries().map(({ label }) => longest.map((_, i) => {
    const value = (byName.get(label) || [])[i];
    return value > 0 ? value : null;
  }))]);
}

function showRatios(list) {
  const { ratios, progress } = run;
  const { rows, steps } = ratios.sorted(progress.step);
  if (ratios.fields.join() !== layers) {
    layers = ratios.fields.join();
    charts.ratios.setSeries(ratios.fields.map((label, i) => ({ label, raw: ramp(i, ratios.fields.length), width: 1.3, value: (value) => value.toFixed(2) })));
  }
  charts.ratios.set([steps, ...ratios.fields.map((field) => ratios.column(rows, field))], list);
}

// The first layers blue, the last ones orange.
function ramp(i, all) {
  const share = all > 1 ? i / (all - 1) : 0;
  const part = (from, to) => Math.round(from + share * (to - from)).toString(16).padStart(2, '0');
  return `#${part(0x2b, 0xd9)}${part(0x78, 0x7a)}${part(0xd6, 0x2b)}`;
}

function connect() {
  const source = new EventSource('events');
  let quiet = setTimeout(() => connection('reconnecting'), GRACE_MS);
  const heard = () => {
    clearTimeout(quiet);
    quiet = null;
    connection('live');
  };
  source.onopen = heard;
  source.onmessage = (event) => {
    heard();
    show(run.take(JSON.parse(event.data)));
  };
  source.onerror = () => {
    quiet ??= setTimeout(() => connection('reconnecting'), GRACE_MS);
    if (source.readyState === EventSource.CLOSED) { // refused, or no stream: the browser would leave it at that
      clearTimeout(quiet);
      connection('reconnecting');
      setTimeout(connect, AGAIN_MS);
    }
  };
}

function connection(state) {
  const pill = document.getElementById('connection');
  if (pill.dataset.state === state) return;
  pill.dataset.state = state;
  document.getElementById('connection-text').textContent = state;
}
