//! Bytes of a picture → its pixels, in the size they are shown in. Whoever wrote those bytes may mean harm: the header is
//! read first, and what it promises must be a known format within bounds before anything is unpacked.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage, imageops};
use std::io::Cursor;

use crate::ui::typeset;

/// Pixels at most: what the best cameras take.
const PIXELS_MAX: u64 = 40_000_000;
/// A side at most.
const SIDE_MAX: u32 = 30_000;
/// Bytes that a decoder may take for its work.
const MEMORY_MAX: u64 = 256 << 20;

/// Why a picture is none, in words after “The picture did not come: ”.
pub type Why = &'static str;

/// The picture as large as it is shown in `room` columns and rows, and its own width and height.
pub fn decode(bytes: &[u8], cell: (u16, u16), room: (u16, u16)) -> Result<(DynamicImage, (u32, u32)), Why> {
    let damaged = "it is damaged";
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| damaged)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP)) {
        return Err("it is neither PNG, JPEG, GIF nor WebP");
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    reader.limits(limits);
    let too_large = "it is too large";
    let failed = |e| if matches!(e, image::ImageError::Limits(_)) { too_large } else { damaged };
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > MEMORY_MAX {
        return Err(too_large);
    }
    if width == 0 || height == 0 {
        return Err(damaged);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    // First small, then turned: that way round it costs nothing.
    let turned =
        matches!(orientation, Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH);
    let own = if turned { (height, width) } else { (width, height) };
    let (w, h) = typeset::pixels(own, cell, room);
    let (w, h) = if turned { (h, w) } else { (w, h) };
    image = if w < width && h < height { image.thumbnail_exact(w, h) } else { image.resize_exact(w, h, imageops::FilterType::Triangle) };
    image.apply_orientation(orientation);
    Ok((on_paper(image), own))
}

/// What is transparent is seen through to white, as on the pages that such pictures are made for.
fn on_paper(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return DynamicImage::ImageRgb8(image.into_rgb8());
    }
    let mut paper = RgbaImage::from_pixel(image.width(), image.height(), Rgba([255; 4]));
    imageops::overlay(&mut paper, &image.into_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(paper).into_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let image = RgbaImage::from_fn(width, height, |x, y| Rgba([(x % 256) as u8, (y % 256) as u8, 90, 255]));
        let image = DynamicImage::ImageRgba8(image);
        let image = if format == ImageFormat::Jpeg { DynamicImage::ImageRgb8(image.into_rgb8()) } else { image };
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// The header of a PNG that promises these sides, and nothing behind it but a little data.
    fn promised(width: u32, height: u32) -> Vec<u8> {
        let mut png = encoded(ImageFormat::Png, 1, 1);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&png[12..29]);
        png[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        png
    }

    fn decoded(bytes: &[u8]) -> Result<(u32, u32, (u32, u32)), Why> {
        decode(bytes, (8, 16), (40, 10)).map(|(image, own)| (image.width(), image.height(), own))
    }

    #[test]
    fn the_known_formats_come_out_as_large_as_they_are_shown() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            assert_eq!(decoded(&encoded(format, 640, 360)), Ok((284, 160, (640, 360))), "{format:?}");
        }
        assert_eq!(decoded(&encoded(ImageFormat::Png, 20, 10)), Ok((40, 20, (20, 10))), "at most twice its own size");
        assert_eq!(decoded(&encoded(ImageFormat::Png, 3000, 1)), Ok((320, 1, (3000, 1))));
    }

    #[test]
    fn a_header_that_promises_too_much_is_not_unpacked() {
        for (width, height) in [(30_000, 30_000), (u32::MAX >> 1, 1), (1, u32::MAX >> 1), (6_400, 6_400), (0, 5)] {
            assert!(decoded(&promised(width, height)).is_err(), "{width}×{height}");
        }
        // A GIF's whole canvas counts, however small its first frame.
        let mut gif = encoded(ImageFormat::Gif, 2, 2);
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert!(decoded(&gif).is_err());
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_refused_without_harm() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let whole = encoded(format, 16, 16);
            for n in (0..whole.len()).step_by(5) {
                let _ = decoded(&whole[..n]);
                let mut damaged = whole.clone();
                damaged[n] ^= 0xff;
                let _ = decoded(&damaged);
            }
            assert!(decoded(&whole[..whole.len() / 3]).is_err(), "{format:?}");
        }
    }

    #[test]
    fn what_is_no_picture_is_named_so() {
        for bytes in [
            b"".as_slice(),
            b"<html>no</html>",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"BM\x00\x00\x00\x00",
            b"II*\x00\x08\x00\x00\x00",
        ] {
            assert_eq!(decoded(bytes).unwrap_err(), "it is neither PNG, JPEG, GIF nor WebP", "{bytes:?}");
        }
    }

    #[test]
    fn what_is_transparent_lies_on_white() {
        let mut out = Cursor::new(Vec::new());
        RgbaImage::new(64, 64).write_to(&mut out, ImageFormat::Png).unwrap();
        let (image, _) = decode(out.get_ref(), (8, 16), (40, 10)).unwrap();
        assert_eq!(image.to_rgb8().get_pixel(5, 5).0, [255; 3]);
    }
}
