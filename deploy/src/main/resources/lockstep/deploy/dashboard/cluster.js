// Who trains, what happened, where the time goes, what the model says: as text and bars. All of it goes in as text, never as markup.

import { clock, count, millis, ms } from './format.js';
import { sentence } from './marks.js';

const GONE = ['lost', 'left'];

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function members(run) {
  const { present } = run;
  document.getElementById('generation').textContent = run.members.length
    ? `generation ${run.progress.generation}: ${present} ${present === 1 ? 'node' : 'nodes'}` : 'nobody yet';
  const rows = run.members.map((member) => {
    const gone = GONE.includes(member.state);
    const row = element('tr', gone ? 'gone' : '');
    const name = element('th', '', member.node);
    name.scope = 'row';
    const state = element('span', 'state', gone ? `${member.state} at step ${count(member.step)}` : member.state === 'present' ? 'trains' : member.state);
    state.dataset.state = member.state;
    const cell = element('td');
    cell.append(state);
    row.append(name, element('td', '', gone ? '–' : member.role), cell,
      element('td', 'num', member.computeMs ? ms(member.computeMs) : '–'), element('td', '', gone ? '–' : ranges(member.groups)));
    return row;
  });
  document.querySelector('#members tbody').replaceChildren(...rows);
}

// 0, 1, 2, 5 as 0–2, 5
function ranges(groups) {
  const parts = [];
  for (const group of groups) {
    const last = parts.at(-1);
    if (last && last[1] === group - 1) last[1] = group;
    else parts.push([group, group]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ') || 'none';
}

export function events(run) {
  const list = document.getElementById('events');
  document.getElementById('events-note').textContent = run.forgotten ? `newest first; ${count(run.forgotten)} older ones are in events.jsonl` : 'newest first';
  if (!run.events.length) {
    list.replaceChildren(element('li', 'empty', 'Nothing yet.'));
    return;
  }
  list.replaceChildren(...run.events.toReversed().map((event) => {
    const item = element('li');
    item.dataset.kind = event.event;
    const what = element('span', 'what', sentence(event));
    what.append(' ', element('span', 'step', `step ${count(event.step)}`));
    item.append(element('span', 'when', clock(event.timeMs)), what);
    return item;
  }));
}

export function phases(run) {
  const box = document.getElementById('phases');
  const nodes = run.latency ? run.latency.nodes : [];
  if (!nodes.length) {
    box.replaceChildren(element('div', 'empty', 'The first means come some seconds after each node’s fifth step.'));
    return;
  }
  const legend = element('ul', 'legend');
  run.latency.phases.forEach((phase) => {
    const item = element('li');
    item.append(swatch(phase), element('span', '', phase));
    legend.append(item);
  });
  // in the order of the table of members, where those that have gone are last
  const places = new Map(run.members.map((member, i) => [member.node, i]));
  const gone = new Set(run.members.filter((member) => GONE.includes(member.state)).map((member) => member.node));
  const sorted = nodes.toSorted((a, b) => (places.get(a.node) ?? places.size) - (places.get(b.node) ?? places.size));
  const longest = Math.max(...nodes.map(total));
  box.replaceChildren(legend, ...sorted.map((node) => bar(node, run.latency.phases, longest, gone.has(node.node))));
}

const total = (node) => node.meanMs.reduce((a, b) => a + b, 0);

function swatch(phase) {
  const made = element('span', 'swatch');
  made.style.background = `var(--phase-${phase})`;
  return made;
}

function bar(node, phaseNames, longest, gone) {
  const row = element('div', gone ? 'phase-row gone' : 'phase-row');
  const stack = element('div', 'stack');
  stack.setAttribute('role', 'img');
  stack.setAttribute('aria-label', `${node.node}: ${phaseNames.map((phase, i) => `${phase} ${ms(node.meanMs[i])}`).join(', ')}`);
  phaseNames.forEach((phase, i) => {
    const part = element('span');
    part.style.width = `${(100 * node.meanMs[i]) / longest}%`;
    part.style.background = `var(--phase-${phase})`;
    part.title = `${phase} ${ms(node.meanMs[i])}`;
    stack.append(part);
  });
  row.append(element('span', 'name', node.node), stack, element('span', 'total', ms(total(node))));
  return row;
}

export function latencyTable(run) {
  const rows = (run.latency ? run.latency.table : []).map((line) => {
    const row = element('tr');
    const name = element('th', '', line.phase);
    name.scope = 'row';
    row.append(name, ...line.percentiles.map((value) => element('td', 'num', value === null ? 'too few' : millis(value))),
      element('td', 'num', millis(line.max)), element('td', 'num', count(line.count)));
    return row;
  });
  if (!rows.length) {
    const cell = element('td', 'muted', 'The first table comes some seconds after the fifth step.');
    cell.colSpan = 7;
    const row = element('tr');
    row.append(cell);
    rows.push(row);
  }
  document.querySelector('#latency tbody').replaceChildren(...rows);
}

export function samples(run) {
  const box = document.getElementById('samples');
  if (!run.samples.length) {
    box.replaceChildren(element('div', 'empty', 'No sample yet: --sample-every says how often there is one.'));
    return;
  }
  box.replaceChildren(...run.samples.map((sample) => {
    const figure = element('figure');
    figure.append(element('figcaption', '', `after step ${count(sample.step)}, ${clock(sample.timeMs)}`));
    const text = element('pre', '', sample.text);
    text.tabIndex = 0;
    text.setAttribute('aria-label', `Sample after step ${sample.step}`);
    figure.append(text);
    return figure;
  }));
}
