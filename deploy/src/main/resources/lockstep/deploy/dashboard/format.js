// Numbers and times for eyes.

export function number(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(Math.max(0, digits - 2));
  const decimals = size === 0 ? 0 : Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(size))));
  return value.toFixed(decimals);
}

export function count(value) {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '–';
}

// 1234567 as 1.23M: for axes and tiles
export function short(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  for (const [limit, unit] of [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']]) {
    if (size >= limit) return `${trim((value / limit).toPrecision(3))}${unit}`;
  }
  return trim(size === 0 ? '0' : value.toPrecision(3));
}

function trim(text) {
  return text.includes('e') ? text : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export function ms(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value >= 60000) return `${number(value / 60000, 3)} min`;
  if (value >= 1000) return `${number(value / 1000, 3)} s`;
  if (value > 0 && value < 0.1) return `${number(value * 1000, 3)} µs`;
  return `${number(value, 3)} ms`;
}

// As the tables of the command line: three digits behind ten, and as many as a histogram keeps.
export function millis(value) {
  return value.toFixed(value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0);
}

export function percent(share) {
  return share === null || share === undefined || !Number.isFinite(share) ? '–' : `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %`;
}

export function duration(milliseconds) {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return '–';
  const seconds = Math.round(milliseconds / 1000);
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  if (minutes > 0) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}

export function clock(timeMs) {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}
