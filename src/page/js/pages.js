// The view of one product, one license, or one department or location.

function page(title, kind, lead, ...content) {
  return el('article', { class: 'page' },
    el('p', { class: 'kicker' }, el('a', { href: '#' }, '← Overview'), el('span', { class: 'what' }, kind)),
    el('h1', { tabindex: '-1' }, title), lead && el('p', { class: 'lead' }, lead), content);
}

function part(title, ...content) {
  return el('section', {}, el('h2', {}, title), content);
}

/** Facts as a list of terms; those without a value stay out. */
function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== NOTHING);
  return el('dl', { class: 'facts' }, known.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

function notHere(kind, id, text) {
  return page(id, kind, null, el('p', { class: 'note' }, 'This file has nothing on it: the run does not know it, or left it out. ', ask(text + ' ' + quoted(id)), ' tells which.'));
}

function demandLink(id) {
  return TOLD_DEMAND.has(id) ? link('why', id) : id;
}

function productPage(id) {
  const row = PRODUCT.get(id);
  if (!row) return notHere('Product', id, 'show product');
  const own = (rows) => rows.filter((one) => one.product_id === id);
  const [licenses, deficits, alerts, advice, moved] = [LICENSES, DEFICITS, ALERTS, ADVICE, MOVEMENTS].map(own);
  const ways = ['direct', 'bundle', 'affinity', 'downgrade'].map((way) => ['Covered by ' + way, row['allocated_' + way] ? number(row['allocated_' + way]) : null]);
  const trend = DATA.trends.products[id];
  const reasons = grouped(deficits, (one) => one.reason);
  return page(row.name || id, ['Product ', el('span', { class: 'id' }, id)], [pill(row.status), ' ', productSentence(row)],
    el('div', { class: 'large' }, coverageBar(row.allocated, row.outstanding, row.available)),
    legend([['covered', 'covered ' + number(row.allocated)], ['missing', 'missing ' + number(row.outstanding)], ['spare', 'left over ' + number(row.available)]]),
    facts([
      ['Publisher', row.publisher], ['Counted in', UNITS[row.metric] ? UNITS[row.metric] + 's' : row.metric], ['Demands', number(row.demands)], ['Consumptions', number(row.consumptions)],
      ['Required', number(row.required)], ['Seats in force', number(row.seats)], ...ways,
      ['Lent to older versions', row.lent ? number(row.lent) : null], ['Borrowed from newer ones', row.borrowed ? number(row.borrowed) : null], ['Given to bundles', row.bundled ? number(row.bundled) : null],
      ['Deficit', row.deficit_cost === null ? null : money(row.deficit_cost, row.currency)], ['Idle', row.idle_cost === null ? null : money(row.idle_cost, row.currency)],
    ]),
    trend && DATA.trends.days.length > 1 && part('Missing over time', lineChart('Missing units', DATA.trends.days.map((day, place) => [day.as_of, trend[place]]))),
    part('Licenses', unlikeUnits(licenses), listing({ caption: 'Licenses of the product', columns: licenseColumns(), rows: licenses, none: 'This file has no license of the product.', first: 30 })),
    deficits.length > 0 && part('Who was turned away', el('p', {}, [...reasons].map(([code, rows]) => number(rows.length) + ' ' + say(code)).join(' · ')),
      listing({ caption: 'Demands in deficit', columns: deficitColumns(true), rows: deficits, find: (one) => [one.demand_id, one.asset_id, one.user_id], first: 20 }),
      el('p', { class: 'note' }, 'All of them: ', ask('show product ' + quoted(id)))),
    placesPart(own(USAGE)),
    advice.length > 0 && part('Recommendations', listing({ caption: 'Recommendations', columns: adviceColumns().filter((column) => column.head !== 'Product'), rows: advice })),
    alerts.length > 0 && part('Alerts', listing({ caption: 'Alerts', columns: alertColumns().filter((column) => column.head !== 'Product'), rows: alerts })),
    moved.length > 0 && part('Movements since last time', listing({ caption: 'Movements', columns: movementColumns().filter((column) => column.head !== 'Product'), rows: moved })));
}

function productSentence(row) {
  const missing = row.outstanding ? units(row.outstanding, row.metric) + ' missing' : 'nothing missing';
  return units(row.required, row.metric) + ' required, ' + number(row.allocated) + ' covered, ' + missing + ', ' + number(row.available) + ' left over.';
}

/** What the seats in force are counted in, where their licenses differ: the position adds them up all the same. */
function unlikeUnits(licenses) {
  const seats = new Map();
  licenses.filter((row) => USABLE.has(row.status) && row.seats !== null).forEach((row) => seats.set(row.metric, (seats.get(row.metric) || 0) + row.seats));
  if (seats.size < 2) return null;
  const parts = [...seats].map(([metric, sum]) => units(sum, metric));
  return el('p', { class: 'note' }, 'Seats and what is left over add up unlike units: ' + parts.join(', ') + '.');
}

function licenseColumns() {
  return [
    licenseColumn(), { head: 'Status', key: (row) => row.status, cell: (row) => pill(row.status) },
    { head: 'Counted in', key: (row) => row.metric, cell: (row) => (UNITS[row.metric] && row.seats !== null ? UNITS[row.metric] + 's' : say(row.metric)) },
    { head: 'Use', wide: true, cell: (row) => (row.seats === null ? say(row.metric) : coverageBar(row.allocated, 0, row.available)) },
    numberColumn('Seats', 'seats'), numberColumn('Given', 'allocated'), numberColumn('Left', 'available'), numberColumn('Reserved', 'reserved', true),
    { head: 'Type', minor: true, key: (row) => row.license_type, cell: (row) => say(row.license_type) }, dateColumn('Ends', 'ends_on'),
    textColumn('Department', 'department', true), textColumn('Location', 'location', true), moneyColumn('Cost', 'cost_total', true),
  ];
}

function placesPart(rows) {
  const shown = rows.filter((row) => row.dimension === 'department' || row.dimension === 'location');
  if (!shown.length) return null;
  const largest = Math.max(1, ...shown.map((row) => row.required));
  const columns = [
    { head: 'Where', key: (row) => row.value, cell: (row) => link('place', row.dimension + '=' + (row.value || ''), row.value || 'none stated') },
    { head: 'By', key: (row) => row.dimension, cell: (row) => say(row.dimension) },
    { head: 'Units', wide: true, cell: (row) => coverageBar(row.allocated, row.outstanding, 0, largest) },
    numberColumn('Demands', 'demands'), numberColumn('Required', 'required'), numberColumn('Covered', 'allocated'), numberColumn('Missing', 'outstanding'), numberColumn('Inactive', 'inactive', true),
  ];
  return part('Where it is used', listing({ caption: 'Usage by department and location', columns, rows: shown, first: 12, filters: [{ label: 'By', value: (row) => row.dimension }] }));
}

function placePage(key) {
  const [dimension, ...rest] = key.split('=');
  const value = rest.join('=') || null;
  const own = DATA.places.values.find((one) => one.dimension === dimension && one.value === value);
  if (!own) return notHere(PLACES[dimension] || 'Place', value || 'none stated', 'show');
  const rows = USAGE.filter((row) => row.dimension === dimension && row.value === value);
  const columns = [
    productColumn(), { head: 'Units', wide: true, cell: (row) => coverageBar(row.allocated, row.outstanding, 0, Math.max(1, ...rows.map((one) => one.required))) },
    numberColumn('Demands', 'demands'), numberColumn('Required', 'required'), numberColumn('Covered', 'allocated'), numberColumn('Missing', 'outstanding'), numberColumn('Inactive', 'inactive', true),
  ];
  const lead = count(own.demands, 'demand') + ' of ' + count(own.products, 'product') + '; ' + count(own.short, 'product') + ' short. ' + number(own.inactive) + ' not used lately.';
  return page(value || 'None stated', PLACES[dimension], lead, el('div', { class: 'large' }, coverageBar(own.allocated, own.outstanding, 0)),
    legend([['covered', 'covered ' + number(own.allocated)], ['missing', 'missing ' + number(own.outstanding)]]),
    part('Products', listing({ caption: 'Products used here', columns, rows, all: own.products, find: (row) => [row.product_id, productName(row.product_id)], more: 'usage_by.parquet of the run' })));
}
