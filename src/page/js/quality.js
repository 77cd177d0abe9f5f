// What the inputs were like, and what is not in this file.

function qualitySection() {
  const { extracts, reasons, rejects, checks, totals } = DATA.quality;
  const share = (one) => (one.rows ? one.rejected / one.rows : 0);
  const ofExtract = [
    { head: 'Extract', key: (one) => one.extract, cell: (one) => one.extract }, numberColumn('Files', 'files'), numberColumn('Rows', 'rows'),
    numberColumn('Rejected', 'rejected'), { head: 'Share', number: true, key: share, cell: (one) => (one.rejected ? (100 * share(one)).toFixed(2) + ' %' : NOTHING) },
  ];
  const ofReason = [
    { head: 'Extract', key: (one) => one[0], cell: (one) => one[0] }, { head: 'Column', key: (one) => one[1], cell: (one) => one[1] },
    { head: 'Reason', key: (one) => one[2], cell: (one) => say(one[2]) }, { head: 'Rows', number: true, key: (one) => one[3], cell: (one) => number(one[3]) },
  ];
  const ofRow = ['file', 'row', 'column', 'value'].map((key) => ({ head: key[0].toUpperCase() + key.slice(1), number: key === 'row', key: (row) => row[key], cell: (row) => row[key] }));
  const ofCheck = ['Extract', 'Expectation', 'Bound', 'Found', 'Verdict'].map((head, place) => ({ head, key: (one) => one[place], cell: (one) => say(one[place]) }));
  const ofTotal = [{ head: 'Total', cell: (one) => one[0] }, { head: 'Value', number: true, cell: (one) => number(one[1]) }];
  const doubts = ALERTS.filter((row) => row.kind === 'data_quality');
  return section('quality', 'Data quality', 'What was read, what was set aside, and what points nowhere.',
    listing({ caption: 'Rows read and rejected', columns: ofExtract, rows: extracts }),
    reasons.length > 0 && listing({ caption: 'Rejected rows by reason', columns: ofReason, rows: reasons, first: 10 }),
    rejects.rows.length > 0 && el('details', {}, el('summary', {}, 'Rejected rows one by one'),
      listing({
        caption: 'Rejected rows', columns: [...ofRow, { head: 'Message', wide: true, cell: (row) => el('span', { class: 'sentence' }, row.message) }],
        rows: rowsOf(rejects), all: rejects.all, more: 'rejects.parquet of the run', find: (row) => [row.file, row.column, row.value, row.message],
      })),
    checks.length > 0 && listing({ caption: 'What the job expects of its inputs', columns: ofCheck, rows: checks }),
    doubts.length > 0 && listing({ caption: 'Doubts about the data', columns: alertColumns(), rows: doubts, first: 8 }),
    el('details', {}, el('summary', {}, 'Control totals of the run'), listing({ caption: 'Control totals, all of which hold', columns: ofTotal, rows: Object.entries(totals), first: 60 })));
}

/** What was left out of a large run, and the command for each. */
function leftOut() {
  const { answers } = DATA;
  const parts = [
    ['products', POSITIONS.length, DATA.positions.all, ask('show')],
    ['licenses', LICENSES.length, DATA.licenses.all, ask('show license LICENSE_ID')],
    ['demands in deficit', DEFICITS.length, DATA.deficits.rows.all, ask('show product PRODUCT_ID')],
    ['alerts', ALERTS.length, DATA.alerts.rows.all, 'alerts.parquet of the run'],
    ['recommendations', ADVICE.length, DATA.advice.rows.all, 'recommendations.parquet of the run'],
    ['movements', MOVEMENTS.length, DATA.movements ? DATA.movements.rows.all : 0, command('diff')],
    ['answers on demands', answers.demands.length, DATA.headline.demands, ask('why SUBJECT')],
    ['answers on licenses', answers.licenses.length, DATA.headline.licenses, ask('why LICENSE_ID')],
  ].filter(([, here, all]) => here < all);
  const rows = parts.map(([what, here, all, where]) => ({ what, here, all, where }));
  if (!rows.length) {
    return section('left-out', 'What is not in this file', null, el('p', { class: 'note' }, 'Nothing is left out: every product, license, demand and answer of the run is here. The tables beside it have every pair that was weighed, with its score.'));
  }
  const columns = [
    { head: 'Of the', cell: (one) => one.what }, { head: 'here', number: true, cell: (one) => number(one.here) },
    { head: 'of', number: true, cell: (one) => number(one.all) }, { head: 'All of them', cell: (one) => one.where },
  ];
  return section('left-out', 'What is not in this file', 'All totals are of the whole run. Of a large run the rows and answers that matter most are here; the commands, typed where the job is, show the others.',
    listing({ caption: 'What is left out', columns, rows }));
}
