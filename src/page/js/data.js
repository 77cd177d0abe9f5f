// The embedded data, and what is looked up in it.

const DATA = JSON.parse(document.getElementById('data').textContent);

/** Rows of a grid as objects. */
function rowsOf(grid) {
  return grid.rows.map((row) => Object.fromEntries(grid.columns.map((column, place) => [column, row[place]])));
}

const POSITIONS = rowsOf(DATA.positions);
const LICENSES = rowsOf(DATA.licenses);
const DEFICITS = rowsOf(DATA.deficits.rows);
const ALERTS = rowsOf(DATA.alerts.rows);
const ADVICE = rowsOf(DATA.advice.rows);
const USAGE = rowsOf(DATA.places.rows);
const MOVEMENTS = DATA.movements ? rowsOf(DATA.movements.rows) : [];

const PRODUCT = new Map(POSITIONS.map((row) => [row.product_id, row]));
const LICENSE = new Map(LICENSES.map((row) => [row.license_id, row]));
const TOLD_LICENSE = new Map(DATA.answers.licenses.map((told) => [told.id, told]));
/** Several products may have a demand of one name. */
const TOLD_DEMAND = grouped(DATA.answers.demands, (told) => told.id);
const SUBJECT = grouped(DATA.answers.subjects, (subject) => subject.id);

function grouped(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    if (groups.has(name)) groups.get(name).push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** The lines of an answer. */
function linesOf(text) {
  return text.map((place) => DATA.answers.lines[place]);
}

function productName(id) {
  const row = PRODUCT.get(id);
  return row && row.name ? row.name : id;
}

/** Orders values of a column: numbers and money by size, texts by letters, what is missing last. */
function compare(left, right) {
  const missing = (value) => value === null || value === undefined || value === '';
  if (missing(left) || missing(right)) return missing(left) - missing(right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left).localeCompare(String(right), 'en', { numeric: true });
}
