//! A picture of an article, by the same rules as its page: no private host unless the feed itself stands there, the feed's
//! own proxy, a host's wish for peace. Nothing of the reader's goes along: no headers, no login.

use super::{Tools, page};
use crate::model::{Address, ArticleId, Failure, FeedSettings, Purpose, Request, Validators};
use crate::store::Reader;

impl Tools {
    /// Fetches a picture.
    pub async fn picture(&self, article: ArticleId, address: &Address) -> Result<Vec<u8>, Failure> {
        let (cache, at) = (self.cache.clone(), address.clone());
        let asked = tokio::task::spawn_blocking(move || {
            let reader = Reader::open(&cache).ok()?;
            let article = reader.article(article, None).ok()??;
            Some(page::settings_of(reader.feed(article.feed).ok().flatten().as_ref(), &at))
        });
        let (own, typed) = asked.await.ok().flatten().unwrap_or_default();
        let settings = FeedSettings { proxy: own.proxy, user_agent: own.user_agent, ..FeedSettings::default() };
        let request = Request { address: address.clone(), purpose: Purpose::Picture, validators: Validators::default(), typed, settings };
        match self.pages.client.get(&request).await {
            Ok(fetched) => Ok(fetched.body),
            Err(e) => {
                self.wait(e.host_until.map(|until| (e.at.host(), until))).await;
                Err(e.failure)
            }
        }
    }
}
