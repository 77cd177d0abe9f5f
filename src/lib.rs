//! seatwise allocates licenses: it reads what is in use and what was bought, decides which license covers which demand, and
//! says for every demand why. One night is one run, from files to files. What goes in, what is done with it and what comes
//! out is in the [`mod@reference`], section by section; comments cite it as "contract §4.6". What to ask of the tables is in [`queries`].
//! This page is about the code.
//!
//! # The way of the data
//!
//! ```text
//!   job.toml ──► jobs ── rules as text ──┐
//!                  │                     ▼
//!   extracts ──► extract ──► estate ── rules, checked ──► allocate ──► trace ─┬─► explain ──► report ────┐
//!   CSV,         accepted    licenses with a status,      product by          │   sentences   tables     │
//!   Parquet      columns,    consumptions merged          product, phase      └─► batch_log ─────────────┤
//!                rejects     into demands                 by phase                every pair             ▼
//!                  └───────────────────────────────────────────────────────────────────────────► run: staged,
//!                                                                                  published by one rename, or not
//! ```
//!
//! `pipeline` is this picture as code: a run on one screen.
//!
//! # The modules, in reading order
//!
//! A module uses only modules of the lines above it.
//!
//! | line | module | what it is |
//! | --- | --- | --- |
//! | 1 | `model` | the vocabulary: texts as integers, dates, decimals, trees, licenses, demands, the estate as columns |
//! | 2 | `rules` | the rule language: parse, check types, evaluate one expression; the standard set |
//! | 2 | `trace` | what was considered and decided, as data without words |
//! | 3 | `estate` | accepted rows → licenses with a status, role rules applied, consumptions merged into demands |
//! | 4 | `allocate` | the calculation: direct assignments, bundles, affinity, downgrades; deficits, positions, control totals |
//! | 4 | `explain` | estate and trace → sentences, alerts, recommendations |
//! | 5 | `extract` | files → typed columns, and rows that were refused with a reason; the only module that knows Polars |
//! | 5 | `report` | outcomes → Parquet, one file a table with its schema beside it; rows read back; two runs compared |
//! | 5 | `generate` | estates made up from a seed, of any size and of hard shapes |
//! | 5 | `batch_log` | events and pairs → lines of text or JSON, in one fixed order |
//! | 6 | `intake` | extracts of other programs: what a file is, which column is which field; proposes, and tries it out |
//! | 6 | `jobs` | the job file, from what somebody wrote to a job that is checked, or to all that is wrong with it |
//! | 6 | `run` | a run as a unit: id, lock, staging, publishing, manifest, links, history |
//! | 7 | `starter` | a project to begin with: a job that explains itself, and sample extracts |
//! | 7 | `answers` | what a run published, asked again: why a demand is covered as it is, who holds what; whole tables |
//! | 8 | `page` | a run as one HTML file to look at, made from its tables |
//! | 9 | `pipeline` | one run of a job, start to end |
//! | 9 | `schedule` | when a job is run: what is due, and every run as a child process |
//! | 10 | `notify` | people are told how a run ended: webhooks, mail, metrics |
//! | 11 | `cli` | the command line, one file a subcommand; `main.rs` only calls it |
//!
//! Lines 1 to 4 are the *kernel*, and build without the feature `frames`, in seconds and without Polars or Arrow:
//! `cargo test --no-default-features`.
//!
//! The way back is `answers`: it rebuilds from a run's tables as much of the estate as a question is about, and asks `allocate` again.
//! What it needs beyond the contract's tables, `report::ground` writes. `page` makes a run's `report.html` of its answers and tables,
//! the same way within the run and at any time after it.
//!
//! To understand one decision, read `allocate::mod`, then `affinity`, `score` and `cover`. To change what a table holds, its
//! columns stand in the file of that name in `report`. To add a key to the job file, begin at `jobs::definition`, which the
//! reader, the checks and the JSON Schema are all made from.
//!
//! # What is not there
//!
//! The invariants that matter most are absences, and a reader of the code does not see those.
//!
//! **The kernel does no I/O, reads no clock, and does not fail on data.** Bad data was refused by `extract`, or kept and counted
//! by `estate`; a shortage is an outcome and no error. The date that a run answers for comes in as a value. So `allocate` returns
//! no `Result`, and the same estate gives the same trace wherever it runs. (`allocate_while` asks between products whether its caller
//! still wants it, and hands back the caller's own words if not: so a signal or a bound on memory ends a run.)
//!
//! **No rule is evaluated per pair.** There may be 60,000 demands and 100,000 licenses of one product. A group of rules that read
//! the same fields is a table: demands coded by what the licenses can distinguish, times the parts of the licenses that the
//! group can tell apart. A rule with nearly as many parts as licenses (one license for each machine) is looked up instead. Each
//! row of a table is also a few sets of licenses, by what they fail and by points: the candidates of a demand are the common part
//! of some sets, and come in levels of equal score, the best first, only as far as a demand gets. Where a product has few licenses,
//! a row is a number for each of them instead, and a demand's candidates are the sum of its rows (`allocate::keys`). Where it has many, and
//! lookups tell its demands apart rather than tables, the order of all licenses is made once for each kind of demands, and so is that of
//! the licenses that one value matches; a demand looks only at licenses that several of its values match (`allocate::touched`). Nothing
//! in memory is demands × licenses, not even for the tables and the
//! log that show every pair: `allocate::replay` makes the pairs again, page by page; demands that no rule can tell apart share theirs.
//!
//! **In the calculation no text is compared and no hash map is walked.** Every text is an integer, and `model::text` numbers them
//! in the order of their bytes, so that to sort by number is to sort by text.
//!
//! **Nothing iterates a hash map into a result.** Maps are for looking up; what is written comes from sorted vectors. Work is
//! spread over threads in pieces whose results are put together in a fixed order. Equal inputs give equal bytes on one
//! thread or sixteen, with rows in any order.
//!
//! **No float decides anything.** Affinity is an integer, money and decimals are scaled integers (`model::decimal`), and
//! percentages become floats where they are written.
//!
//! **No words are made where decisions are.** `allocate` leaves numbers and codes; `explain` makes the sentences. Tables and log
//! say the same because they read the same trace.
//!
//! **No outcome, reason or status is free text.** They are members of the closed lists in `model::words`, whose codes are stable.
//!
//! **Polars is called by no worker of rayon or tokio, and its types do not leave `extract`.** Arrow's do not leave `report` and
//! `generate`.
//!
//! **No run is published in part, and nothing published is changed.** Before the one rename into `runs/` there is nothing to
//! see; after it only links move, and links can be derived again. No run is published whose control totals do not hold; these
//! are computed apart from what they check (`allocate::totals`).
//!
//! **The schedule remembers nothing.** Which slots were run is read from the manifests in OUTPUT, and what is due follows from that
//! and the time (`schedule::plan`, which is pure); the crate that beats once a second decides nothing.
//!
//! **Nothing prints but `cli`, and what the log shows through `tracing`.** Results go to stdout, everything else to stderr.
//!
//! # Where the laws are tested
//!
//! `fixtures/cases` holds an estate of a few rows a folder, with the tables expected of it; a new case is a new folder and no
//! Rust. `tests/reference` is a second implementation of the calculation, slow and plain, and `tests/agreement` holds the program
//! against it on random estates. Tests of one module stand in it.

pub mod model;
pub mod rules;
pub mod trace;

pub mod estate;

pub mod allocate;
pub mod explain;

#[cfg(feature = "frames")]
pub mod batch_log;
#[cfg(feature = "frames")]
pub mod extract;
#[cfg(feature = "frames")]
pub mod generate;
#[cfg(feature = "frames")]
pub mod report;

#[cfg(feature = "frames")]
pub mod intake;
#[cfg(feature = "frames")]
pub mod jobs;
#[cfg(feature = "frames")]
pub mod run;

#[cfg(feature = "frames")]
pub mod starter;

#[cfg(feature = "frames")]
pub mod answers;

#[cfg(feature = "frames")]
pub mod page;

#[cfg(feature = "frames")]
pub mod pipeline;
#[cfg(feature = "frames")]
pub mod schedule;

#[cfg(feature = "frames")]
pub mod notify;

#[cfg(feature = "frames")]
pub mod cli;

#[doc = include_str!("reference.md")]
pub mod reference {}

#[doc = include_str!("queries.md")]
pub mod queries {}
