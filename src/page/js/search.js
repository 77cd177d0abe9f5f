// The search box: a combobox over all identifiers that this file can tell about.

const MOST_MATCHES = 12;
const KIND_ORDER = ['product', 'license', 'asset', 'user', 'demand'];

/** Everything that can be opened: { kind, id, label, text }. Made when somebody first types. */
function searchable() {
  const entry = (kind, id, label, href) => ({ kind, id, label, href, low: id.toLowerCase(), text: (id + ' ' + (label || '')).toLowerCase() });
  const to = (kind, id) => '#' + kind + '=' + encodeURIComponent(id);
  return [
    ...POSITIONS.map((row) => entry('product', row.product_id, row.name, to('product', row.product_id))),
    ...LICENSES.map((row) => entry('license', row.license_id, productName(row.product_id), to('license', row.license_id))),
    ...DATA.answers.subjects.map((subject) => entry(subject.kind, subject.id, count(subject.demands.length, 'demand'), to('why', subject.id))),
    ...[...TOLD_DEMAND.keys()].map((id) => entry('demand', id, '', to('why', id))),
  ];
}

function matching(entries, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [];
  const weight = (entry) => {
    if (entry.low === wanted) return 0;
    if (entry.low.startsWith(wanted)) return 1;
    return entry.text.includes(wanted) ? 2 : -1;
  };
  const found = entries.map((entry) => [weight(entry), entry]).filter(([rank]) => rank >= 0);
  const order = (entry) => KIND_ORDER.indexOf(entry.kind);
  found.sort(([left, one], [right, other]) => left - right || order(one) - order(other) || compare(one.id, other.id));
  return found.map(([, entry]) => entry);
}

function startSearch() {
  const [form, box, list] = ['search', 'query', 'matches'].map(byId);
  const state = { entries: null, found: [], chosen: -1 };

  const close = () => {
    list.hidden = true;
    state.chosen = -1;
    box.setAttribute('aria-expanded', 'false');
    box.removeAttribute('aria-activedescendant');
  };
  const open = (href) => {
    close();
    if (location.hash === href) route();
    else location.hash = href;
  };
  const choose = (place) => {
    state.chosen = place;
    [...list.children].forEach((item, own) => item.setAttribute('aria-selected', String(own === place)));
    if (place < 0) return box.removeAttribute('aria-activedescendant');
    box.setAttribute('aria-activedescendant', 'match-' + place);
    list.children[place].scrollIntoView({ block: 'nearest' });
  };
  const option = (entry, place) => el('li', { role: 'option', id: 'match-' + place, 'aria-selected': 'false', on: { mousedown: (event) => { event.preventDefault(); open(entry.href); } } },
    el('span', { class: 'kind' }, entry.kind), el('span', { class: 'what' }, entry.id), entry.label && el('span', { class: 'label' }, entry.label));
  const typed = () => {
    state.entries = state.entries || searchable();
    const found = matching(state.entries, box.value);
    state.found = found.slice(0, MOST_MATCHES);
    list.replaceChildren(...state.found.map(option));
    choose(-1);
    list.hidden = !state.found.length;
    box.setAttribute('aria-expanded', String(!list.hidden));
    if (box.value.trim()) announce(found.length ? count(found.length, 'match', 'matches') + '.' : 'No match in this file. Enter tells which command knows it.');
  };
  const step = (by) => {
    if (list.hidden) typed();
    if (state.found.length) choose((state.chosen + by + state.found.length + (state.chosen < 0 && by < 0 ? 1 : 0)) % state.found.length);
  };

  box.addEventListener('input', typed);
  box.addEventListener('blur', close);
  box.addEventListener('keydown', (event) => {
    const act = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Escape: close }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const words = box.value.trim();
    if (!words) return;
    if (state.chosen >= 0) return open(state.found[state.chosen].href);
    // What is typed whole is meant: all that it names. Otherwise the first match is the best guess.
    const same = state.found.filter((entry) => entry.id === words);
    const guess = same.length === 1 ? same[0].href : '#why=' + encodeURIComponent(words);
    open(same.length || !state.found.length ? guess : state.found[0].href);
  });
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    box.focus();
  });
}
