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
        ///
        /// # Errors
        /// `InvalidInput`, before anything is sent, if the inputs make no valid request; otherwise whatever can go wrong
        /// on the way, see [`ErrorKind`](planet_core::ErrorKind).
        ///
        /// # Cancel safety
        /// Dropping it, or its future, ends the call: nothing more is sent. What was sent by then may have been acted upon.
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
            pub fn header(self, name: $crate::http::HeaderName, value: $crate::http::HeaderValue) -> Self {
                Self(self.0.header(name, value))
            }

            /// The request as it would be sent, without the credential.
            ///
            /// # Errors
            /// `InvalidInput` if the inputs make no valid request.
            pub fn to_request(&self) -> $crate::Result<$crate::http::Request<$crate::bytes::Bytes>> {
                self.0.to_request()
            }

            /// Sends the request and gives the value with what is known about the answer.
            ///
            /// # Errors
            /// `InvalidInput`, before anything is sent, if the inputs make no valid request; otherwise whatever can go
            /// wrong on the way, see [`ErrorKind`](planet_core::ErrorKind).
            ///
            /// # Cancel safety
            /// Dropping the future ends the call: nothing more is sent. What was sent by then may have been acted upon.
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

/// Makes a list builder around a [`List`](crate::paging::List): the setters that every list has, and the two ways to read
/// it. The builder's own setters stand in an `impl` block beside it.
#[doc(hidden)]
#[macro_export]
macro_rules! list_builder {
    ($(#[$docs:meta])* $builder:ident($operation:ty) -> $item:ty) => {
        $(#[$docs])*
        ///
        /// [`items`](Self::items) or [`pages`](Self::pages) begin it. The options of a call (deadline, attempt timeout,
        /// retry, header) apply to the call of each page.
        ///
        /// # Errors
        /// The streams end with the first error: `InvalidInput`, before anything is sent, if the inputs make no valid
        /// request; `Paging` if the list cannot be followed; otherwise whatever can go wrong on the way, see
        /// [`ErrorKind`](planet_core::ErrorKind). The checkpoint then points at the page that failed, to
        /// [`resume`](Self::resume) from.
        ///
        /// # Cancel safety
        /// Dropping a stream ends it: nothing more is fetched. Its checkpoint, kept before, leads on.
        #[must_use = "a list does nothing until its items or pages are polled"]
        #[derive(Clone, Debug)]
        pub struct $builder($crate::paging::List<$operation>);

        impl $builder {
            /// At most so many items; 0, the default, means all. A resumed list counts from there.
            ///
            /// No page is asked for that is not needed, and pages are asked to be no larger than that.
            pub fn limit(self, items: u64) -> Self {
                Self(self.0.limit(items))
            }

            /// At most so many pages; 0 means any number. Default: 100,000. A list that has more ends with a `Paging`
            /// error.
            pub fn max_pages(self, pages: u64) -> Self {
                Self(self.0.max_pages(pages))
            }

            /// Fetches up to so many pages before they are asked for, while the items before them are worked with.
            /// Default: 0. 1 is enough to hide a round trip; memory grows by each page fetched ahead. Dropping the
            /// stream ends it.
            pub fn prefetch(self, pages: usize) -> Self {
                Self(self.0.prefetch(pages))
            }

            /// Goes on from a place of the same list. What was read before it does not come again.
            pub fn resume(self, checkpoint: $crate::paging::Checkpoint) -> Self {
                Self(self.0.resume(checkpoint))
            }

            /// The time for the call of a page: waiting for a turn, all attempts, and the body.
            pub fn deadline(self, limit: std::time::Duration) -> Self {
                Self(self.0.deadline(limit))
            }

            /// The time for one attempt at a page, until the headers of its answer are there.
            pub fn attempt_timeout(self, limit: std::time::Duration) -> Self {
                Self(self.0.attempt_timeout(limit))
            }

            /// How failed attempts at a page are repeated, instead of the session's way.
            pub fn retry(self, policy: impl $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// Adds a header to the call of each page.
            pub fn header(self, name: $crate::http::HeaderName, value: $crate::http::HeaderValue) -> Self {
                Self(self.0.header(name, value))
            }

            /// The request for the first page as it would be sent, without the credential.
            ///
            /// # Errors
            /// `InvalidInput` if the inputs make no valid request.
            pub fn to_request(&self) -> $crate::Result<$crate::http::Request<$crate::bytes::Bytes>> {
                self.0.to_request()
            }

            /// The items, as a stream that fetches pages as they are needed.
            pub fn items(self) -> $crate::paging::Pager<$item> {
                self.0.items()
            }

            /// The pages, as a stream that fetches them as they are asked for.
            pub fn pages(self) -> $crate::paging::Pages<$item> {
                self.0.pages()
            }
        }
    };
}
