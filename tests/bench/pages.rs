//! How long a page takes: `cargo bench --bench pages -- DIR` reads every `*.html` under DIR and prints median, 95th
//! percentile and maximum in milliseconds. Without a DIR it reads the fixtures, which are small.

use std::time::Instant;

use wiredesk::ingest::attribute::Registry;
use wiredesk::ingest::{Source, page};

fn main() {
    let dir = std::env::args().skip(1).find(|a| !a.starts_with("--")).unwrap_or_else(|| "fixtures/pages".to_owned());
    let Ok(entries) = std::fs::read_dir(&dir) else {
        println!("pages: {dir} is absent");
        return;
    };
    let pages: Vec<Vec<u8>> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "html"))
        .filter_map(|p| std::fs::read(p).ok())
        .collect();
    if pages.is_empty() {
        println!("pages: no *.html in {dir}");
        return;
    }
    let now = jiff::Timestamp::from_second(1_790_000_000).expect("a moment of this century");
    let mut times: Vec<f64> = pages
        .iter()
        .map(|bytes| {
            let once = || {
                let from = Instant::now();
                let item = page(&Source { bytes, url: None, content_type: Some("text/html"), now }, Registry::builtin());
                std::hint::black_box(item);
                from.elapsed().as_secs_f64() * 1e3
            };
            // The better of two: the first pays for cold caches that are not the page's.
            once().min(once())
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let bytes: usize = pages.iter().map(Vec::len).sum();
    println!(
        "pages: {} of {} KiB on average: median {:.2} ms, p95 {:.2} ms, max {:.2} ms",
        pages.len(),
        bytes / pages.len() / 1024,
        at(0.5),
        at(0.95),
        at(1.0)
    );
}
