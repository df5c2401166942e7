//! How a checklist is written: Markdown with tick boxes. Cells of customers come in as plain text.

/// A checklist under way.
#[derive(Debug, Clone)]
pub(crate) struct Checklist(String);

impl Checklist {
    /// Begins one with its title and what it is for.
    #[must_use]
    pub(crate) fn of(title: &str, meant: &str) -> Self {
        Self(format!("# {title}\n\n{meant}\n"))
    }

    /// A heading.
    pub(crate) fn part(&mut self, title: &str) {
        self.0 += &format!("\n## {}\n\n", plain(title));
    }

    /// A paragraph.
    pub(crate) fn say(&mut self, text: &str) {
        self.0 += &format!("{text}\n\n");
    }

    /// A box to be ticked.
    pub(crate) fn tick(&mut self, what: &str) {
        self.0 += &format!("- [ ] {}\n", plain(what));
    }

    /// The whole.
    #[must_use]
    pub(crate) fn text(self) -> String {
        let text = self.0.trim_end();
        format!("{text}\n")
    }
}

/// A text on one line that Markdown takes for nothing but text.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut safe = String::with_capacity(line.len());
    for c in line.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|') {
            safe.push('\\');
        }
        safe.push(c);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customers_text_ticks_no_box_and_opens_no_link() {
        let mut list = Checklist::of("Title", "Meant so.");
        list.part("A\nB");
        list.tick("[x] <img src=x>\n- [x] done");
        assert_eq!(
            list.text(),
            "# Title\n\nMeant so.\n\n## A B\n\n- [ ] \\[x\\] \\<img src=x\\> - \\[x\\] done\n"
        );
    }
}
