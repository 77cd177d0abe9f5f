// The view of one license: its seats, who holds them, who was turned away, and the score of each.

function licensePage(id) {
  const row = LICENSE.get(id);
  if (!row) return notHere('License', id, 'why');
  const told = TOLD_LICENSE.get(id);
  const days = daysFromNow(row.ends_on);
  return page(id, 'License', [pill(row.status), ' of ', link('product', row.product_id, productName(row.product_id))],
    row.seats !== null && el('div', { class: 'large' }, coverageBar(row.allocated, 0, row.available)),
    row.seats !== null && legend([['covered', number(row.allocated) + ' given'], ['spare', number(row.available) + ' left']]),
    facts([
      ['Seats', row.seats === null ? 'not counted' : units(row.seats, row.metric)], ['Given', number(row.allocated)], ['Left', row.available === null ? null : number(row.available)],
      ['Reserved', row.reserved ? number(row.reserved) : null], ['Demands covered', number(row.demands_covered)], ['Of them inactive', row.inactive_covered ? number(row.inactive_covered) : null],
      ['Type', say(row.license_type)], ['Starts', row.starts_on], ['Ends', row.ends_on === null ? null : row.ends_on + ' (' + inDays(days) + ')'], ['Renewal', row.renews_on],
      ['Department', row.department], ['Location', row.location], ['Contract', row.contract_id], ['Responsible', row.responsible],
      ['Cost', row.cost_total === null ? null : money(row.cost_total, row.currency)], ['Of it idle', row.cost_available === null ? null : money(row.cost_available, row.currency)],
    ]),
    row.ends_on !== null && el('div', { class: 'large' }, termLine(row)),
    told ? toldParts(told, id) : el('p', { class: 'note' }, 'Who holds its seats is not in this file. ', ask('why ' + quoted(id)), ' and ', ask('show license ' + quoted(id)), ' tell it.'));
}

function toldParts(told, id) {
  const covers = told.covers.map(([demand_id, product_id, phase, units, turn, score, rank, candidates, decided_by, reservation_id]) =>
    ({ demand_id, product_id, phase, units, turn, score, rank, candidates, decided_by, reservation_id }));
  const away = told.away.map(([demand_id, turn, score, best, need]) => ({ demand_id, turn, score, best, need }));
  const holders = [
    { head: 'Demand', key: (one) => one.demand_id, cell: (one) => demandLink(one.demand_id) },
    { head: 'By', key: (one) => one.phase, cell: (one) => one.phase }, numberColumn('Seats', 'units'), numberColumn('Score', 'score'),
    { head: 'Rank', number: true, key: (one) => one.rank, cell: (one) => (one.rank === null ? null : one.rank + ' of ' + one.candidates) }, numberColumn('Turn', 'turn', true),
    { head: 'Decided by', minor: true, key: (one) => one.decided_by, cell: (one) => (one.decided_by === null ? null : say(one.decided_by)) }, textColumn('Reservation', 'reservation_id', true),
  ];
  const refused = [
    { head: 'Demand', key: (one) => one.demand_id, cell: (one) => demandLink(one.demand_id) }, numberColumn('Score', 'score'), numberColumn('Needs', 'need'), numberColumn('Turn', 'turn'),
    { head: 'Its best candidate', key: (one) => (one.best ? 0 : 1), cell: (one) => (one.best ? 'yes' : 'no') },
  ];
  const more = ask('why ' + quoted(id) + ' --all');
  return [
    part('Who holds its seats', listing({ caption: 'Whom it covers', columns: holders, rows: covers, all: told.covers_all, more, none: 'It covers nothing.', find: (one) => [one.demand_id] })),
    part('Who was turned away', listing({ caption: 'Demands in deficit that could draw on it', columns: refused, rows: away, all: told.away_all, more, none: 'No demand in deficit could draw on it.', find: (one) => [one.demand_id] })),
    part('In words', words([DATA.run.line, '', ...linesOf(told.text)]), el('p', { class: 'note' }, 'So says ', ask('why ' + quoted(id)))),
  ];
}
