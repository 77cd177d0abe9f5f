// Tables that sort, filter and grow: semantic ones, with a caption, scopes, and a button in every heading that sorts.

const FIRST_ROWS = 25;
const FEW_ROWS = 6;

/**
 * A table with its tools. `columns` are { head, cell(row), key(row), number, minor, wide }; without a key a column does not sort.
 * `filters` are { label, value(row), word(value) }: a choice each; with `find`, texts of a row, there is a box to search in.
 */
function listing({ caption, columns, rows, all, sort, filters = [], find, first = FIRST_ROWS, none = 'There is nothing to show.', more }) {
  columns = columns.map((column) => (column.among ? column.among(rows) : column));
  const state = { sort: sort || null, chosen: filters.map(() => ''), words: '', first, shown: first };
  const status = el('p', { class: 'count', role: 'status' });
  const body = el('tbody');
  const heads = columns.map((column, place) => heading(column, place, state, draw));
  const table = el('table', {}, el('caption', {}, caption), el('thead', {}, el('tr', {}, heads)), body);
  const grow = el('button', { type: 'button', class: 'grow', on: { click: () => { state.shown = Infinity; draw(); } } });
  const rest = all !== undefined && all > rows.length;

  function draw() {
    const found = sorted(filtered(rows, filters, find, state), columns, state.sort);
    const shown = found.slice(0, state.shown);
    body.replaceChildren(...shown.map((row) => tableRow(columns, row)));
    if (!shown.length) body.append(el('tr', {}, el('td', { colspan: columns.length, class: 'none' }, rows.length ? 'No row matches.' : none)));
    heads.forEach((head, place) => mark(head, columns[place], state.sort, place));
    grow.hidden = shown.length === found.length;
    grow.textContent = 'Show all ' + number(found.length) + ' rows';
    const narrowed = found.length < rows.length ? number(found.length) + ' of ' : '';
    status.replaceChildren(narrowed + count(rows.length, 'row') + (shown.length < found.length ? ', ' + number(shown.length) + ' shown' : '') + '. ');
    if (rest) append(status, ['The run has ' + number(all) + '. ', more ? ['All of them: ', more] : null]);
  }

  draw();
  // What can be seen at a glance needs no filter.
  const tools = rows.length > FEW_ROWS && (filters.length || find) ? toolbar(filters, find, rows, state, draw, caption) : null;
  // Without anything to scroll the region is one more stop for the keyboard, but a table that is too wide could not be read without.
  const region = el('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': caption }, table);
  return el('div', { class: 'listing' }, tools, region, el('div', { class: 'under' }, status, grow));
}

function heading(column, place, state, draw) {
  const look = looks(column);
  if (!column.key) return el('th', { scope: 'col', class: look }, column.head);
  const turn = () => {
    const again = state.sort && state.sort.place === place;
    // Numbers are first asked for from the top, texts from the beginning.
    state.sort = { place, down: again ? !state.sort.down : Boolean(column.number) };
    draw();
    announce('Sorted by ' + column.head + ', ' + (state.sort.down ? 'descending' : 'ascending') + '.');
  };
  const button = el('button', { type: 'button', on: { click: turn } }, column.head, el('span', { class: 'arrow', 'aria-hidden': 'true' }));
  return el('th', { scope: 'col', class: look }, button);
}

function mark(head, column, sort, place) {
  if (!column.key) return;
  const own = sort && sort.place === place;
  head.setAttribute('aria-sort', own ? (sort.down ? 'descending' : 'ascending') : 'none');
  head.querySelector('.arrow').textContent = own ? (sort.down ? '↓' : '↑') : '';
}

function looks(column) {
  return ['number', 'minor', 'wide', 'name', 'named'].filter((look) => column[look]).join(' ') || null;
}

function tableRow(columns, row) {
  const cell = (column, place) => {
    const content = column.cell(row);
    const shown = content === null || content === undefined || content === '' ? NOTHING : content;
    return place === 0 ? el('th', { scope: 'row', class: looks(column) }, shown) : el('td', { class: looks(column) }, shown);
  };
  return el('tr', {}, columns.map(cell));
}

function sorted(rows, columns, sort) {
  if (!sort) return rows;
  const { key } = columns[sort.place];
  const empty = (value) => value === null || value === undefined || value === '';
  return [...rows].sort((left, right) => {
    const [one, other] = [key(left), key(right)];
    // What is missing stays last, whichever way.
    if (empty(one) || empty(other)) return empty(one) - empty(other);
    return sort.down ? compare(other, one) : compare(one, other);
  });
}

function filtered(rows, filters, find, state) {
  const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (!filters.every((filter, place) => state.chosen[place] === '' || String(filter.value(row)) === state.chosen[place])) return false;
    if (!words.length) return true;
    const text = find(row).filter(Boolean).join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function toolbar(filters, find, rows, state, draw, caption) {
  const act = () => { state.shown = state.first; draw(); };
  const choice = (filter, place) => {
    const values = [...new Set(rows.map((row) => String(filter.value(row))))].sort((left, right) => compare(left, right));
    const option = (value) => el('option', { value }, filter.word ? filter.word(value) : value);
    const select = el('select', { on: { change: (event) => { state.chosen[place] = event.target.value; act(); } } });
    append(select, [el('option', { value: '' }, 'all'), values.map(option)]);
    return values.length > 1 ? el('label', {}, filter.label + ' ', select) : null;
  };
  const box = find && el('label', {}, 'Filter ', el('input', {
    type: 'search', 'aria-label': 'Filter: ' + caption, on: { input: (event) => { state.words = event.target.value; act(); } },
  }));
  return el('div', { class: 'tools' }, box, filters.map(choice));
}

/** Columns that many tables have. */
const productColumn = (head = 'Product') => ({
  head, named: true, key: (row) => productName(row.product_id), cell: (row) => (row.product_id === null ? null : productLink(row.product_id)),
});
const licenseColumn = (key = 'license_id', head = 'License') => ({
  head, key: (row) => row[key], cell: (row) => (row[key] === null ? null : licenseLink(row[key])),
});

function licenseLink(id) {
  return LICENSE.has(id) ? link('license', id) : id;
}

function productLink(id, ...more) {
  const name = productName(id);
  const under = [name === id ? null : id, ...more].filter(Boolean).join(' · ');
  const to = PRODUCT.has(id) ? link('product', id, name) : id;
  return [to, under ? el('span', { class: 'id' }, under) : null];
}

/** Where the rows have one currency it stands in the heading; where they have several, before each amount. */
const moneyColumn = (head, key, minor = false) => ({
  among: (rows) => {
    const known = [...new Set(rows.filter((row) => row[key] !== null && Number(row[key]) !== 0).map((row) => row.currency))];
    const only = known.length === 1 ? known[0] : null;
    // Where one amount has cents all have, so that figures stand below one another.
    const places = rows.some((row) => row[key] !== null && row[key].includes('.')) ? 2 : 0;
    const shown = (row) => (only || Number(row[key]) === 0 ? '' : (row.currency || 'no currency') + ' ') + amount(row[key], places);
    return {
      head: only ? head + ', ' + only : head, number: true, minor,
      key: (row) => (row[key] === null ? null : Number(row[key])), cell: (row) => (row[key] === null ? null : shown(row)),
    };
  },
});
const dateColumn = (head, key, minor = false) => ({ head, minor, key: (row) => row[key], cell: (row) => row[key] && el('span', { class: 'short' }, row[key]) });
const numberColumn = (head, key, minor = false) => ({ head, number: true, minor, key: (row) => row[key], cell: (row) => number(row[key]) });
const textColumn = (head, key, minor = false) => ({ head, minor, key: (row) => row[key], cell: (row) => row[key] });
