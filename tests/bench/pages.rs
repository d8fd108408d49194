//! How long a page takes: `cargo bench --bench pages -- DIR…` reads every `*.html` and `*.html.gz` in each DIR and its folders and prints
//! median, 95th percentile and maximum in milliseconds, beside `dom_smoothie` (Mozilla's Readability in Rust) on the same
//! pages in the same run. Without a DIR it reads the fixtures, which are small. A DIR that is absent is said.
//!
//! Ours decodes, tames, reads metadata, chooses blocks, builds the article and reads its credits; theirs is handed decoded
//! text and gives markup and text. That is what each is for.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::{Source, page};

/// Pages that Readability is not given: it has no bounds of its own.
const CAP: usize = 4 << 20;

fn main() {
    let mut dirs: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if dirs.is_empty() {
        dirs = vec!["fixtures/pages".to_owned()];
    }
    for dir in dirs {
        let pages = read(Path::new(&dir));
        if pages.is_empty() {
            println!("pages: {dir} is absent, or holds no *.html or *.html.gz");
            continue;
        }
        let bytes: usize = pages.iter().map(Vec::len).sum();
        println!("pages: {dir}: {} of {} KiB on average", pages.len(), bytes / pages.len() / 1024);
        // By turns on each page, so that whatever else the machine does disturbs both alike.
        let (ours, theirs): (Vec<f64>, Vec<f64>) = pages.iter().map(|bytes| (time(|| wiredesk(bytes)), time(|| smoothie(bytes)))).unzip();
        tell("wiredesk", ours);
        tell("dom_smoothie", theirs);
    }
}

fn read(dir: &Path) -> Vec<Vec<u8>> {
    let (mut paths, mut dirs): (Vec<PathBuf>, _) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(dir) = dirs.pop() {
        let entries = std::fs::read_dir(dir).into_iter().flatten();
        let (inner, files): (Vec<_>, Vec<_>) = entries.filter_map(|e| Some(e.ok()?.path())).partition(|p| p.is_dir());
        dirs.extend(inner);
        paths.extend(files);
    }
    paths.sort();
    let unpacked = |path: &PathBuf| {
        let bytes = std::fs::read(path).ok()?;
        let name = path.file_name()?.to_str()?;
        if name.ends_with(".html.gz") {
            let mut out = Vec::new();
            flate2::read::MultiGzDecoder::new(&bytes[..]).take(64 << 20).read_to_end(&mut out).ok()?;
            return Some(out);
        }
        name.ends_with(".html").then_some(bytes)
    };
    paths.iter().filter_map(unpacked).collect()
}

/// The better of two, in milliseconds: the first pays for cold caches that are not the page's.
fn time(mut once: impl FnMut()) -> f64 {
    let mut run = || {
        let from = Instant::now();
        once();
        from.elapsed().as_secs_f64() * 1e3
    };
    run().min(run())
}

fn wiredesk(bytes: &[u8]) {
    let now = jiff::Timestamp::from_second(1_790_000_000).expect("a moment of this century");
    let item = page(&Source { bytes, url: None, content_type: Some("text/html"), now }, Registry::builtin());
    std::hint::black_box(item);
}

fn smoothie(bytes: &[u8]) {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(CAP)]);
    let article = dom_smoothie::Readability::new(text.as_ref(), None, None).and_then(|mut r| r.parse());
    let _ = std::hint::black_box(article);
}

fn tell(name: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    println!("  {name:<13} median {:6.2} ms, p95 {:6.2} ms, max {:6.2} ms", at(0.5), at(0.95), at(1.0));
}
