// Numbers, money and codes as people read them.

const COUNT = new Intl.NumberFormat('en-GB');
const NOTHING = '–';

function number(value) {
  return value === null || value === undefined ? NOTHING : COUNT.format(value);
}

function count(value, noun, nouns) {
  return number(value) + ' ' + (value === 1 ? noun : nouns || noun + 's');
}

/** Money comes as a text, since a number would not hold it exactly; only its looks change here. */
function amount(text, places) {
  if (text === null || text === undefined) return NOTHING;
  const [whole, rest = ''] = text.split('.');
  const sign = whole.startsWith('-') ? '−' : '';
  const grouped = whole.replace('-', '').replace(/\B(?=(\d{3})+$)/g, ',');
  const shown = places === undefined ? (rest ? Math.max(2, rest.length) : 0) : Math.max(places, rest.length);
  return sign + grouped + (shown ? '.' + rest.padEnd(shown, '0') : '');
}

function money(text, currency) {
  return text === null || text === undefined ? NOTHING : (currency ? currency + ' ' : '') + amount(text);
}

/** Sums by currency, one beside the other: they are never added. */
function purse(pairs) {
  if (!pairs.length) return NOTHING;
  return pairs.map(([currency, text]) => money(text, currency || 'no currency')).join(' + ');
}

function percent(part, whole) {
  return whole ? (Math.floor((1000 * part) / whole) / 10).toFixed(1) + ' %' : NOTHING;
}

const UNITS = {
  device: 'device', core: 'core', processor: 'processor', instance: 'instance', concurrent: 'concurrent seat',
  user: 'user', named_user: 'named user', site: 'demand',
};

/** Licenses of these statuses give seats. */
const USABLE = new Set(['active', 'expiring', 'grace']);

function units(value, metric) {
  return count(value, UNITS[metric] || 'unit');
}

/** Status words, each with a sign of its own: color is never all that tells. */
const STATUS = {
  under_licensed: ['▼', 'short', 'bad'],
  over_licensed: ['▲', 'over', 'idle'],
  compliant: ['●', 'compliant', 'good'],
  not_licensable: ['○', 'nothing to cover', 'plain'],
  active: ['●', 'active', 'good'],
  expiring: ['!', 'expiring', 'warn'],
  grace: ['!', 'in grace', 'warn'],
  expired: ['×', 'expired', 'bad'],
  pending: ['…', 'pending', 'plain'],
  retired: ['○', 'retired', 'plain'],
  incomplete: ['?', 'incomplete', 'warn'],
  critical: ['▼', 'critical', 'bad'],
  warning: ['!', 'warning', 'warn'],
  info: ['i', 'info', 'plain'],
  lost: ['▼', 'lost', 'bad'],
  new: ['+', 'new', 'warn'],
  gained: ['▲', 'gained', 'good'],
  moved: ['↔', 'moved', 'plain'],
  gone: ['−', 'gone', 'plain'],
};

function pill(code) {
  const [sign, word, look] = STATUS[code] || ['·', say(code), 'plain'];
  return el('span', { class: 'pill ' + look }, el('span', { class: 'sign', 'aria-hidden': 'true' }, sign), word);
}

function statusWord(code) {
  return (STATUS[code] || ['', say(code)])[1];
}

/** A code as words: `no_usable_license` reads as "no usable license". */
function say(code) {
  return code === null || code === undefined ? NOTHING : String(code).replaceAll('_', ' ');
}

const REASONS = {
  no_license: 'No license of the product at all',
  no_usable_license: 'Licenses, but none that is in force',
  no_user: 'No user, where only users can be covered',
  metric_mismatch: 'Licenses count something else',
  not_assigned: 'Named licenses, assigned to others',
  units_unknown: 'How much it needs is unknown',
  forbidden: 'Forbidden by a preference',
  requirement_failed: 'No license meets the requirements',
  all_or_nothing: 'Seats left, but too few to cover it whole',
  capacity_exhausted: 'All seats were taken',
  partly_covered: 'Covered in part',
};

function reason(code) {
  return REASONS[code] || say(code);
}

const ACTIONS = {
  buy: 'Buy', reclaim: 'Reclaim', renew: 'Renew', reassign: 'Reassign', drop: 'Drop', fix_data: 'Fix data',
};
const PLACES = { department: 'Department', location: 'Location', cost_center: 'Cost center', publisher: 'Publisher' };
