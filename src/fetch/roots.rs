//! What certificates are checked against: the system's roots, read when the first https server is asked and not before. They
//! are some hundred files on many systems, which no first frame has to wait for.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;
use std::sync::{Arc, OnceLock};

/// The roots, once they are needed.
#[derive(Debug)]
pub(super) struct Roots {
    /// Whether the system's count.
    system: bool,
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    verifier: OnceLock<Option<Arc<dyn ServerCertVerifier>>>,
}

impl Roots {
    pub(super) fn new(system: bool, own: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Self {
        Self { system, own, provider, verifier: OnceLock::new() }
    }

    /// Whether there is anything to check a certificate against. Without it http still works, and so does the program.
    pub(super) fn any(&self) -> bool {
        self.verifier().is_some()
    }

    fn verifier(&self) -> Option<&dyn ServerCertVerifier> {
        self.verifier.get_or_init(|| self.read()).as_deref()
    }

    fn read(&self) -> Option<Arc<dyn ServerCertVerifier>> {
        if self.system
            && let Ok(verifier) = Verifier::new_with_extra_roots(self.own.iter().cloned(), self.provider.clone())
        {
            return Some(Arc::new(verifier));
        }
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(self.own.iter().cloned());
        let built = WebPkiServerVerifier::builder_with_provider(Arc::new(store), self.provider.clone()).build();
        built.ok().map(|verifier| verifier as Arc<dyn ServerCertVerifier>)
    }

    fn algorithms(&self) -> &WebPkiSupportedAlgorithms {
        &self.provider.signature_verification_algorithms
    }
}

impl ServerCertVerifier for Roots {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verifier = self.verifier().ok_or(Error::InvalidCertificate(CertificateError::UnknownIssuer))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, self.algorithms())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, self.algorithms())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms().supported_schemes()
    }
}
