//! Bodies, looked at on their way.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;

use crate::broken_off::broken_off;

/// A body that was read, and can still be passed on.
#[derive(Debug)]
pub(super) struct Held {
    /// What arrived of it.
    pub(super) octets: Bytes,
    /// What broke it off, to whoever reads on.
    broken: Option<axum::Error>,
}

impl Held {
    /// Reads a body to its end, or until there is more than `limit`.
    ///
    /// Of one that is longer nothing more is read: nobody behind accepts it, or has such answers.
    pub(super) async fn read(mut body: Body, limit: usize) -> Self {
        let mut octets = BytesMut::new();
        let broken = loop {
            match body.frame().await {
                None => break None,
                Some(Err(error)) => break Some(error),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        octets.extend_from_slice(&data);
                    }
                }
            }
            if octets.len() > limit {
                break None;
            }
        };
        Self {
            octets: octets.freeze(),
            broken,
        }
    }

    /// Tells whether it came to its end.
    pub(super) const fn is_whole(&self) -> bool {
        self.broken.is_none()
    }

    /// Passes it on as it came: where it broke off, it breaks off again.
    pub(super) fn into_body(self) -> Body {
        match self.broken {
            None => Body::from(self.octets),
            Some(error) => broken_off(self.octets, error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use http_body_util::Full;

    use super::*;
    use crate::config::Limits;
    use crate::incoming::{self, Late, Unreadable};

    async fn passed_on(body: Body) -> Result<Bytes, Unreadable> {
        let limits = Limits::default();
        let held = Held::read(body, limits.body).await;
        let request = http::Request::new(held.into_body());
        incoming::read(request, &limits)
            .await
            .map(http::Request::into_body)
    }

    #[tokio::test]
    async fn a_body_is_passed_on_as_it_came() {
        assert_eq!(passed_on(Body::from("a=1")).await.unwrap(), "a=1");
        assert_eq!(passed_on(Body::empty()).await.unwrap(), "");
        let long = Body::from(vec![b'a'; Limits::default().body + 1]);
        let refused = passed_on(long).await.unwrap_err();
        assert!(matches!(refused, Unreadable::TooLong { .. }));
    }

    #[tokio::test]
    async fn what_broke_off_breaks_off_again_for_the_same_reason() {
        let broken = Full::new(Bytes::from_static(b"a="))
            .map_err(axum::Error::new)
            .with_trailers(ready(Some(Err(axum::Error::new(Late)))));
        let refused = passed_on(Body::new(broken)).await.unwrap_err();
        assert!(matches!(refused, Unreadable::TimedOut), "{refused:?}");
    }
}
