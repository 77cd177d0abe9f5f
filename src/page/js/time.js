// What runs over time: terms of licenses, trends over the published dates, and what moved since the run before.

const DAY = 86400000;
const BACK = 180;
const AHEAD = 365;

function daysFromNow(date) {
  return date === null ? null : Math.round((Date.parse(date) - Date.parse(DATA.run.as_of)) / DAY);
}

/** Where a day stands on the time line, in percent; what lies outside stands at its edge. */
function atDay(days) {
  return (100 * (Math.min(AHEAD, Math.max(-BACK, days)) + BACK)) / (BACK + AHEAD);
}

function termLine(row) {
  const end = daysFromNow(row.ends_on);
  const start = row.starts_on === null ? -BACK : daysFromNow(row.starts_on);
  const look = STATUS[row.status] ? STATUS[row.status][2] : 'plain';
  const [from, to] = [atDay(start), atDay(end === null ? AHEAD : end)];
  const renewal = row.renews_on === null ? null : daysFromNow(row.renews_on);
  const ticks = [-90, 90, 180, 270].map((day) => el('span', { class: 'tick', css: { left: atDay(day) + '%' } }));
  return el('span', { class: 'term', 'aria-hidden': 'true' }, ticks,
    el('span', { class: 'span ' + look, css: { left: from + '%', width: Math.max(0.6, to - from) + '%' } }),
    el('span', { class: 'today', css: { left: atDay(0) + '%' } }),
    renewal !== null && renewal >= -BACK && renewal <= AHEAD && el('span', { class: 'renewal', css: { left: atDay(renewal) + '%' } }, '◆'));
}

function inDays(days) {
  if (days === null) return NOTHING;
  if (days === 0) return 'today';
  return days > 0 ? 'in ' + count(days, 'day') : count(-days, 'day') + ' ago';
}

function termColumns() {
  return [
    licenseColumn(), productColumn(),
    { head: 'Status', key: (row) => row.status, cell: (row) => pill(row.status) },
    dateColumn('Ends', 'ends_on'),
    { head: 'That is', number: true, key: (row) => daysFromNow(row.ends_on), cell: (row) => inDays(daysFromNow(row.ends_on)) },
    { head: 'Six months back, a year ahead', wide: true, cell: termLine },
    numberColumn('Given', 'allocated'), numberColumn('Seats', 'seats', true),
    dateColumn('Renewal', 'renews_on', true), textColumn('Responsible', 'responsible', true),
  ];
}

function termsSection() {
  const ends = (row) => {
    const days = daysFromNow(row.ends_on);
    const renewal = daysFromNow(row.renews_on);
    const soon = (day) => day !== null && day >= 0 && day <= AHEAD;
    return ['expiring', 'grace', 'expired'].includes(row.status) || (row.status === 'active' && (soon(days) || soon(renewal)));
  };
  // What ends next stands first, then what has ended, the latest first.
  const weight = (row) => {
    const days = daysFromNow(row.ends_on);
    if (row.status === 'expired') return 2 * AHEAD - (days === null ? 0 : days);
    return days === null ? daysFromNow(row.renews_on) : days;
  };
  const rows = LICENSES.filter(ends).sort((one, other) => weight(one) - weight(other) || compare(one.license_id, other.license_id));
  return section('terms', 'Expiring and expired licenses', 'In grace and expiring first, then what ends or is renewed within a year, then what has expired.',
    legend([['line good', 'in force'], ['line warn', 'expiring or in grace'], ['line bad', 'expired'], ['diamond', 'renewal is due'], ['now', DATA.run.as_of]]),
    listing({
      caption: 'Licenses by when they end', columns: termColumns(), rows, first: 20, none: 'No license ends within a year.',
      filters: [{ label: 'Status', value: (row) => row.status, word: statusWord }],
      find: (row) => [row.license_id, row.product_id, productName(row.product_id), row.responsible, row.contract_id],
    }),
    DATA.licenses.all > LICENSES.length && el('p', { class: 'note' }, 'Of ', number(DATA.licenses.all), ' licenses ', number(LICENSES.length), ' are in this file. ', command('show --status'), ' and usage.parquet have all.'));
}

function trendsSection() {
  const { days, unreadable, older } = DATA.trends;
  const missing = unreadable.length > 0 && el('p', { class: 'note' }, 'The positions of ', unreadable.join(', '), ' cannot be read.');
  const about = 'The position of the newest run of each published date' + (older ? '; ' + count(older, 'earlier date') + ' left out.' : '.');
  if (days.length < 2) return section('trends', 'Trends', null, el('p', { class: 'note' }, 'Trends begin with the second published date.'), missing);
  const line = (key) => days.map((day) => [day.as_of, day[key]]);
  const inCurrency = (key, currency) => days.map((day) => {
    const own = day[key].find(([other]) => other === currency);
    return [day.as_of, own ? Number(own[1]) : 0];
  });
  const currencies = (key) => [...new Set(days.flatMap((day) => day[key].map(([currency]) => currency)))];
  const ofMoney = (key, title) => currencies(key).map((currency) => lineChart(title + ', ' + (currency || 'no currency'), inCurrency(key, currency), (value) => number(Math.round(value))));
  const columns = [
    { head: 'Date', key: (day) => day.as_of, cell: (day) => day.as_of }, numberColumn('Products short', 'short'), numberColumn('Required', 'required'),
    numberColumn('Covered', 'allocated'), numberColumn('Missing', 'outstanding'), numberColumn('Left over', 'available'),
    { head: 'Deficit', number: true, cell: (day) => purse(day.deficit) }, { head: 'Idle', number: true, cell: (day) => purse(day.idle) },
  ];
  return section('trends', 'Trends', about, missing,
    el('div', { class: 'trends' }, lineChart('Missing units', line('outstanding')), lineChart('Products short', line('short')), ofMoney('deficit', 'Deficit'), ofMoney('idle', 'Idle')),
    el('details', {}, el('summary', {}, 'The same as a table'), listing({ caption: 'Positions by published date', columns, rows: days })));
}

function movementColumns() {
  return [
    { head: 'Demand', key: (row) => row.demand_id, cell: (row) => demandLink(row.demand_id) }, productColumn(),
    { head: 'Change', key: (row) => row.change, cell: (row) => pill(row.change) },
    licenseColumn('from_license_id', 'From'), licenseColumn('to_license_id', 'To'),
    { head: 'Cause', key: (row) => row.cause, cell: (row) => say(row.cause) },
  ];
}

function movementsSection() {
  const { run, movements } = DATA;
  if (!movements) return section('movements', 'Movements', null, el('p', { class: 'note' }, 'There is no run of an earlier date to compare with.'));
  const rows = movements.counts.map(([change, cause, many]) => ({ change, cause, many }));
  const columns = [
    { head: 'Change', key: (one) => one.change, cell: (one) => pill(one.change) },
    { head: 'Cause', key: (one) => one.cause, cell: (one) => say(one.cause) }, numberColumn('Demands', 'many'),
  ];
  const about = 'Demands that are covered otherwise than in the run of ' + (run.baseline_as_of || 'the date before') + ' (' + run.baseline + ').';
  return section('movements', 'Movements since last time', about,
    listing({ caption: 'Movements by change and cause', columns, rows, none: 'Nothing moved.' }),
    MOVEMENTS.length > 0 && listing({
      caption: 'Movements one by one', columns: movementColumns(), rows: MOVEMENTS, all: movements.rows.all, first: 12, more: command('diff'),
      filters: [{ label: 'Change', value: (row) => row.change }, { label: 'Cause', value: (row) => row.cause, word: say }],
      find: (row) => [row.demand_id, productName(row.product_id), row.from_license_id, row.to_license_id],
    }));
}
