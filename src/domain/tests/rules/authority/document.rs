//! `docs/permissions.md` is written from the table. `UKETSUKE_BLESS=1 cargo test -p uketsuke-domain --test rules
//! document` writes it anew; without it the test says what differs. The prose above the mark is written by hand.

use std::fmt::Write as _;
use std::path::Path;

use uketsuke_domain::authority::{Cell, Grant, Group, Operation, Source, cell};
use uketsuke_domain::reference::Role;

const MARK: &str =
    "<!-- What follows is written from the table: UKETSUKE_BLESS=1 cargo test -p uketsuke-domain document -->\n";

/// The sources in the order in which the tables name them: manuals ("M1") apart from decisions ("D1").
#[derive(Default)]
struct Sources {
    said: Vec<(&'static str, &'static str)>,
    decided: Vec<&'static str>,
}

fn number<T: PartialEq>(list: &mut Vec<T>, entry: T) -> usize {
    let at = list.iter().position(|known| *known == entry).unwrap_or_else(|| {
        list.push(entry);
        list.len() - 1
    });
    at + 1
}

impl Sources {
    fn label(&mut self, source: Source) -> String {
        match source {
            Source::Said { manual, sentence } => format!("M{}", number(&mut self.said, (manual, sentence))),
            Source::OurDecision(why) => format!("D{}", number(&mut self.decided, why)),
        }
    }
}

fn words(cell: Cell, sources: &mut Sources) -> String {
    let grant = match cell.grant {
        Grant::Never => "－ 不可",
        Grant::OwnVenue => "○ 自会場",
        Grant::Municipality => "◎ 全会場",
        Grant::Special => "◇ 特別権限",
    };
    let adjustable = if cell.adjustable { " ✎変更可" } else { "" };
    format!("{grant}{adjustable} <sup>{}</sup>", sources.label(cell.source))
}

fn section(text: &mut String, group: Group, sources: &mut Sources) {
    let columns = Role::ALL.map(Role::name).join(" | ");
    let _ = write!(text, "\n## {}\n\n| 操作 | {columns} |\n|---|---|---|---|---|\n", group.name());
    for &operation in Operation::ALL.iter().filter(|operation| operation.group() == group) {
        let cells = Role::ALL.map(|role| words(cell(operation, role), sources)).join(" | ");
        let _ = writeln!(text, "| {}<br>`{}` | {cells} |", operation.name(), operation.code());
    }
}

fn rendered() -> String {
    let (mut text, mut sources) = (String::new(), Sources::default());
    for group in Group::ALL {
        section(&mut text, group, &mut sources);
    }
    text.push_str("\n## Sources\n\n### What the manuals say\n\n| | manual | sentence |\n|---|---|---|\n");
    for (at, (manual, sentence)) in sources.said.iter().enumerate() {
        let _ = writeln!(text, "| M{} | {manual} | {sentence} |", at + 1);
    }
    text.push_str("\n### Our decisions\n\n| | why |\n|---|---|\n");
    for (at, why) in sources.decided.iter().enumerate() {
        let _ = writeln!(text, "| D{} | {why} |", at + 1);
    }
    text
}

#[test]
fn the_document_is_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let (prose, _) = found.split_once(MARK).expect("the mark above the tables");
    let expected = format!("{prose}{MARK}{}", rendered());
    if std::env::var_os("UKETSUKE_BLESS").is_some() {
        std::fs::write(&path, expected).unwrap();
        return;
    }
    let first = expected.lines().zip(found.lines()).find(|(expected, found)| expected != found);
    assert!(expected == found, "docs/permissions.md is old; run with UKETSUKE_BLESS=1. First difference: {first:#?}");
}
