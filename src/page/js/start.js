// What is shown: the overview, or the view that the address names after its #.

const SECTIONS = [
  ['positions', 'Products', positionsSection], ['deficits', 'Deficits', deficitsSection], ['terms', 'Expiring', termsSection], ['usage', 'Usage', usageSection],
  ['advice', 'Recommendations', adviceSection], ['alerts', 'Alerts', alertsSection], ['movements', 'Movements', movementsSection], ['trends', 'Trends', trendsSection],
  ['quality', 'Data quality', qualitySection], ['left-out', 'Left out', leftOut],
];
const VIEWS = { product: productPage, license: licensePage, why: whyPage, place: placePage };
let overview = null;

function route() {
  const { run } = DATA;
  const [kind, ...rest] = location.hash.slice(1).split('=');
  const view = byId('view');
  const make = rest.length ? VIEWS[kind] : undefined;
  if (make) {
    const shown = make(decoded(rest.join('=')));
    view.replaceChildren(shown);
    const title = shown.querySelector('h1');
    document.title = title.textContent + ' · ' + run.job + ' ' + run.as_of;
    byId('sections').hidden = true;
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
    return;
  }
  // Made once: sorts and filters are as they were left.
  overview = overview || [headline(), ...SECTIONS.map(([, , section]) => section())];
  const back = !view.contains(overview[0]);
  if (back) view.replaceChildren(...overview);
  byId('sections').hidden = false;
  document.title = run.job + ' ' + run.as_of + ' · seatwise report';
  const target = SECTIONS.some(([id]) => id === kind) ? byId(kind) : null;
  if (target) {
    target.scrollIntoView();
    byId(kind + '-title').focus({ preventScroll: true });
  } else if (back) window.scrollTo(0, 0);
}

/** An address that somebody has typed may hold a % that begins nothing. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function foot() {
  const { run } = DATA;
  append(byId('foot'), [
    el('p', {}, 'Run ', el('code', {}, run.id), ' of job ', run.job, ', begun ', el('time', { datetime: run.started_at }, run.started_at), ', made by seatwise ', run.program_version, '.'),
    el('p', {}, 'Everything shown is in this one file; it asks no server. Money is never added across currencies. Amounts of a deficit are units × the catalog’s price.'),
  ]);
}

byId('which').textContent = DATA.run.job + ' · ' + DATA.run.as_of;
append(byId('sections'), [el('ul', {}, SECTIONS.map(([id, word]) => el('li', {}, el('a', { href: '#' + id }, word))))]);
foot();
startSearch();
window.addEventListener('hashchange', route);
route();
