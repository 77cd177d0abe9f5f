// Bars and lines. What a bar says stands in the numbers beside it, so that drawings are hidden from screen readers.

/** Parts of a whole: [how much, look, what it is]. Each look has a pattern beside its color. */
function bar(parts, whole) {
  const all = whole || parts.reduce((sum, [size]) => sum + size, 0);
  const piece = ([size, look, word]) => size > 0 && all > 0
    && el('span', { class: 'part ' + look, title: word, css: { width: Math.max(0.8, (100 * size) / all) + '%' } });
  return el('span', { class: 'bar', 'aria-hidden': 'true' }, parts.map(piece));
}

/** How far a product, place or license is covered. */
function coverageBar(covered, missing, idle, largest) {
  const parts = [[covered, 'covered', 'covered ' + number(covered)], [missing, 'missing', 'missing ' + number(missing)], [idle || 0, 'spare', 'left over ' + number(idle)]];
  return bar(parts, largest);
}

/** What the looks mean, once for each section that uses them. */
function legend(entries) {
  return el('ul', { class: 'legend' }, entries.map(([look, word]) => el('li', {}, el('span', { class: 'part ' + look, 'aria-hidden': 'true' }), word)));
}

/** A line over dates: [label, value or null, what to say of it]. */
function lineChart(title, points, write = number) {
  const known = points.filter(([, value]) => value !== null);
  const [width, height, left, right, top, base] = [320, 110, 8, 8, 22, 84];
  const highest = Math.max(...known.map(([, value]) => value), 1);
  const step = points.length > 1 ? (width - left - right) / (points.length - 1) : 0;
  const x = (place) => left + step * place;
  const y = (value) => base - ((base - top) * value) / highest;
  const path = points.map(([, value], place) => (value === null ? null : x(place).toFixed(1) + ',' + y(value).toFixed(1))).filter(Boolean).join(' ');
  const places = points.map(([, value], place) => (value === null ? -1 : place)).filter((place) => place >= 0);
  const [firstPlace, lastPlace] = [places[0], places[places.length - 1]];
  const dot = ([label, value], place) => value !== null && svg('circle', { cx: x(place).toFixed(1), cy: y(value).toFixed(1), r: place === points.length - 1 ? 4 : 2.5, class: 'dot' },
    svg('title', {}, label + ': ' + write(value)));
  const first = known[0];
  const last = known[known.length - 1];
  const drawing = svg('svg', { viewBox: '0 0 ' + width + ' ' + height, class: 'chart', 'aria-hidden': 'true', focusable: 'false' },
    svg('line', { x1: left, x2: width - right, y1: base, y2: base, class: 'axis' }),
    path && svg('polygon', { points: x(firstPlace) + ',' + base + ' ' + path + ' ' + x(lastPlace) + ',' + base, class: 'area' }),
    svg('polyline', { points: path, class: 'line' }),
    points.map(dot),
    svg('text', { x: left, y: height - 8, class: 'tick' }, first[0]),
    svg('text', { x: width - right, y: height - 8, class: 'tick end' }, last[0]));
  const change = last[1] - first[1];
  const turned = change === 0 ? 'as on ' + first[0] : (change > 0 ? '▲ ' : '▼ ') + write(Math.abs(change)) + ' since ' + first[0];
  return el('figure', { class: 'trend' },
    el('figcaption', {}, el('span', { class: 'what' }, title), el('strong', {}, write(last[1])), el('span', { class: 'turn' }, turned)), drawing);
}
