//! The error of an order that may or may not exist.

use std::time::Duration;

use planet_core::{Error, Outcome};

use crate::Order;

/// What is known of an order that may have been placed: the [`source`](std::error::Error::source) of an error of outcome
/// `Unknown` from [`create`](crate::OrdersClient::create), where the order was looked for.
///
/// Its own source is the failure that lost the answer.
///
/// ```
/// use std::error::Error as _;
/// use planet_orders::{Error, UnknownOrder};
/// # use planet_orders::testing::{Answer, ScriptedTransport};
/// # use planet_orders::{ErrorKind, OrderRequest, OrdersClient, Outcome, Product};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> planet_orders::Result<()> {
/// # let lost = Error::new(ErrorKind::Timeout, "the answer did not come").with_outcome(Outcome::Unknown);
/// # let mut answers = vec![Answer::failure(lost)];
/// # answers.extend((0..50).map(|_| Answer::status(403)));
/// # let orders = OrdersClient::new(&ScriptedTransport::new(answers).session().build()?);
/// # let product = Product::new("PSScene", "analytic_udm2", ["20200909_182525_1014"]);
/// # let request = OrderRequest::builder("oregon").product(product).build()?;
///
/// let error = orders.create(request).await.unwrap_err();
/// let unknown = error.source().and_then(|source| source.downcast_ref::<UnknownOrder>());
/// let unknown = unknown.expect("the answer was lost");
/// println!("the answer is lost: {}", unknown.cause());
/// for order in unknown.candidates() {
///     println!("could be it: {} ({})", order.id(), order.state());
/// }
/// if let Some(failure) = unknown.look_failure() {
///     println!("the list of orders could not be read: {failure}");
/// }
/// # assert!(unknown.look_failure().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} orders could be the one that was asked for", .candidates.len())]
pub struct UnknownOrder {
    candidates: Vec<Order>,
    #[source]
    cause: Error,
    look_failure: Option<Error>,
}

impl UnknownOrder {
    /// The orders that could be the one that was asked for, as they were last seen. If there are none it may still appear.
    #[must_use]
    pub fn candidates(&self) -> &[Order] {
        &self.candidates
    }

    /// Why it is not known whether the order was placed.
    #[must_use]
    pub fn cause(&self) -> &Error {
        &self.cause
    }

    /// Why the last look at the list of orders failed, if it did.
    #[must_use]
    pub fn look_failure(&self) -> Option<&Error> {
        self.look_failure.as_ref()
    }
}

pub(super) fn error(cause: Error, candidates: Vec<Order>, look_failure: Option<Error>, looked: Duration) -> Error {
    let (found, help) = match (candidates.as_slice(), &look_failure) {
        ([], None) => (
            format!("no such order was found in {:.0} s of looking, but it may still appear", looked.as_secs_f64()),
            "List the orders of this name before you order again",
        ),
        ([], Some(failure)) => (
            format!("looking for it failed as well: {}", failure.message()),
            "List the orders of this name before you order again",
        ),
        (orders, _) => {
            let orders: Vec<String> = orders.iter().map(describe).collect();
            (
                format!("it could be {}", orders.join(" or ")),
                "Look at each: use it or cancel it, before you order again",
            )
        }
    };
    let (attempts, elapsed, exhausted) = (cause.attempts(), cause.elapsed().saturating_add(looked), cause.exhausted());
    Error::new(cause.kind(), format!("{}; the order may have been placed: {found}", cause.message()))
        .with_facts_of(&cause)
        .with_attempts(attempts, elapsed, exhausted)
        .with_outcome(Outcome::Unknown)
        .with_help(help)
        .with_source(UnknownOrder { candidates, cause, look_failure })
}

fn describe(order: &Order) -> String {
    match order.created_on() {
        Some(created) => format!("{} ({}, created {created})", order.id(), order.state()),
        None => format!("{} ({})", order.id(), order.state()),
    }
}
