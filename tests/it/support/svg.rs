//! A terminal's screen as an SVG picture, for the README.

use std::fmt::Write;
use vt100::{Cell, Color, Screen};

const WIDTH: f32 = 8.0;
const HEIGHT: f32 = 17.0;
const MARGIN: f32 = 12.0;
const BACK: &str = "#16181d";
const TEXT: &str = "#d7dae0";

/// Colours 0 to 15 as a dark terminal has them.
const SIXTEEN: [&str; 16] = [
    "#2a2d35", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0", "#6b717d", "#f28b93", "#b3d99a", "#f0d197",
    "#8cc4f5", "#d9a0e8", "#83ccd6", "#ffffff",
];

/// Draws the screen.
pub fn draw(screen: &Screen) -> String {
    let (rows, cols) = screen.size();
    let (rows, cols) = (rows.get(), cols.get());
    let (w, h) = (f32::from(cols) * WIDTH + 2.0 * MARGIN, f32::from(rows) * HEIGHT + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"13.2\">\n<rect width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{BACK}\"/>\n"
    );
    for y in 0..rows {
        let mut x = 0;
        while x < cols {
            let Some(first) = screen.cell(y, x) else { break };
            let start = x;
            let mut text = String::new();
            while let Some(cell) = screen.cell(y, x).filter(|c| same(c, first)) {
                text.push_str(if cell.has_contents() {
                    cell.contents()
                } else if cell.is_wide_continuation() {
                    ""
                } else {
                    " "
                });
                x += 1;
            }
            run(&mut out, first, &text, start, y, x - start);
        }
    }
    out.push_str("</svg>\n");
    out
}

fn same(a: &Cell, b: &Cell) -> bool {
    let look = |c: &Cell| (c.fgcolor(), c.bgcolor(), c.bold(), c.dim(), c.italic(), c.underline(), c.inverse());
    look(a) == look(b)
}

fn run(out: &mut String, cell: &Cell, text: &str, x: u16, y: u16, cols: u16) {
    let (mut fg, mut bg) = (colour(cell.fgcolor(), TEXT), colour(cell.bgcolor(), BACK));
    if cell.inverse() {
        std::mem::swap(&mut fg, &mut bg);
    }
    let (px, py, width) = (MARGIN + f32::from(x) * WIDTH, MARGIN + f32::from(y) * HEIGHT, f32::from(cols) * WIDTH);
    if bg != BACK {
        let _ = writeln!(out, "<rect x=\"{px}\" y=\"{py}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{bg}\"/>");
    }
    if text.trim().is_empty() {
        return;
    }
    let mut style = String::new();
    if cell.bold() {
        style.push_str(" font-weight=\"bold\"");
    }
    if cell.dim() {
        style.push_str(" opacity=\"0.6\"");
    }
    if cell.italic() {
        style.push_str(" font-style=\"italic\"");
    }
    if cell.underline() {
        style.push_str(" text-decoration=\"underline\"");
    }
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        out,
        "<text xml:space=\"preserve\" x=\"{px}\" y=\"{}\" fill=\"{fg}\"{style} textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\">{escaped}</text>",
        py + 13.0
    );
}

fn colour(c: Color, default: &str) -> String {
    match c {
        Color::Default => default.to_owned(),
        Color::Idx(n) if n < 16 => SIXTEEN[usize::from(n)].to_owned(),
        Color::Idx(n) if n >= 232 => {
            let v = 8 + 10 * (u32::from(n) - 232);
            format!("#{v:02x}{v:02x}{v:02x}")
        }
        Color::Idx(n) => {
            let n = n - 16;
            let v = |i: u8| if i == 0 { 0 } else { 55 + 40 * u32::from(i) };
            format!("#{:02x}{:02x}{:02x}", v(n / 36), v(n / 6 % 6), v(n % 6))
        }
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
    }
}
