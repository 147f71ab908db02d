// The numbers of now: progress, and a tile for each.

import { count, duration, ms, number, percent, short } from './format.js';

const TILES = ['Loss', 'Validation loss', 'Tokens/s', 'Share of peak', 'Gradient norm', 'Learning rate', 'Step'];
// Longer than the longest interval of the latency log: a run that is alive writes more often.
const SILENT_MS = 150000;
const values = new Map();
const text = (id, content) => {
  const element = document.getElementById(id);
  if (element.textContent !== content) element.textContent = content;
};

export function begin() {
  const tiles = document.getElementById('tiles');
  for (const label of TILES) {
    const tile = document.createElement('div');
    tile.className = 'tile';
    const parts = ['label', 'value', 'note'].map((name) => {
      const part = document.createElement('div');
      part.className = name;
      tile.append(part);
      return part;
    });
    parts[0].textContent = label;
    parts[1].textContent = '–';
    values.set(label, parts);
    tiles.append(tile);
  }
}

function set(label, value, unit = '', note = '') {
  const [, shown, below] = values.get(label);
  shown.textContent = value;
  if (unit && value !== '–') {
    const small = document.createElement('span');
    small.className = 'unit';
    small.textContent = unit;
    shown.append(small);
  }
  below.textContent = note;
}

export function show(run) {
  const last = run.progress.last || {};
  const nodes = Math.max(1, run.present);
  const validation = run.progress.lastValidation;
  // one step's speed jumps; the median of the latest doesn't
  const speed = run.progress.paceMs && run.facts ? (run.facts.batch.tokens * 1000) / run.progress.paceMs : undefined;
  set('Loss', number(last.loss, 5), '', last.lossZ === undefined ? '' : `z-score ${last.lossZ.toFixed(2)}`);
  set('Validation loss', validation ? number(validation.valLoss, 5) : '–', '', validation ? `after step ${count(validation.step)}` : 'none so far');
  set('Tokens/s', short(speed), '', run.facts ? `${count(run.facts.batch.tokens)} a step` : '');
  set('Share of peak', percent(speed === undefined ? null : run.share(speed, nodes)), '',
    run.facts ? `of ${nodes > 1 ? `${nodes} × ` : ''}${number(run.peakGflops, 3)} GFLOP/s` : '');
  set('Gradient norm', number(last.gradNorm, 4), '', last.gradZ === undefined ? '' : `z-score ${last.gradZ.toFixed(2)}`);
  set('Learning rate', last.lr === undefined ? '–' : last.lr.toExponential(2), '', '');
  set('Step', ms(run.progress.paceMs), '', 'median of the latest');
}

export function progress(run) {
  const { progress: now, steps } = run;
  const share = steps ? now.step / steps : 0;
  document.getElementById('progress-fill').style.width = `${100 * share}%`;
  const bar = document.getElementById('progress-bar');
  bar.setAttribute('aria-valuenow', String(Math.round(100 * share)));
  bar.setAttribute('aria-valuetext', `step ${now.step} of ${steps}`);
  text('progress-step', `step ${count(now.step)}`);
  text('progress-of', steps ? `of ${count(steps)} · ${(100 * share).toFixed(1)} %` : '');
  const silent = now.state === 'training' && Date.now() - now.newestMs > SILENT_MS;
  const until = now.state === 'training' && !silent ? Date.now() : now.newestMs;
  text('progress-elapsed', now.beganMs ? duration(until - now.beganMs) : '–');
  text('progress-eta', now.state === 'training' && !silent && now.paceMs ? duration((steps - now.step) * now.paceMs) : '–');
  const state = silent ? 'silent' : now.state;
  document.getElementById('run-state').dataset.state = state;
  text('run-state-text', silent ? `no news for ${duration(Date.now() - now.newestMs)}` : now.state === 'ended' ? `ended: ${now.end.how}` : now.state);
  text('run-name', run.facts ? run.facts.run : 'Lockstep');
  if (run.facts) {
    const { model, batch } = run.facts;
    text('loss-note', `nats per ${run.facts.tokenizer === 'bytes' ? 'byte' : 'token'}, by step`);
    text('run-facts', `${short(model.parameters)} parameters · L ${model.L} · NH ${model.NH} · C ${model.C} · ${batch.M} × ${batch.B} × ${batch.T} tokens a step`);
  }
  document.title = now.last ? `${number(now.last.loss, 4)} · step ${count(now.step)}${steps ? ` of ${count(steps)}` : ''} · Lockstep` : 'Lockstep';
}
