//! What can go wrong in a replica.

use uketsuke_domain::facts::BadFact;
use uketsuke_sync::author::AuthorError;
use uketsuke_sync::ingest::IngestError;

/// What can go wrong in a replica. A transaction that it comes out of is rolled back.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaError<E: std::error::Error + 'static> {
    /// Storage.
    #[error(transparent)]
    Storage(#[from] E),
    /// Something could not be taken in.
    #[error(transparent)]
    Ingest(Box<IngestError<E>>),
    /// Something could not be written.
    #[error(transparent)]
    Author(Box<AuthorError<E>>),
    /// A fact that this program built can't be read back: a bug.
    #[error("a fact that can't be read back: {0}")]
    Fact(BadFact),
}

impl<E: std::error::Error + 'static> From<IngestError<E>> for ReplicaError<E> {
    fn from(error: IngestError<E>) -> Self {
        match error {
            IngestError::Log(error) => Self::Storage(error),
            other @ IngestError::Change(_) => Self::Ingest(Box::new(other)),
        }
    }
}

impl<E: std::error::Error + 'static> From<AuthorError<E>> for ReplicaError<E> {
    fn from(error: AuthorError<E>) -> Self {
        match error {
            AuthorError::Log(error) => Self::Storage(error),
            other => Self::Author(Box::new(other)),
        }
    }
}
