// The sections of the overview, one after the other.

function section(id, title, about, ...content) {
  return el('section', { id, 'aria-labelledby': id + '-title' },
    el('h2', { id: id + '-title', tabindex: '-1' }, title), about && el('p', { class: 'about' }, about), content);
}

function positionColumns(rows) {
  const largest = Math.max(1, ...rows.map((row) => row.required + Math.max(0, row.available)));
  // Products of a few units and of thousands share one table: the square root lets the small ones be seen.
  const scale = (row) => Math.sqrt((row.required + Math.max(0, row.available)) / largest);
  const cover = (row) => (row.required ? row.allocated / row.required : null);
  const drawn = (row) => {
    const size = row.required + Math.max(0, row.available);
    if (!size) return null;
    return el('span', { class: 'sized', css: { width: Math.max(6, 100 * scale(row)) + '%' } }, coverageBar(row.allocated, row.outstanding, row.available));
  };
  return [
    { head: 'Product', name: true, key: (row) => productName(row.product_id), cell: (row) => productLink(row.product_id, row.publisher, 'counted in ' + (UNITS[row.metric] || row.metric) + 's') },
    { head: 'Status', key: (row) => ['under_licensed', 'over_licensed', 'compliant', 'not_licensable'].indexOf(row.status), cell: (row) => pill(row.status) },
    { head: 'Coverage', wide: true, key: cover, number: false, cell: (row) => el('span', { class: 'cover' }, el('span', { class: 'track' }, drawn(row)), percent(row.allocated, row.required)) },
    numberColumn('Required', 'required'),
    numberColumn('Covered', 'allocated', true),
    numberColumn('Missing', 'outstanding'),
    numberColumn('Left over', 'available'),
    moneyColumn('Deficit', 'deficit_cost'),
    moneyColumn('Idle', 'idle_cost'),
  ];
}

function positionsSection() {
  return section('positions', 'Position of all products', 'The worst first: what is missing by what it costs, then what is idle. Longer bars are larger products.',
    legend([['covered', 'covered'], ['missing', 'missing'], ['spare', 'left over']]),
    listing({
      caption: 'Position of every product', columns: positionColumns(POSITIONS), rows: POSITIONS, all: DATA.positions.all, first: 40, more: ask('show'),
      filters: [
        { label: 'Status', value: (row) => row.status, word: statusWord },
        { label: 'Publisher', value: (row) => row.publisher || 'none' },
        { label: 'Counted in', value: (row) => row.metric, word: say },
      ],
      find: (row) => [row.product_id, row.name, row.publisher],
    }));
}

function deficitColumns(ofProduct) {
  return [
    { head: 'Demand', key: (row) => row.demand_id, cell: (row) => demandLink(row.demand_id) },
    ...(ofProduct ? [] : [productColumn()]),
    { head: 'Missing', number: true, key: (row) => row.units, cell: (row) => units(row.units, row.metric) },
    { head: 'Why', wide: true, key: (row) => row.reason, cell: (row) => [el('strong', {}, say(row.reason)), row.requirement ? ' (' + row.requirement + ')' : '', el('span', { class: 'sentence' }, row.detail)] },
    { ...licenseColumn('best_license_id', 'Best license'), minor: true },
    { ...numberColumn('Its score', 'best_score'), minor: true },
    { ...numberColumn('Lowest served', 'cut_off_score'), minor: true },
    moneyColumn('Cost', 'estimated_cost'),
  ];
}

function deficitsSection() {
  const { reasons, rows } = DATA.deficits;
  const largest = Math.max(1, ...reasons.map((one) => one.demands));
  const columns = [
    { head: 'Reason', key: (one) => one.reason, cell: (one) => [reason(one.reason), el('span', { class: 'id' }, one.reason)] },
    { head: 'Share', wide: true, cell: (one) => bar([[one.demands, 'missing', '']], largest) },
    numberColumn('Demands', 'demands'), numberColumn('Units', 'units'), numberColumn('Products', 'products'),
    { head: 'Cost', number: true, cell: (one) => purse(one.money) },
  ];
  return section('deficits', 'Deficits by reason', 'Every demand that is not covered has one reason. Below, the demands themselves: of each product those that cost most.',
    listing({ caption: 'Deficits by reason', columns, rows: reasons, none: 'No demand is in deficit.' }),
    DEFICITS.length > 0 && listing({
      caption: 'Demands in deficit', columns: deficitColumns(false), rows: DEFICITS, all: rows.all, first: 12, more: ask('show product PRODUCT_ID'),
      filters: [{ label: 'Reason', value: (row) => row.reason, word: say }],
      find: (row) => [row.demand_id, productName(row.product_id), row.asset_id, row.user_id, row.best_license_id],
    }));
}

function usageColumns(dimension) {
  const largest = Math.max(1, ...DATA.places.values.filter((one) => one.dimension === dimension).map((one) => one.required));
  return [
    { head: PLACES[dimension], key: (one) => one.value, cell: (one) => link('place', dimension + '=' + (one.value === null ? '' : one.value), one.value === null ? 'none stated' : one.value) },
    { head: 'Units', wide: true, cell: (one) => coverageBar(one.allocated, one.outstanding, 0, largest) },
    numberColumn('Demands', 'demands'), numberColumn('Required', 'required'), numberColumn('Covered', 'allocated', true),
    numberColumn('Missing', 'outstanding'),
    { head: 'Covered', number: true, key: (one) => (one.required ? one.allocated / one.required : null), cell: (one) => percent(one.allocated, one.required) },
    { head: 'Products short', number: true, minor: true, key: (one) => one.short, cell: (one) => number(one.short) + ' of ' + number(one.products) },
    numberColumn('Inactive', 'inactive', true),
  ];
}

function usageSection() {
  const tables = Object.keys(PLACES).map((dimension) => [dimension, DATA.places.values.filter((one) => one.dimension === dimension)]).filter(([, rows]) => rows.length > 0);
  const shown = el('div', {});
  const show = (dimension, rows) => shown.replaceChildren(listing({
    caption: 'Usage by ' + PLACES[dimension].toLowerCase(), columns: usageColumns(dimension), rows, all: DATA.places.all[dimension], first: 15,
    find: (one) => [one.value], more: 'usage_by.parquet of the run',
  }));
  const choice = ([dimension, rows], place) => el('label', {}, el('input', {
    type: 'radio', name: 'dimension', value: dimension, checked: place === 0, on: { change: () => show(dimension, rows) },
  }), el('span', {}, PLACES[dimension]));
  if (tables.length) show(...tables[0]);
  return section('usage', 'Usage by department and location', 'Units of all products together, in the metric of each: good for comparing places, not for adding up.',
    el('fieldset', { class: 'choice' }, el('legend', { class: 'unseen' }, 'Usage by'), tables.map(choice)),
    legend([['covered', 'covered'], ['missing', 'missing']]), shown);
}

function alertColumns() {
  return [
    { head: 'Severity', key: (row) => ['critical', 'warning', 'info'].indexOf(row.severity), cell: (row) => pill(row.severity) },
    { head: 'What', key: (row) => row.kind + row.code, cell: (row) => [say(row.kind), el('span', { class: 'id' }, row.code)] },
    { head: 'Message', wide: true, cell: (row) => el('span', { class: 'sentence' }, row.message) },
    productColumn(), licenseColumn(), textColumn('Subject', 'subject', true), numberColumn('Units', 'units', true), dateColumn('Date', 'date', true),
  ];
}

function alertsSection() {
  const rows = DATA.alerts.counts.map(([severity, kind, code, many]) => ({ severity, kind, code, many }));
  const columns = [
    { head: 'Alert', key: (one) => one.kind + one.code, cell: (one) => [say(one.kind), el('span', { class: 'id' }, one.code)] },
    { head: 'Severity', key: (one) => one.severity, cell: (one) => pill(one.severity) },
    numberColumn('How many', 'many'),
  ];
  return section('alerts', 'Alerts', 'What somebody should look at, the gravest first.',
    listing({ caption: 'Alerts by kind', columns, rows, none: 'There is no alert.' }),
    ALERTS.length > 0 && listing({
      caption: 'Alerts one by one', columns: alertColumns(), rows: ALERTS, all: DATA.alerts.rows.all, first: 10, more: 'alerts.parquet of the run',
      filters: [{ label: 'Severity', value: (row) => row.severity }, { label: 'Kind', value: (row) => row.kind, word: say }],
      find: (row) => [row.message, row.code, row.product_id, row.license_id, row.subject],
    }));
}

function adviceColumns() {
  return [
    { head: 'Action', key: (row) => row.action, cell: (row) => ACTIONS[row.action] || row.action },
    { head: 'Reason', wide: true, cell: (row) => el('span', { class: 'sentence' }, row.reason) },
    productColumn(), licenseColumn(), numberColumn('Units', 'units'), moneyColumn('Amount', 'amount'),
  ];
}

function adviceSection() {
  const rows = DATA.advice.totals.map(([action, many, units, money]) => ({ action, many, units, money }));
  const columns = [
    { head: 'Action', key: (one) => one.action, cell: (one) => ACTIONS[one.action] || one.action },
    numberColumn('Recommendations', 'many'), numberColumn('Units', 'units'), { head: 'Amount', number: true, cell: (one) => purse(one.money) },
  ];
  return section('advice', 'Recommendations', 'What could be done about it, and what it is worth. Whether to do it is for people to decide.',
    listing({ caption: 'Recommendations by action', columns, rows, none: 'There is nothing to recommend.' }),
    ADVICE.length > 0 && listing({
      caption: 'Recommendations one by one', columns: adviceColumns(), rows: ADVICE, all: DATA.advice.rows.all, first: 12, more: 'recommendations.parquet of the run',
      filters: [{ label: 'Action', value: (row) => row.action, word: (action) => ACTIONS[action] || action }],
      find: (row) => [row.reason, row.product_id, productName(row.product_id), row.license_id],
    }));
}
