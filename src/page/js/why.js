// Why an asset, user, license or demand is covered as it is, in the words of `seatwise why`.

/** What an identifier names, in the order of `seatwise why`. */
function kindsOf(id) {
  const found = [];
  if (TOLD_LICENSE.has(id)) found.push({ kind: 'license', blocks: [linesOf(TOLD_LICENSE.get(id).text)] });
  for (const kind of ['asset', 'user']) {
    for (const subject of SUBJECT.get(id) || []) if (subject.kind === kind) found.push(subjectBlocks(subject));
  }
  if (TOLD_DEMAND.has(id)) found.push({ kind: 'demand', blocks: apart(TOLD_DEMAND.get(id).map((demand) => linesOf(demand.text))) });
  return found;
}

function subjectBlocks(subject) {
  const demands = apart(subject.demands.map((place) => linesOf(DATA.answers.demands[place].text)));
  return { kind: subject.kind, whole: subject.head !== null, blocks: [subject.head === null ? [] : [subject.head], ...demands, subject.more] };
}

/** An empty line between two demands. */
function apart(blocks) {
  return blocks.map((block, place) => (place === 0 ? block : ['', ...block]));
}

/** Lines with their indents; identifiers that this file knows lead on. Copied, it is the very text of the command. */
function words(lines) {
  const one = (line, place) => {
    const indent = line.length - line.trimStart().length;
    const look = place === 0 ? 'first' : /^(Asset|User|License) \S+ (has|of) |^\S+ is /.test(line) ? 'opens' : null;
    const shown = el('span', { class: look, css: { 'padding-inline-start': indent + 2 + 'ch', 'text-indent': '-2ch' } }, linked(line.slice(indent)));
    // The spaces of the indent stay in the text, at no width.
    return [el('span', { class: 'indent' }, ' '.repeat(indent)), shown, place < lines.length - 1 ? '\n' : null];
  };
  return el('pre', { class: 'words' }, lines.map(one));
}

function linked(text) {
  return text.split(/([^\s,;:()]+)/).map((word) => {
    const bare = word.replace(/\.$/, '');
    const rest = word.slice(bare.length);
    if (/^\d{4}-\d\d-\d\d$/.test(bare)) return [el('span', { class: 'short' }, bare), rest];
    if (bare.length < 2) return word;
    if (LICENSE.has(bare)) return [link('license', bare), rest];
    if (TOLD_DEMAND.has(bare)) return [link('why', bare), rest];
    if (PRODUCT.has(bare)) return [link('product', bare), rest];
    return word;
  });
}

function whyPage(id) {
  const found = kindsOf(id);
  if (!found.length) {
    if (LICENSE.has(id)) return licensePage(id);
    if (PRODUCT.has(id)) return productPage(id);
    return notHere('Why', id, 'why');
  }
  const several = DATA.answers.several[id];
  const lines = [DATA.run.line, ...(several ? [several] : []), ...found.flatMap((one) => ['', ...one.blocks.flat()])];
  const partly = found.some((one) => one.whole === false);
  const note = partly
    ? ['Only some of its demands have their answer in this file. Everything about it: ', ask('why ' + quoted(id))]
    : ['The same words as ', ask('why ' + quoted(id))];
  return page('Why ' + id, found.map((one) => one.kind).join(' and '), null,
    el('p', { class: partly ? 'note strong' : 'note' }, note),
    TOLD_LICENSE.has(id) && el('p', {}, link('license', id, 'The license, with all that it serves')),
    words(lines));
}
