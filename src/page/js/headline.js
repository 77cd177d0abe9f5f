// The head of the report: what the run is, whether the estate is compliant, what is missing and what lies idle.

function headline() {
  const { headline: head, run } = DATA;
  const short = head.statuses.under_licensed || 0;
  const verdict = short
    ? number(short) + ' of ' + count(head.products, 'product') + (short === 1 ? ' is' : ' are') + ' short of licenses'
    : 'Every product that needs a license is covered';
  return el('section', { class: 'headline', 'aria-labelledby': 'verdict' },
    el('p', { class: 'kicker' }, el('span', { class: 'pill ' + (short ? 'bad' : 'good') },
      el('span', { class: 'sign', 'aria-hidden': 'true' }, short ? '▼' : '●'), short ? 'Not compliant' : 'Compliant'),
      ' Job ', el('strong', {}, run.job), ', for ', el('time', { datetime: run.as_of }, el('strong', {}, run.as_of)),
      el('span', { class: 'what' }, 'run ', el('code', {}, run.id))),
    el('h1', { id: 'verdict', tabindex: '-1' }, verdict),
    el('div', { class: 'cards' }, missingCard(head), idleCard(head), coverageCard(head), productsCard(head)));
}

function card(title, big, ...rest) {
  return el('section', { class: 'card' }, el('h2', {}, title), el('div', { class: 'big' }, big), rest);
}

/** Each currency on a line of its own: amounts of two are never one. */
function amounts(pairs) {
  if (!pairs.length) return el('p', { class: 'sum' }, '0');
  const sum = ([currency, text]) => el('p', { class: 'sum' }, amount(whole(text)), ' ', el('span', { class: 'currency' }, currency || 'no currency'));
  return pairs.map(sum);
}

/** The headline does without cents; the tables have them. */
function whole(text) {
  return String(text).split('.')[0];
}

function missingCard(head) {
  const all = head.missing.reduce((sum, [, units]) => sum + units, 0);
  const [products, missing] = head.unpriced;
  // Without a price an amount of 0 would be a lie.
  const big = all > 0 && !head.missing_money.length ? el('p', { class: 'sum' }, count(all, 'unit')) : amounts(head.missing_money);
  return card('Deficit', big,
    el('p', {}, count(all, 'unit'), ' in ', count(head.deficits, 'demand'), ' not covered'),
    el('p', { class: 'fine' }, head.missing.map(([metric, value]) => units(value, metric)).join(' · ')),
    products > 0 && el('p', { class: 'fine' }, count(products, 'product'), ' with ', count(missing, 'unit'), ' missing ', products === 1 ? 'has' : 'have', ' no price'));
}

function idleCard(head) {
  const over = head.statuses.over_licensed || 0;
  const big = head.idle > 0 && !head.idle_money.length ? el('p', { class: 'sum' }, count(head.idle, 'unit')) : amounts(head.idle_money);
  return card('Idle', big,
    el('p', {}, count(head.idle, 'unit'), ' left over'),
    el('p', { class: 'fine' }, count(over, 'product'), ' over-licensed · ', count(head.licenses, 'license')));
}

function coverageCard(head) {
  const ways = ['direct', 'bundle', 'affinity', 'downgrade'].map((word, place) => [word, head.phases[place]]).filter(([, value]) => value > 0);
  return card('Covered', el('p', { class: 'sum' }, percent(head.covered, head.demands)),
    coverageBar(head.covered, head.deficits, 0),
    el('p', {}, number(head.covered), ' of ', count(head.demands, 'demand'), ', from ', count(head.consumptions, 'consumption')),
    el('p', { class: 'fine' }, ways.map(([word, value]) => number(value) + ' ' + word).join(' · '), ways.length ? ' (units, by how)' : ''));
}

function productsCard(head) {
  const looks = { under_licensed: 'missing', over_licensed: 'spare', compliant: 'covered', not_licensable: 'nothing' };
  const known = Object.keys(looks).filter((status) => head.statuses[status]);
  return card('Products', el('p', { class: 'sum' }, number(head.products)),
    bar(known.map((status) => [head.statuses[status], looks[status], statusWord(status)])),
    el('ul', { class: 'statuses' }, known.map((status) => el('li', {}, number(head.statuses[status]), ' ', pill(status)))));
}
