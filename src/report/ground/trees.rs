//! `trees`: a row a node of a tree, for `within`.

use super::super::Report;
use super::super::columns::Columns;
use super::super::error::ReportError;
use super::super::schema::{ColumnDef, TableDef, code};
use super::super::writer::{self, TableInfo};
use crate::model::text::Code;
use crate::model::tree::Dimension;
use std::io::Write;

const COLUMNS: &[ColumnDef] = &[
    code("tree", "cost_center, department or location").sorted(),
    code("node", "the node").sorted(),
    code("parent", "the node above it; null for a root").nullable(),
];

pub static TABLE: TableDef = TableDef { name: "trees", about: "a node of a tree", columns: COLUMNS, extended_by_rules: false };

pub fn write(report: &Report<'_>, out: impl Write + Send) -> Result<TableInfo, ReportError> {
    let (trees, texts) = (&report.estate.trees, &report.texts);
    let of = |dimension: Dimension| trees.of(dimension).nodes().map(move |node| (dimension, node));
    let mut nodes: Vec<(Dimension, Code)> = Dimension::ALL.into_iter().flat_map(of).collect();
    // By the tree's word, as every table is sorted by bytes.
    nodes.sort_unstable_by_key(|(dimension, node)| (dimension.word(), *node));
    let mut columns = Columns::new(nodes.len());
    columns.word("tree", |row| Some(nodes[row].0.word()));
    columns.code("node", texts, |row| nodes[row].1);
    columns.code("parent", texts, |row| trees.of(nodes[row].0).parent(nodes[row].1));
    writer::write(&TABLE, &[], &columns, report.as_of(), out)
}
