//! The same over TLS: certificates made on the spot, and a server that speaks HTTP/2 or HTTP/1.1 as the client offers.

use hyper::service::service_fn;
use hyper::{Response, body::Bytes};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, pki_types::PrivateKeyDer};

/// A TLS server for one host name, with a certificate of its own making.
pub struct TlsServer {
    pub addr: SocketAddr,
    /// The certificate (DER): whoever trusts it can read.
    pub certificate: Vec<u8>,
    log: Arc<Mutex<Vec<String>>>,
}

impl TlsServer {
    /// Answers everything with `body`; the certificate is for `host`, valid until the year `until`.
    pub async fn start(host: &str, until: i32, body: &'static str) -> Self {
        let mut params = rcgen::CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        // Its own name, or each such certificate would pass for the issuer of all others.
        params.distinguished_name.push(rcgen::DnType::CommonName, format!("{host} {until}"));
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let shared = log.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, log) = (acceptor.clone(), shared.clone());
                tokio::spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                        log.lock().unwrap().push(format!("{:?} {}", request.version(), request.uri()));
                        let path = request.uri().path().to_owned();
                        async move {
                            let reply = match path.strip_prefix("/to/") {
                                Some(to) => Response::builder().status(302).header("location", to.replace('|', "/")),
                                None => Response::builder(),
                            };
                            let body = http_body_util::Full::new(Bytes::from_static(body.as_bytes()));
                            Ok::<_, Infallible>(reply.body(body).unwrap())
                        }
                    });
                    let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self { addr, certificate: certificate.to_vec(), log }
    }

    /// The address of a path under a name.
    pub fn url(&self, host: &str, path: &str) -> String {
        format!("https://{host}:{}{path}", self.addr.port())
    }

    /// `HTTP/2.0 https://…` for each request.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}
