//! Rows below each other, for people.

use crate::page::one_line;

/// Writes rows in columns that are as wide as what stands in them.
pub(super) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows
        .iter()
        .map(|row| row.each_ref().map(|cell| one_line(cell)))
        .collect();
    let width = |column: usize| {
        let cells = rows
            .iter()
            .map(|row| row.get(column).map_or(0, |cell| cell.chars().count()));
        cells
            .chain(heads.get(column).map(|head| head.len()))
            .max()
            .unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = format!("\x1b[2m{}\x1b[0m\n", line(heads));
    for row in &rows {
        text.push_str(&line(row.each_ref().map(String::as_str)));
        text.push('\n');
    }
    text
}

/// Writes labels and what belongs to them.
pub(super) fn rows(title: &str, rows: &[(&str, String)]) -> String {
    let width = rows
        .iter()
        .map(|(label, _)| label.len())
        .max()
        .unwrap_or_default();
    let mut text = format!("\x1b[1m{title}\x1b[0m\n");
    for (label, value) in rows {
        text.push_str(&format!(
            "  \x1b[2m{label:<width$}\x1b[0m  {}\n",
            one_line(value)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_have_to_be() {
        let text = table(
            ["id", "name"],
            &[["client-1".to_owned(), "\u{1b}[2J".to_owned()]],
        );
        assert_eq!(
            text,
            "\u{1b}[2mid        name\u{1b}[0m\nclient-1  \\u001b[2J\n"
        );
    }
}
