//! The shape of every request builder of the service crates.

/// Makes a request builder around a [`Call`](crate::Call): the setters that every request has, and the two ways to send
/// it. The builder's own setters stand in an `impl` block beside it.
#[doc(hidden)]
#[macro_export]
macro_rules! call_builder {
    ($(#[$docs:meta])* $builder:ident($operation:ty) -> $output:ty) => {
        $(#[$docs])*
        ///
        /// Await it for the value, or [`send`](Self::send) it for the value with its facts.
        #[must_use = "a request does nothing until it is awaited or sent"]
        #[derive(Debug)]
        pub struct $builder($crate::Call<$operation>);

        impl $builder {
            /// The time for the whole call: waiting for a turn, all attempts, and the body.
            pub fn deadline(self, limit: std::time::Duration) -> Self {
                Self(self.0.deadline(limit))
            }

            /// The time for one attempt, until the headers of its answer are there.
            pub fn attempt_timeout(self, limit: std::time::Duration) -> Self {
                Self(self.0.attempt_timeout(limit))
            }

            /// How failed attempts of this call are repeated, instead of the session's way.
            pub fn retry(self, policy: impl $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Adds a header.
            pub fn header(self, name: http::HeaderName, value: http::HeaderValue) -> Self {
                Self(self.0.header(name, value))
            }

            /// The request as it would be sent, without the credential.
            ///
            /// # Errors
            /// `InvalidInput` if the inputs make no valid request.
            pub fn to_request(&self) -> $crate::Result<http::Request<bytes::Bytes>> {
                self.0.to_request()
            }

            /// Sends the request and gives the value with what is known about the answer.
            ///
            /// # Errors
            /// Whatever can go wrong on the way; see [`ErrorKind`](planet_core::ErrorKind).
            pub async fn send(
                self,
            ) -> $crate::Result<$crate::Response<$output>> {
                self.0.send().await
            }
        }

        impl std::future::IntoFuture for $builder {
            type Output = $crate::Result<$output>;
            type IntoFuture = std::pin::Pin<Box<dyn std::future::Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                self.0.into_future()
            }
        }
    };
}
