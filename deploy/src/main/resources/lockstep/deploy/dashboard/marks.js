// What happened, as lines on an axis of steps or of time.

const SHOWN = {
  lost: { colour: 'bad', label: (event) => `lost ${port(event.node)}` },
  left: { colour: 'warn', label: (event) => `left ${port(event.node)}` },
  joined: { colour: 'good', label: (event) => `joined ${port(event.node)}` },
  healed: { colour: 'good', label: (event) => `healed ${port(event.node)}` },
  recovered: { colour: 'good', label: () => 'recovered' },
  leads: { colour: 'accent', label: (event) => `${port(event.node)} leads` },
  skipped: { colour: 'warn', label: () => 'skipped' },
  checkpoint: { colour: 'muted', label: () => 'checkpoint', quiet: true },
};

// The end of an address is what tells nodes of one machine apart.
export function port(node) {
  return node.includes(':') ? node.slice(node.lastIndexOf(':')) : node;
}

export function marks(events) {
  return events.filter((event) => event.event in SHOWN).map((event) => {
    const { colour, label, quiet } = SHOWN[event.event];
    return { step: event.step, timeMs: event.timeMs, colour, label: label(event), quiet: Boolean(quiet) };
  });
}

// Why, without the ids by which nodes know each other and the kinds by which programs tell failures apart.
function because(event) {
  return event.why ? `: ${event.why.replace(/ \([0-9a-f-]{36}\)/g, '').replace(/^[A-Z_]+: /, '')}` : '';
}

const SENTENCES = {
  began: (event) => `the run began on ${event.node}`,
  leads: (event) => `${event.node} leads from here on`,
  generation: (event) => `generation ${event.generation}: ${event.nodes.map((node) => node.node).join(', ')}`,
  lost: (event) => `${event.node} was lost${because(event)}`,
  left: (event) => `${event.node} left`,
  joined: (event) => `${event.node} joined`,
  healed: (event) => `${event.node} takes the state anew: its own was another`,
  recovered: (event) => `recovered: the next step was done ${(event.ms / 1000).toFixed(2)} s after the loss was noticed`,
  skipped: (event) => `the update was skipped: ${event.what} has a z-score of ${event.z}`,
  checkpoint: (event) => `checkpoint ${event.directory}`,
  ended: (event) => `the run ended: ${event.how}`,
};

export function sentence(event) {
  return event.event in SENTENCES ? SENTENCES[event.event](event) : event.event;
}

const APART = 5;
const MOST_LINES = 16;
const MOST_LABELS = 24;
const IMPORTANCE = ['bad', 'warn', 'good', 'accent', 'muted'];

// Draws them into a chart's plot. Where they are too many for lines they stand as ticks on the axis, and of those that would cover each other
// the most important one is drawn.
export function draw(context, list, position, box, scale, colour, labelled) {
  const visible = list.map((mark) => ({ ...mark, x: Math.round(position(mark)) + 0.5 }))
    .filter(({ x }) => x >= box.left && x <= box.left + box.width);
  const lines = apart(visible, APART * scale);
  const height = lines.length > MOST_LINES ? Math.min(box.height, 12 * scale) : box.height;
  context.save();
  context.lineWidth = scale;
  context.font = `${11 * scale}px system-ui, sans-serif`;
  context.textBaseline = 'top';
  context.textAlign = 'left';
  for (const mark of lines) line(context, mark, box, height, scale, colour);
  const loud = visible.filter((mark) => !mark.quiet);
  if (labelled && loud.length <= MOST_LABELS) {
    const rowEnds = [];
    for (const mark of loud) label(context, mark, mark.x, box, scale, colour, rowEnds);
  }
  context.restore();
}

function apart(visible, distance) {
  const taken = [];
  const byImportance = visible.toSorted((a, b) => IMPORTANCE.indexOf(a.colour) - IMPORTANCE.indexOf(b.colour));
  const cells = new Set();
  for (const mark of byImportance) {
    const cell = Math.floor(mark.x / distance);
    if ([cell - 1, cell, cell + 1].some((near) => cells.has(near))) continue;
    cells.add(cell);
    taken.push(mark);
  }
  return taken;
}

function line(context, mark, box, height, scale, colour) {
  context.strokeStyle = colour(mark.colour);
  context.globalAlpha = mark.quiet ? 0.45 : 0.85;
  context.setLineDash(mark.quiet ? [2 * scale, 4 * scale] : [4 * scale, 3 * scale]);
  context.beginPath();
  context.moveTo(mark.x, box.top + box.height - height);
  context.lineTo(mark.x, box.top + box.height);
  context.stroke();
}

function label(context, mark, x, box, scale, colour, rowEnds) {
  const width = context.measureText(mark.label).width + 8 * scale;
  const left = Math.min(x + 3 * scale, box.left + box.width - width);
  const row = rowEnds.findIndex((end) => end < left);
  const at = row >= 0 ? row : rowEnds.length;
  if (at > 4) return;
  rowEnds[at] = left + width;
  const top = box.top + 4 * scale + at * 16 * scale;
  context.globalAlpha = 0.9;
  context.fillStyle = colour('card');
  context.fillRect(left, top, width, 15 * scale);
  context.globalAlpha = 1;
  context.fillStyle = colour(mark.colour);
  context.fillText(mark.label, left + 4 * scale, top + 2 * scale);
}
