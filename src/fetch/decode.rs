//! From the bytes on the wire to the body: one content coding at most, pushed chunk by chunk into a capped buffer, so
//! that a bomb costs no more than the cap. Servers lie about codings, so the bytes have the last word (RFC 9110 §8.4).

use brotli_decompressor::DecompressorWriter;
use flate2::{Decompress, FlushDecompress, Status, write::GzDecoder};
use std::io::{self, Write};
use zstd::stream::raw::{DParameter, Decoder as ZstdDecoder, InBuffer, Operation, OutBuffer};

/// What is asked for.
pub(super) const ACCEPT: &str = "gzip, br, zstd, deflate";

/// Bytes that are looked at before a coding is believed.
const PEEK: usize = 32;
/// How much longer than the decoded cap the packed bytes may be (stored blocks, headers).
const WIRE_SLACK: usize = 64 * 1024;
/// 8 MiB, the largest window a zstd response may need (RFC 9659); the rest would be a memory bomb.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Why a body could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// Larger than the cap, packed or unpacked.
    TooLarge,
    /// Not what the coding says, or cut off.
    Damaged,
    /// Packed more than once.
    Twice,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Plain,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// The unpacked bytes and how many there may be.
struct Sink {
    out: Vec<u8>,
    cap: usize,
    over: bool,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.cap - self.out.len() {
            self.over = true;
            return Err(io::Error::other("over the cap"));
        }
        self.out.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

enum State {
    Undecided(Vec<u8>, Sink),
    Plain(Sink),
    Gzip(Box<GzDecoder<Sink>>),
    Deflate { inner: Box<Decompress>, ended: bool, sink: Sink },
    Brotli(Box<DecompressorWriter<Sink>>),
    Zstd { inner: Box<ZstdDecoder<'static>>, frames: u32, open: bool, sink: Sink },
    Spent,
}

/// A body on its way in.
pub(super) struct Body {
    coding: Coding,
    layers: usize,
    wire: usize,
    cap: usize,
    state: State,
}

impl Body {
    /// A body of at most `cap` bytes, packed as `Content-Encoding` says.
    pub(super) fn new(encodings: &str, cap: usize) -> Self {
        let known: Vec<Coding> = encodings
            .split(',')
            .filter_map(|name| match name.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => Some(Coding::Gzip),
                "deflate" => Some(Coding::Deflate),
                "br" => Some(Coding::Brotli),
                "zstd" => Some(Coding::Zstd),
                // `identity`, and what misconfigured servers put there: `none`, `utf-8`, `8bit`.
                _ => None,
            })
            .collect();
        let sink = Sink { out: Vec::new(), cap, over: false };
        let coding = known.last().copied().unwrap_or(Coding::Plain);
        Self { coding, layers: known.len(), wire: 0, cap, state: State::Undecided(Vec::new(), sink) }
    }

    /// Takes the next bytes from the wire.
    pub(super) fn push(&mut self, chunk: &[u8]) -> Result<(), Broken> {
        self.wire = self.wire.saturating_add(chunk.len());
        if self.wire > self.cap.saturating_add(WIRE_SLACK) {
            return Err(Broken::TooLarge);
        }
        match &mut self.state {
            State::Undecided(held, _) => {
                held.extend_from_slice(chunk);
                if held.len() < PEEK { Ok(()) } else { self.decide() }
            }
            _ => self.feed(chunk),
        }
    }

    /// The whole body, once the wire has ended.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Broken> {
        if matches!(self.state, State::Undecided(..)) {
            self.decide()?;
        }
        let layers = self.layers;
        let body = match std::mem::replace(&mut self.state, State::Spent) {
            State::Plain(sink) => sink.out,
            State::Gzip(mut inner) => {
                let done = inner.try_finish();
                let sink = inner.get_mut();
                done.map_err(|_| sink.broken())?;
                std::mem::take(&mut sink.out)
            }
            State::Deflate { ended: true, sink, .. } => sink.out,
            State::Brotli(mut inner) => {
                let done = inner.close();
                let sink = inner.get_mut();
                done.map_err(|_| sink.broken())?;
                std::mem::take(&mut sink.out)
            }
            State::Zstd { open: false, sink, .. } => sink.out,
            State::Deflate { .. } | State::Zstd { .. } | State::Undecided(..) | State::Spent => return Err(Broken::Damaged),
        };
        if layers > 1 && !textual(&body) { Err(Broken::Twice) } else { Ok(body) }
    }

    fn decide(&mut self) -> Result<(), Broken> {
        let State::Undecided(held, sink) = std::mem::replace(&mut self.state, State::Spent) else { return Ok(()) };
        self.state = match self.coding {
            // A sitemap named `.xml.gz` comes packed without a word about it.
            Coding::Gzip | Coding::Plain if held.starts_with(&[0x1f, 0x8b, 8]) => State::Gzip(Box::new(GzDecoder::new(sink))),
            Coding::Zstd if zstd_magic(&held) => {
                let mut inner = ZstdDecoder::new().map_err(|_| Broken::Damaged)?;
                inner.set_parameter(DParameter::WindowLogMax(ZSTD_WINDOW_LOG)).map_err(|_| Broken::Damaged)?;
                State::Zstd { inner: Box::new(inner), frames: 0, open: true, sink }
            }
            Coding::Deflate if !textual(&held) => {
                // “deflate” is the zlib format (RFC 1950), but many servers send the bare stream (RFC 1951).
                let zlib = matches!(held[..], [cmf, flg, ..] if cmf & 15 == 8 && u16::from_be_bytes([cmf, flg]) % 31 == 0);
                State::Deflate { inner: Box::new(Decompress::new(zlib)), ended: false, sink }
            }
            Coding::Brotli if !textual(&held) => State::Brotli(Box::new(DecompressorWriter::new(sink, 16 * 1024))),
            _ => State::Plain(sink),
        };
        self.feed(&held)
    }

    fn feed(&mut self, mut bytes: &[u8]) -> Result<(), Broken> {
        match &mut self.state {
            State::Plain(sink) => sink.write_all(bytes).map_err(|_| Broken::TooLarge),
            State::Gzip(inner) => {
                while !bytes.is_empty() {
                    match inner.write(bytes) {
                        // The member has ended: another may follow, anything else is padding.
                        Ok(0) if bytes.starts_with(&[0x1f, 0x8b]) => {
                            inner.try_finish().map_err(|_| Broken::Damaged)?;
                            let sink = inner.get_mut();
                            let sink = Sink { out: std::mem::take(&mut sink.out), ..*sink };
                            **inner = GzDecoder::new(sink);
                        }
                        Ok(0) => break,
                        Ok(n) => bytes = &bytes[n..],
                        Err(_) => return Err(inner.get_ref().broken()),
                    }
                }
                Ok(())
            }
            State::Deflate { inner, ended, sink } => {
                let mut room = [0; 16 * 1024];
                while !*ended {
                    let (before_in, before_out) = (inner.total_in(), inner.total_out());
                    let status = inner.decompress(bytes, &mut room, FlushDecompress::None).map_err(|_| Broken::Damaged)?;
                    let (took, gave) = ((inner.total_in() - before_in) as usize, (inner.total_out() - before_out) as usize);
                    sink.write_all(&room[..gave]).map_err(|_| Broken::TooLarge)?;
                    bytes = &bytes[took..];
                    *ended = status == Status::StreamEnd;
                    if took == 0 && gave == 0 || bytes.is_empty() && gave < room.len() {
                        break;
                    }
                }
                Ok(())
            }
            State::Brotli(inner) => {
                while !bytes.is_empty() {
                    match inner.write(bytes) {
                        Ok(0) => break,
                        Ok(n) => bytes = &bytes[n..],
                        Err(_) => return Err(inner.get_ref().broken()),
                    }
                }
                Ok(())
            }
            State::Zstd { inner, frames, open, sink } => {
                let mut room = [0; 16 * 1024];
                let mut input = InBuffer::around(bytes);
                loop {
                    let mut output = OutBuffer::around(&mut room[..]);
                    let more = match inner.run(&mut input, &mut output) {
                        Ok(more) => more,
                        Err(_) if *frames > 0 && !*open => return Ok(()), // padding after the last frame
                        Err(_) => return Err(Broken::Damaged),
                    };
                    let filled = output.pos() == output.capacity();
                    let gave = output.pos();
                    sink.write_all(&room[..gave]).map_err(|_| Broken::TooLarge)?;
                    if more == 0 {
                        *frames += 1;
                    }
                    *open = more != 0;
                    if input.pos() == bytes.len() && !filled {
                        return Ok(());
                    }
                }
            }
            State::Undecided(..) | State::Spent => Err(Broken::Damaged),
        }
    }
}

impl Sink {
    fn broken(&self) -> Broken {
        if self.over { Broken::TooLarge } else { Broken::Damaged }
    }
}

fn zstd_magic(bytes: &[u8]) -> bool {
    // A frame, or a skippable one (RFC 8878 §3.1).
    bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || matches!(bytes, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Whether the bytes begin like a feed or a page, which no packed stream does.
fn textual(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head = &bytes[..bytes.len().min(PEEK)];
    let first = head.iter().find(|b| !b.is_ascii_whitespace());
    matches!(first, Some(b'<' | b'{' | b'[')) && head.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::DeflateEncoder, write::GzEncoder, write::ZlibEncoder};

    const FEED: &[u8] = b"<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Harbour news</title></channel></rss>";

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut e = GzEncoder::new(Vec::new(), Compression::default());
        e.write_all(data).unwrap();
        e.finish().unwrap()
    }

    fn zlib(data: &[u8]) -> Vec<u8> {
        let mut e = ZlibEncoder::new(Vec::new(), Compression::default());
        e.write_all(data).unwrap();
        e.finish().unwrap()
    }

    fn deflate(data: &[u8]) -> Vec<u8> {
        let mut e = DeflateEncoder::new(Vec::new(), Compression::default());
        e.write_all(data).unwrap();
        e.finish().unwrap()
    }

    fn zst(data: &[u8]) -> Vec<u8> {
        zstd::stream::encode_all(data, 3).unwrap()
    }

    /// One stored meta-block and the empty last one (RFC 7932 §9.2): there is no encoder in the tree.
    fn brotli(data: &[u8]) -> Vec<u8> {
        // WBITS 16 (one 0 bit), ISLAST 0, MNIBBLES 4 (00), MLEN − 1 in 16 bits, ISUNCOMPRESSED 1.
        let head = ((data.len() as u32 - 1) << 4) | 1 << 20;
        [&head.to_le_bytes()[..3], data, &[3]].concat()
    }

    fn run(encodings: &str, wire: &[u8], step: usize) -> Result<Vec<u8>, Broken> {
        let mut body = Body::new(encodings, 4096);
        for chunk in wire.chunks(step) {
            body.push(chunk)?;
        }
        body.finish()
    }

    #[track_caller]
    fn check(encodings: &str, wire: &[u8], want: Result<&[u8], Broken>) {
        for step in [1, 7, 33, 100_000] {
            let got = run(encodings, wire, step);
            assert_eq!(got.as_deref().map_err(|e| *e), want, "{encodings} in steps of {step}");
        }
    }

    #[test]
    fn every_coding_is_unpacked_in_any_steps() {
        check("", FEED, Ok(FEED));
        check("gzip", &gzip(FEED), Ok(FEED));
        check("x-gzip", &gzip(FEED), Ok(FEED));
        check("deflate", &zlib(FEED), Ok(FEED));
        check("deflate", &deflate(FEED), Ok(FEED));
        check("zstd", &zst(FEED), Ok(FEED));
        check("br", &brotli(FEED), Ok(FEED));
    }

    #[test]
    fn a_lie_about_the_coding_gives_the_bytes_as_they_are() {
        for lie in ["gzip", "deflate", "br", "zstd", "utf-8", "none"] {
            check(lie, FEED, Ok(FEED));
        }
        check("", &gzip(FEED), Ok(FEED));
    }

    #[test]
    fn what_is_cut_off_is_damaged() {
        for (name, wire) in
            [("gzip", gzip(FEED)), ("deflate", zlib(FEED)), ("deflate", deflate(FEED)), ("zstd", zst(FEED)), ("br", brotli(FEED))]
        {
            check(name, &wire[..wire.len() - 5], Err(Broken::Damaged));
        }
    }

    #[test]
    fn two_layers_are_refused_unless_the_second_is_a_lie() {
        check("gzip, gzip", &gzip(&gzip(FEED)), Err(Broken::Twice));
        check("gzip, gzip", &gzip(FEED), Ok(FEED));
    }

    #[test]
    fn members_and_padding_after_the_end() {
        check("gzip", &[gzip(b"<a>"), gzip(FEED)].concat(), Ok(&[b"<a>", FEED].concat()));
        check("gzip", &[gzip(FEED), vec![0; 9]].concat(), Ok(FEED));
        check("zstd", &[zst(b"<a>"), zst(FEED)].concat(), Ok(&[b"<a>", FEED].concat()));
        check("br", &[brotli(FEED), vec![0; 9]].concat(), Ok(FEED));
    }

    #[test]
    fn a_bomb_costs_the_cap_at_most() {
        let zeros = vec![0; 100_000];
        for (name, wire) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("deflate", deflate(&zeros)),
            ("zstd", zst(&zeros)),
            ("br", brotli(&zeros[..5000])),
            ("", zeros.clone()),
        ] {
            check(name, &wire, Err(Broken::TooLarge));
        }
    }

    #[test]
    fn garbage_never_panics() {
        let mut seed = 1_u64;
        for round in 0..400 {
            let wire: Vec<u8> = (0..200)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (seed >> 56) as u8
                })
                .collect();
            let name = ["gzip", "deflate", "br", "zstd"][round % 4];
            let magic: &[u8] = [&[0x1f, 0x8b, 8][..], &[0x78, 0x9c], &[], &[0x28, 0xb5, 0x2f, 0xfd]][round % 4];
            let _ = run(name, &[magic, &wire].concat(), 50);
        }
    }
}
