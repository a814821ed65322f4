//! The shape of the waits of the service crates.

/// Makes the builder of a wait around a [`Wait`](crate::Wait): the setters that every wait has, and the ways to run
/// it. `-> Order` awaits one thing, `-> [Order]` a report on many.
#[doc(hidden)]
#[macro_export]
macro_rules! wait_builder {
    ($(#[$docs:meta])* $builder:ident($look:ty) -> [$value:ty]) => {
        $crate::wait_builder! { @setters $(#[$docs])* $builder($look) $value }
        $crate::wait_builder! { @run $builder for_all $crate::WaitReport<$value> }
    };
    ($(#[$docs:meta])* $builder:ident($look:ty) -> $value:ty) => {
        $crate::wait_builder! { @setters $(#[$docs])* $builder($look) $value }
        $crate::wait_builder! { @run $builder for_one $value }
    };
    (@setters $(#[$docs:meta])* $builder:ident($look:ty) $value:ty) => {
        $(#[$docs])*
        ///
        /// # Polls
        /// It asks at once, then after 1 s, then in growing intervals of up to 15 s, and puts up with bad answers on the
        /// way: answers that cannot be read, such as HTML, what is transient, and in the first 30 s that there is no such
        /// thing. A bad answer that says when to ask again (`Retry-After`) is obeyed.
        ///
        /// # Cancel safety
        /// Dropping it, its future or its events only ends the waiting: the service works on.
        #[must_use = "a wait does nothing until it is awaited"]
        #[derive(Clone, Debug)]
        pub struct $builder($crate::Wait<$look>);

        impl $builder {
            /// What to wait for: a condition that says [`Wait`](planet_core::Verdict), `Done` or `Never`.
            pub fn until(self, condition: impl Fn(&$value) -> $crate::Verdict + Send + Sync + 'static) -> Self {
                Self(self.0.until(condition))
            }

            /// Called at the first poll and whenever the state has changed. It must not block.
            #[doc(alias = "callback")]
            pub fn on_state(self, listener: impl Fn(&$value) + Send + Sync + 'static) -> Self {
                Self(self.0.on_state(listener))
            }

            /// Hears of the state at the first poll and whenever it has changed. With the feature `reporting`, the bars of
            /// `planet_core::reporting` show it.
            #[doc(alias = "callback")]
            pub fn progress(self, progress: impl $crate::Progress) -> Self {
                Self(self.0.progress(progress))
            }

            /// Polls at this interval, counted from one poll's start to the next, instead of the growing one.
            #[doc(alias = "delay")]
            #[doc(alias = "WAIT_DELAY")]
            pub fn every(self, interval: std::time::Duration) -> Self {
                Self(self.0.every(interval))
            }

            /// How long to wait in all. Default: 24 hours. The last poll gets at least 1 s.
            pub fn timeout(self, limit: std::time::Duration) -> Self {
                Self(self.0.timeout(limit))
            }

            /// How often to poll at most; 0, the default, means any number.
            #[doc(alias = "WAIT_MAX_ATTEMPTS")]
            pub fn max_attempts(self, polls: u32) -> Self {
                Self(self.0.max_attempts(polls))
            }

            /// How many bad answers in a row to put up with. Default: 10. With 0 the first one ends the wait, also a 404
            /// right at the beginning.
            pub fn tolerate(self, answers: u32) -> Self {
                Self(self.0.tolerate(answers))
            }

            /// How failed attempts of a poll are repeated, instead of the session's way. A poll that fails all the same
            /// counts as one bad answer; see [`tolerate`](Self::tolerate).
            pub fn retry(self, policy: impl $crate::RetryPolicy) -> Self {
                Self(self.0.retry(policy))
            }

            /// The time for one attempt of a poll, until the headers of its answer are there.
            pub fn attempt_timeout(self, limit: std::time::Duration) -> Self {
                Self(self.0.attempt_timeout(limit))
            }

            /// Adds a header to each poll.
            pub fn header(self, name: $crate::http::HeaderName, value: $crate::http::HeaderValue) -> Self {
                Self(self.0.header(name, value))
            }

            /// Runs the wait and tells what happens, as a stream that ends when the wait does.
            pub fn events(self) -> $crate::WaitEvents<$value> {
                self.0.events()
            }
        }
    };
    (@run $builder:ident $run:ident $output:ty) => {
        impl std::future::IntoFuture for $builder {
            type Output = $crate::Result<$output>;
            type IntoFuture = std::pin::Pin<Box<dyn std::future::Future<Output = Self::Output> + Send>>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.0.$run())
            }
        }
    };
}
