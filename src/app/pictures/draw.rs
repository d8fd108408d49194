//! Pixels → what draws itself on this terminal, by `ratatui-image`. Kitty's pictures are sent to the terminal once and
//! apart from the cells that show them, so that a cell that is covered or skipped does not lose them.

use image::DynamicImage;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::Widget;
use ratatui_image::picker::{Picker, ProtocolType};
use ratatui_image::protocol::{Protocol as Encoded, halfblocks::Halfblocks, iterm2::Iterm2, kitty::Kitty};
use ratatui_image::sliced::{SlicedImage, SlicedProtocol};
use ratatui_image::{FontSize, Image};
use std::fmt;

use super::canvas::{Canvas, Protocol};
use crate::ui::picture::Drawn;
use crate::ui::theme;

/// The character that stands for a piece of a picture.
const PLACEHOLDER: char = '\u{10eeee}';

/// A picture as this terminal draws it.
pub struct Drawing {
    size: (u16, u16),
    cell_height: u16,
    kind: Kind,
}

enum Kind {
    /// Cells to copy: characters, or a row's pixels in the first of them.
    Cells { cells: Buffer, characters: bool },
    /// Bands of pixels, put together for the rows that are seen.
    Bands(Box<SlicedProtocol>),
}

/// What goes to the terminal before a drawing is shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// The terminal's number for it.
    pub id: u32,
    /// The escape sequences.
    pub data: String,
}

impl fmt::Debug for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drawing").field("size", &self.size).finish_non_exhaustive()
    }
}

/// What makes the terminal forget a picture.
pub fn forget(id: u32) -> String {
    format!("\x1b_Ga=d,d=I,i={id},q=2\x1b\\")
}

/// Encodes an image that is already as large as it is shown; `id` numbers it in the terminal.
pub fn draw(image: DynamicImage, canvas: Canvas, room: (u16, u16), id: u32) -> Option<(Drawing, Option<Sent>)> {
    let (cols, rows) = (count(image.width(), canvas.cell.0, room.0), count(image.height(), canvas.cell.1, room.1));
    let size = Size::new(cols, rows);
    let area = Rect::new(0, 0, cols, rows);
    let mut cells = Buffer::empty(area);
    let mut sent = None;
    let kind = match canvas.protocol {
        Protocol::HalfBlocks => {
            Image::new(&Encoded::Halfblocks(Halfblocks::new(image, size).ok()?)).render(area, &mut cells);
            if canvas.few_colours {
                theme::in_256_colours(&mut cells);
            }
            Kind::Cells { cells, characters: true }
        }
        Protocol::Kitty => {
            Image::new(&Encoded::Kitty(Kitty::new(image, size, id, false, false).ok()?)).render(area, &mut cells);
            let first = cells.cell_mut((0, 0))?;
            let symbol = first.symbol().to_owned();
            let (data, placeholder) = symbol.split_at(symbol.find(PLACEHOLDER)?);
            first.set_symbol(placeholder);
            sent = Some(Sent { id, data: data.to_owned() });
            Kind::Cells { cells, characters: true }
        }
        Protocol::Iterm2 => {
            let height = u32::from(canvas.cell.1);
            for y in 0..rows {
                let top = u32::from(y) * height;
                let row = image.crop_imm(0, top, image.width(), height.min(image.height() - top));
                let encoded = Encoded::ITerm2(Iterm2::new(row, Size::new(cols, 1), false).ok()?);
                Image::new(&encoded).render(Rect::new(0, y, cols, 1), &mut cells);
            }
            Kind::Cells { cells, characters: false }
        }
        Protocol::Sixel => {
            #[allow(deprecated)] // the one picker that asks the terminal nothing: it was asked already
            let mut picker = Picker::from_fontsize(FontSize::new(canvas.cell.0, canvas.cell.1));
            picker.set_protocol_type(ProtocolType::Sixel);
            // Whole cells, or it would be scaled once more, roughly.
            let mut whole = image::RgbaImage::new(u32::from(cols) * u32::from(canvas.cell.0), u32::from(rows) * u32::from(canvas.cell.1));
            image::imageops::overlay(&mut whole, &image.into_rgba8(), 0, 0);
            Kind::Bands(Box::new(SlicedProtocol::new(&picker, DynamicImage::ImageRgba8(whole), Some(size)).ok()?))
        }
    };
    Some((Drawing { size: (cols, rows), cell_height: canvas.cell.1, kind }, sent))
}

/// A sixel picture that says no greater height than this: bands are of six pixels, and the last may hang over the cells.
fn lowered(sixel: &str, height: u32) -> String {
    let sides = sixel.split_once('"').and_then(|(before, rest)| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        let (sides, own) = rest[..end].rsplit_once(';')?;
        Some(format!("{before}\"{sides};{}{}", own.parse::<u32>().ok()?.min(height), &rest[end..]))
    });
    sides.unwrap_or_else(|| sixel.to_owned())
}

/// Cells that so many pixels take.
fn count(pixels: u32, cell: u16, most: u16) -> u16 {
    u16::try_from(pixels.div_ceil(u32::from(cell.max(1)))).unwrap_or(u16::MAX).clamp(1, most.max(1))
}

impl Drawn for Drawing {
    fn size(&self) -> (u16, u16) {
        self.size
    }

    fn draw(&self, area: Rect, skip: u16, cells: &mut Buffer) {
        let area = area.intersection(*cells.area());
        let left = self.size.1.saturating_sub(skip);
        match &self.kind {
            Kind::Cells { cells: own, characters } => {
                // Half a row's pixels cannot be shown.
                if !characters && area.width < self.size.0 {
                    return;
                }
                for y in 0..area.height.min(left) {
                    for x in 0..area.width.min(self.size.0) {
                        if let (Some(to), Some(from)) = (cells.cell_mut((area.x + x, area.y + y)), own.cell((x, y + skip))) {
                            *to = from.clone();
                        }
                    }
                }
            }
            // Cut above and below at once it would hang over: it never is, for it is lower than its pane.
            Kind::Bands(_) if skip > 0 && area.height < left => {}
            Kind::Bands(bands) => {
                let skip = i16::try_from(skip).unwrap_or(i16::MAX);
                SlicedImage::new(bands, (0, -skip).into()).render(area, cells);
                if let Some(first) = cells.cell_mut(area) {
                    let sides = lowered(first.symbol(), u32::from(area.height) * u32::from(self.cell_height));
                    first.set_symbol(&sides);
                }
            }
        }
    }

    fn of_characters(&self) -> bool {
        matches!(self.kind, Kind::Cells { characters: true, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage};

    fn picture(protocol: Protocol, cell: (u16, u16)) -> (Drawing, Option<Sent>) {
        let (w, h) = (u32::from(cell.0) * 6, u32::from(cell.1) * 4);
        let image = RgbImage::from_fn(w, h, |x, y| Rgb([(x * 255 / w) as u8, (y * 255 / h) as u8, 128]));
        draw(image.into(), Canvas { protocol, cell, few_colours: false }, (20, 10), 7).unwrap()
    }

    /// The symbols drawn for rows from `skip` on in an area of `rows`; `.` is a cell that was left alone, `_` one that is
    /// covered by pixels.
    fn cells(drawing: &Drawing, skip: u16, rows: u16) -> Vec<String> {
        let mut cells = Buffer::empty(Rect::new(0, 0, 8, 6));
        drawing.draw(Rect::new(1, 1, 6, rows), skip, &mut cells);
        let sign = |cell: &ratatui::buffer::Cell| match cell.symbol() {
            s if s.contains("\x1bP") => 'S',
            s if s.contains("\x1b]1337") => 'I',
            s if s.starts_with(PLACEHOLDER) => 'K',
            "▀" | "▄" => 'h',
            _ if cell.diff_option == ratatui::buffer::CellDiffOption::Skip => '_',
            _ => '.',
        };
        (0..6).map(|y| (0..8).map(|x| sign(&cells[(x, y)])).collect()).collect()
    }

    #[test]
    fn half_blocks_are_cells_like_any() {
        let (drawing, sent) = picture(Protocol::HalfBlocks, (1, 2));
        assert!(drawing.of_characters() && sent.is_none());
        assert_eq!(drawing.size(), (6, 4));
        assert_eq!(cells(&drawing, 0, 4), ["........", ".hhhhhh.", ".hhhhhh.", ".hhhhhh.", ".hhhhhh.", "........"]);
        assert_eq!(cells(&drawing, 3, 4), ["........", ".hhhhhh.", "........", "........", "........", "........"]);
    }

    #[test]
    fn kittys_pixels_are_sent_apart_from_its_cells() {
        let (drawing, sent) = picture(Protocol::Kitty, (8, 16));
        let sent = sent.unwrap();
        assert!(sent.data.starts_with("\x1b_G") && sent.data.ends_with("\x1b\\") && sent.data.contains("i=7,"));
        assert!(forget(sent.id).contains("i=7,"));
        assert_eq!(cells(&drawing, 1, 2), ["........", ".KKKKKK.", ".KKKKKK.", "........", "........", "........"]);
        // A row says which of the picture's it is, so that it is right wherever it stands.
        let row = |skip| {
            let mut cells = Buffer::empty(Rect::new(0, 0, 6, 1));
            drawing.draw(Rect::new(0, 0, 6, 1), skip, &mut cells);
            cells[(0, 0)].symbol().to_owned()
        };
        assert_ne!(row(0), row(1));
    }

    #[test]
    fn sixels_are_cut_to_the_rows_that_are_seen() {
        let (drawing, sent) = picture(Protocol::Sixel, (8, 16));
        assert!(!drawing.of_characters() && sent.is_none());
        assert_eq!(cells(&drawing, 0, 4), ["........", ".S_____.", ".______.", ".______.", ".______.", "........"]);
        assert_eq!(cells(&drawing, 2, 2), ["........", ".S_____.", ".______.", "........", "........", "........"]);
        assert_eq!(cells(&drawing, 0, 1), ["........", ".S_____.", "........", "........", "........", "........"]);
        // Four rows of 16 pixels are not a whole number of bands; it says so, or a line below would be taken for pixels.
        let symbol = |skip, rows| {
            let mut cells = Buffer::empty(Rect::new(0, 0, 6, rows));
            drawing.draw(Rect::new(0, 0, 6, rows), skip, &mut cells);
            cells[(0, 0)].symbol().to_owned()
        };
        assert!(symbol(0, 4).contains("\"1;1;48;60#") && symbol(1, 3).contains("\"1;1;48;48#"), "{:?}", &symbol(1, 3)[..60]);
        assert_eq!(cells(&drawing, 1, 1), vec!["........"; 6], "above and below at once never happens");
    }

    #[test]
    fn iterm2_draws_each_row_by_itself() {
        let (drawing, _) = picture(Protocol::Iterm2, (8, 16));
        assert_eq!(cells(&drawing, 2, 4), ["........", ".I_____.", ".I_____.", "........", "........", "........"]);
    }
}
