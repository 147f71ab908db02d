// What this page knows of the run: messages of the stream, put together.

class Series {
  constructor() {
    this.clear();
  }

  clear() {
    this.width = 1;
    this.fields = [];
    this.rows = new Map();
  }

  take(message) {
    if (message.all) this.rows.clear();
    this.width = message.width;
    this.fields = message.fields;
    for (const row of message.buckets) this.rows.set(row[0], row);
  }

  // Rows in the order of steps, and the steps in the middle of their buckets.
  sorted(lastStep) {
    const rows = [...this.rows.values()].sort((a, b) => a[0] - b[0]);
    const steps = rows.map((row) => {
      const first = row[0] * this.width;
      return (first + Math.max(first, Math.min(first + this.width - 1, lastStep))) / 2;
    });
    return { rows, steps };
  }

  // A field's means (part 0), least (1) or largest values (2).
  column(rows, field, part = 0) {
    const at = 1 + 3 * this.fields.indexOf(field) + part;
    return rows.map((row) => (at > 0 && row[at] !== undefined ? row[at] : null));
  }
}

export class Run {
  constructor() {
    this.metrics = new Series();
    this.ratios = new Series();
    this.validations = new Series();
    this.reset();
  }

  reset() {
    for (const series of [this.metrics, this.ratios, this.validations]) series.clear();
    this.progress = { state: 'waiting', step: 0 };
    this.facts = null;
    this.events = [];
    this.forgotten = 0;
    this.members = [];
    this.samples = [];
    this.latency = null;
  }

  // Returns which parts have changed.
  take(message) {
    const changed = new Set(['progress', 'members']);
    if (message.reset) {
      this.reset();
      for (const part of ['metrics', 'ratios', 'validations', 'events', 'samples', 'latency']) changed.add(part);
    }
    this.progress = message.progress;
    this.members = message.members;
    if (message.facts) this.facts = message.facts;
    for (const part of ['metrics', 'ratios', 'validations']) {
      if (message[part]) {
        this[part].take(message[part]);
        changed.add(part);
      }
    }
    if (message.events) {
      this.events = message.events;
      this.forgotten = message.forgottenEvents;
      changed.add('events');
    }
    for (const part of ['samples', 'latency']) {
      if (message[part]) {
        this[part] = message[part];
        changed.add(part);
      }
    }
    return changed;
  }

  get steps() {
    return this.facts ? this.facts.steps : 0;
  }

  // How many nodes trained at a step, as the generations tell: a function of ascending steps.
  nodesAt() {
    const generations = this.events.filter((event) => event.event === 'generation');
    return (step) => {
      let nodes = 1;
      for (const generation of generations) {
        if (generation.step < step || generation === generations[0]) nodes = generation.nodes.length;
      }
      return nodes;
    };
  }

  // The largest peak that a leading node has measured of itself: one that measures while others compute finds too little.
  get peakGflops() {
    return Math.max(0, ...this.events.map((event) => event.peakGflops || 0), this.facts ? this.facts.peakGflops : 0);
  }

  // The share of the peak that so many tokens a second are, where all nodes are as fast as that one.
  share(tokensPerSecond, nodes) {
    const peak = this.peakGflops * 1e9;
    return peak && tokensPerSecond !== null ? (tokensPerSecond * this.facts.flopsPerToken) / (peak * nodes) : null;
  }

  get present() {
    return this.members.filter((member) => member.state !== 'lost' && member.state !== 'left').length;
  }
}
