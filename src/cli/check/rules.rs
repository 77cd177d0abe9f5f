//! The rules in force, in the order in which they are judged.

use crate::rules::Program;

/// A line a rule: kind, name, points, text.
pub fn page(program: &Program) -> Vec<String> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    let sets = program.sets.iter().map(|set| ["set", &format!("{}.{}", set.side.word(), set.name), "", set.kind.word()].map(str::to_owned));
    rows.extend(sets);
    rows.extend(program.requirements.iter().map(|rule| ["requirement", &rule.name, "", &rule.text].map(str::to_owned)));
    rows.extend(program.affinities.iter().map(|rule| ["affinity", &rule.name, &rule.points.to_string(), &rule.text].map(str::to_owned)));
    rows.extend(program.entitles.iter().map(|rule| ["entitle", &rule.name, "", &rule.product].map(str::to_owned)));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (kind, name, points) = (width(0), width(1), width(2));
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    rows.iter().map(|row| format!("{:kind$}  {:name$}  {:>points$}  {}", row[0], row[1], row[2], one_line(&row[3]))).collect()
}
