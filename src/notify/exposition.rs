//! The text format of Prometheus: families of gauges, each with its help, in the order in which they were added.

use std::fmt::Write;

/// A page under construction.
pub struct Page {
    text: String,
    /// The labels that every sample has.
    common: Vec<(&'static str, String)>,
}

impl Page {
    pub fn new(common: Vec<(&'static str, String)>) -> Self {
        Self { text: String::new(), common }
    }

    /// A family of gauges, each with its own label. One without samples is left out.
    pub fn family<'a>(&mut self, name: &str, help: &str, label: &str, samples: impl IntoIterator<Item = (&'a str, f64)>) {
        let mut samples = samples.into_iter().peekable();
        if samples.peek().is_some() {
            self.head(name, help);
        }
        for (value, number) in samples {
            self.sample(name, Some((label, value)), number);
        }
    }

    /// One gauge; none if there is nothing to say.
    pub fn gauge(&mut self, name: &str, help: &str, number: Option<f64>) {
        if let Some(number) = number {
            self.head(name, help);
            self.sample(name, None, number);
        }
    }

    /// The page, ending with a line end, as collectors want it.
    pub fn finish(self) -> String {
        self.text
    }

    fn head(&mut self, name: &str, help: &str) {
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} gauge");
    }

    fn sample(&mut self, name: &str, label: Option<(&str, &str)>, number: f64) {
        let common = self.common.iter().map(|(label, value)| (*label, value.as_str()));
        let labels: Vec<String> = common.chain(label).map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        let _ = writeln!(self.text, "{name}{{{}}} {number}", labels.join(","));
    }
}

/// What stands between the quotes of a label.
fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_empty_families_left_out() {
        let mut page = Page::new(vec![("job", "a\"b\\c\nd".to_owned())]);
        page.gauge("up", "Whether\nit is up.", Some(1.0));
        page.gauge("down", "Nothing to say.", None);
        page.family("rows", "Rows.", "extract", [("licenses", 1_234_567_890_123.0), ("users", 0.25)]);
        page.family("none", "None.", "extract", []);
        let expected = "# HELP up Whether\\nit is up.\n# TYPE up gauge\nup{job=\"a\\\"b\\\\c\\nd\"} 1\n\
             # HELP rows Rows.\n# TYPE rows gauge\nrows{job=\"a\\\"b\\\\c\\nd\",extract=\"licenses\"} 1234567890123\n\
             rows{job=\"a\\\"b\\\\c\\nd\",extract=\"users\"} 0.25\n";
        assert_eq!(page.finish(), expected);
    }
}
