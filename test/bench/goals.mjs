// The goals, and the benchmark's figures as tables.

/** What is measured, least and aim; `more`: more is better. */
export function goalsOf({
  startUp: start,
  throughput: through,
  latency: share,
  sizes: size,
  knownKeys,
  database,
  documents,
}) {
  const most = size.rows[size.most];
  // The largest file of which the goal speaks; the short form has none.
  const long = size.rows[100_000] ?? most;
  const rates = Object.entries(knownKeys);
  const [, none] = rates[0];
  const [keys, many] = rates.at(-1);
  const { envelope, workbook } = documents;
  const least = (what, value, unit, least, aim) => goal(what, value, unit, least, aim, true);
  const atMost = (what, value, unit, least, aim) => goal(what, value, unit, least, aim, false);
  return [
    atMost('CPU a lead, all on, 100000 leads', long.cpuMicroseconds, ' µs', 160, 120),
    least('against a bare undici request loop, 64 connections', through.againstUndici, '', 0.6, 0.75),
    least('against axios in chunks of 16', through.againstAxios, '', 2, 3),
    ...Object.entries(share).map(([connections, value]) =>
      least(
        `at 100 ms, ${connections} connections: share of connections ÷ latency`,
        ...[value, '', ...(connections === '64' ? [0.96, 0.99] : [0.9, 0.97])],
      ),
    ),
    atMost('allocation a lead', through.allocations.leadpush, ' KB', 24, 19),
    least(`a re-run over ${size.most} known rows`, size.known.rowsPerSecond, ' rows/s', 40_000, 60_000),
    least(`new leads with ${keys} known keys against none`, many / none, '', 0.8, 0.95),
    atMost(`memory at ${size.most} rows, whole send`, most.mb, ' MB', 200, 150),
    atMost(`memory at ${size.most} rows, dry run`, size.dryRun.mb, ' MB', 180, 130),
    atMost(`memory, ${envelope.records} JSON records in an envelope`, envelope.mb, ' MB', 230, 160),
    atMost(`memory, a workbook of ${workbook.records} rows`, workbook.mb, ' MB', 180, 140),
    atMost('--version, above bare node', start['--version'], ' ms', 20, 12),
    atMost('send --help', start['send --help'], ' ms', 45, 30),
    atMost('one-off dry run', start['one-off dry run'], ' ms', 110, 80),
    atMost('one-off sandbox send, all of it', start['one-off sandbox send'], ' ms', 200, 160),
    atMost('ledger file, a lead after the run', size.ledgerBytesALead, ' bytes', 300, 200),
    atMost(`report of ${size.most} results`, size.report.seconds, ' s', 12, 6),
    atMost(`report of ${size.most} results: memory`, size.report.mb, ' MB', 250, 250),
    ...(database.missing === null ? databaseGoals(database, least) : []),
  ];
}

function databaseGoals({ speed, together, known }, least) {
  const { one, ...two } = together.PostgreSQL;
  const [[, none], [keys, many]] = Object.entries(known);
  return [
    least(
      'PostgreSQL against SQLite, 64 connections',
      ...[speed.PostgreSQL.leadsPerSecond / speed.SQLite.leadsPerSecond, '', 0.8, 1],
    ),
    least('PostgreSQL, two processes against one: a target each', two['a target each'] / one, '', 1.8, 1.95),
    least('PostgreSQL, two processes against one: one target', two['one target'] / one, '', 0.95, 1),
    least(`PostgreSQL, new leads with ${keys} known keys against none`, many / none, '', 0.8, 0.95),
  ];
}

function databaseTables({ missing, version, speed, together, known }) {
  if (missing !== null) return ['', `PostgreSQL: skipped, ${missing}`];
  return [
    ...table(
      [`ledger (PostgreSQL ${version})`, 'leads/s', 'CPU µs a lead', 'bytes a lead', 'bytes after --purge'],
      Object.entries(speed).map(
        ([engine, { leadsPerSecond, cpuMicroseconds, bytesALead, purgedBytesALead }]) => [
          engine,
          ...[leadsPerSecond, cpuMicroseconds, bytesALead, purgedBytesALead].map(Math.round),
        ],
      ),
    ),
    ...Object.entries(together).flatMap(([engine, rates]) =>
      chart(`processes on ${engine}, 100 ms`, Object.entries(rates)),
    ),
    ...chart('keys known before, PostgreSQL', Object.entries(known)),
  ];
}

function goal(what, value, unit, least, aim, more) {
  return { what, value, unit, least, aim, met: more ? value >= least : value <= least };
}

const shown = (value) =>
  value >= 1000 ? String(Math.round(value)) : value >= 20 ? value.toFixed(0) : value.toFixed(2);

function table(headers, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return ['', line(headers), `|${headers.map(() => '---|').join('')}`, ...rows.map(line)];
}

/** How far a bar reaches for a value, of the largest. */
function bar(value, values) {
  return '█'.repeat(Math.max(1, Math.round((20 * value) / Math.max(...values))));
}

/** Leads a second as bars: where it bends. */
function chart(what, entries) {
  const values = entries.map(([, value]) => value);
  return table(
    [what, 'leads/s', ''],
    entries.map(([name, value]) => [name, Math.round(value), bar(value, values)]),
  );
}

export function tablesOf(machine, goals, parts) {
  const { throughput: through, sizes: size, knownKeys, processes, database, stages } = parts;
  const judged = ({ value, unit, met }) => `${shown(value)}${unit}${met || machine.short ? '' : ' (missed)'}`;
  const rows = Object.entries(size.rows);
  return [
    ...(machine.short
      ? [
          'Short form: it shows that every part runs. Its sizes and rounds are too small to judge the goals by.',
          '',
        ]
      : []),
    `${machine.date.slice(0, 10)} · Node ${machine.node} · ${machine.cpu} · ${machine.memoryGiB} GiB · sink ${through.sink} · undici ${machine.undici} · axios ${machine.axios}`,
    ...table(
      ['what', 'measured', 'at least', 'aim'],
      goals.map((one) => [one.what, judged(one), `${one.least}${one.unit}`, `${one.aim}${one.unit}`]),
    ),
    ...table(
      [`client, ${through.leads} leads`, 'leads/s', 'CPU µs a lead', 'KB allocated a lead'],
      Object.entries(through.leadsPerSecond).map(([name, value]) => {
        const { [name]: bytes } = through.allocations;
        return [name, value, through.cpuMicrosecondsALead[name], bytes === undefined ? '' : shown(bytes)];
      }),
    ),
    ...table(
      ['rows', 'seconds', 'rows/s', 'CPU µs a row', 'memory MB'],
      [...rows, [`${size.most}, all known`, size.known], [`${size.most}, dry run`, size.dryRun]].map(
        ([name, { seconds, rowsPerSecond, cpuMicroseconds, mb }]) => [
          name,
          seconds.toFixed(1),
          rowsPerSecond,
          cpuMicroseconds.toFixed(0),
          mb.toFixed(0),
        ],
      ),
    ),
    ...chart(
      'rows in the file',
      rows.map(([count, { rowsPerSecond }]) => [count, rowsPerSecond]),
    ),
    ...chart('keys known before', Object.entries(knownKeys)),
    ...chart(
      'processes on one ledger',
      Object.entries(processes).map(([count, { leadsPerSecond }]) => [count, leadsPerSecond]),
    ),
    ...databaseTables(database),
    ...table(['stage alone', 'rows/s'], Object.entries(stages)),
  ].join('\n');
}
