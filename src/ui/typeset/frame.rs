//! The rows that a text keeps free for its pictures: reserved once, from the picture's own sides where it was seen before
//! and from what most pictures are where it was not. What comes later is fitted into them.

use std::collections::HashMap;

use crate::model::Address;

/// What decides how many rows a picture gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frames<'a> {
    /// Rows at most.
    pub rows: u16,
    /// Width and height of a cell in pixels.
    pub cell: (u16, u16),
    /// Width and height in pixels of pictures that were seen before; others are guessed.
    pub known: &'a HashMap<Address, (u32, u32)>,
}

/// What most pictures of news are.
const GUESS: (u32, u32) = (1600, 900);
/// Smaller ones are signs and counting pixels.
const SIGN: u32 = 32;
/// A picture is never blown up beyond this.
const ENLARGED: u32 = 2;

impl Frames<'_> {
    /// Columns and rows for a picture in `room` columns; `None` where it would be too small to be one.
    pub(super) fn frame(&self, address: &Address, room: usize) -> Option<(u16, u16)> {
        let known = self.known.get(address).copied();
        if known.is_some_and(|(w, h)| w.max(h) <= SIGN) || room < 8 {
            return None;
        }
        let room = u16::try_from(room).unwrap_or(u16::MAX);
        Some(cells(known.unwrap_or(GUESS), self.cell, (room, self.rows)))
    }
}

/// Columns and rows of a picture of this many pixels in a `room` of columns and rows: as large as its sides' ratio lets it
/// be, and no larger than twice its own size.
fn cells(own: (u32, u32), cell: (u16, u16), room: (u16, u16)) -> (u16, u16) {
    let (w, h) = pixels(own, cell, room);
    let count = |pixels: u32, cell: u16, most: u16| {
        let n = pixels.div_ceil(u32::from(cell.max(1)));
        u16::try_from(n).unwrap_or(u16::MAX).clamp(1, most.max(1))
    };
    (count(w, cell.0, room.0), count(h, cell.1, room.1))
}

/// The same in the terminal's pixels.
pub fn pixels(own: (u32, u32), cell: (u16, u16), room: (u16, u16)) -> (u32, u32) {
    let (w, h) = (u64::from(own.0.max(1)), u64::from(own.1.max(1)));
    let most = |cells: u16, cell: u16, own: u64| (u64::from(cells.max(1)) * u64::from(cell.max(1))).min(own * u64::from(ENLARGED));
    let (most_w, most_h) = (most(room.0, cell.0, w), most(room.1, cell.1, h));
    let (w, h) = if most_w * h <= most_h * w { (most_w, most_w * h / w) } else { (most_h * w / h, most_h) };
    let side = |n: u64| u32::try_from(n).unwrap_or(u32::MAX).max(1);
    (side(w), side(h))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(own: (u32, u32), cell: (u16, u16), room: (u16, u16), want: (u16, u16)) {
        assert_eq!(cells(own, cell, room), want, "{own:?} in {room:?}");
    }

    #[test]
    fn a_picture_keeps_its_sides_and_fits() {
        check((1600, 900), (10, 20), (72, 13), (47, 13));
        check((1600, 900), (10, 20), (40, 13), (40, 12));
        check((900, 1600), (10, 20), (72, 13), (15, 13));
        check((1600, 900), (1, 2), (72, 13), (46, 13));
        check((1, 4_000_000_000), (8, 16), (72, 13), (1, 13));
        check((4_000_000_000, 1), (8, 16), (72, 13), (72, 1));
        check((0, 0), (0, 0), (0, 0), (1, 1));
    }

    #[test]
    fn a_small_picture_is_not_blown_up() {
        check((40, 40), (10, 20), (72, 13), (8, 4));
    }

    #[test]
    fn signs_and_counting_pixels_get_no_rows() {
        let sign: Address = "https://a.example/dot.gif".parse().unwrap();
        let known = HashMap::from([(sign.clone(), (1, 1))]);
        let frames = Frames { rows: 13, cell: (10, 20), known: &known };
        assert_eq!(frames.frame(&sign, 72), None);
        let other: Address = "https://a.example/p.jpg".parse().unwrap();
        assert_eq!(frames.frame(&other, 72), Some((47, 13)));
        assert_eq!(frames.frame(&other, 7), None);
    }
}
