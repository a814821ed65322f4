//! Waiting for an order.

#[cfg(feature = "fs")]
use planet_core::Error;
use planet_core::{BoxError, Call, Result, Session, Verdict, Wait, Watched, id};

use crate::get::Get;
use crate::list::unknown_state;
use crate::{Order, OrderState};

/// Done when the order has delivered, wholly or in part; never when it failed or was cancelled.
///
/// ```
/// use planet_orders::{Order, Verdict, finished, succeeded};
///
/// let order: Order = serde_json::from_str(r#"{"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "partial"}"#)?;
/// assert_eq!((finished(&order), succeeded(&order)), (Verdict::Done, Verdict::Never));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn finished(order: &Order) -> Verdict {
    match order.state() {
        OrderState::Success | OrderState::Partial => Verdict::Done,
        OrderState::Failed | OrderState::Cancelled => Verdict::Never,
        _ => Verdict::Wait,
    }
}

/// Done when the order has delivered everything; never when it ended in another way.
#[must_use]
pub fn succeeded(order: &Order) -> Verdict {
    match order.state() {
        OrderState::Success => Verdict::Done,
        state if state.is_final() => Verdict::Never,
        _ => Verdict::Wait,
    }
}

/// Done when the order is in this state, or past it on the way that orders take: one that delivered or failed has been
/// running, and each has been queued. Never when it ended in another way.
///
/// ```
/// use planet_orders::testing::{Answer, ScriptedTransport};
/// use planet_orders::{OrderState, OrdersClient, reached};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> planet_orders::Result<()> {
/// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
/// let script = ScriptedTransport::new([Answer::json(&json!({"id": id, "state": "running"}))]);
/// let orders = OrdersClient::new(&script.session().build()?);
/// let order = orders.wait(id).until(reached(OrderState::Running)?).await?;
/// assert_eq!(order.state(), &OrderState::Running);
/// assert_eq!(reached("runing").err().unwrap().faults()[0].path(), "state");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `InvalidInput` if the service does not document such a state: it could be waited for in vain.
pub fn reached(state: impl Into<OrderState>) -> Result<impl Fn(&Order) -> Verdict + Clone + Send + Sync + 'static> {
    let state = state.into();
    if let Some(fault) = unknown_state(&state) {
        return Err(fault.into());
    }
    Ok(move |order: &Order| {
        let now = order.state();
        let past = match state {
            OrderState::Queued => true,
            OrderState::Running => matches!(now, OrderState::Success | OrderState::Partial | OrderState::Failed),
            _ => false,
        };
        match () {
            () if *now == state || past => Verdict::Done,
            () if now.is_final() => Verdict::Never,
            () => Verdict::Wait,
        }
    })
}

const OPERATION: &str = "orders.wait";

planet_core::wait_builder! {
    /// A wait for an order. Await it for the order in the state waited for; by default when it has
    /// [`finished`].
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use futures_util::TryStreamExt;
    /// use http::{HeaderName, HeaderValue};
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{ErrorKind, LastOrder, OrdersClient, ProgressEvent, Retry, WaitEvent, succeeded};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> planet_orders::Result<()> {
    /// let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
    /// let states = ["queued", "running", "success", "running", "success", "failed"];
    /// let answers = states.map(|state| Answer::json(&json!({"id": id, "state": state, "error_hints": ["no light"]})));
    /// let script = ScriptedTransport::new(answers);
    /// let orders = OrdersClient::new(&script.session().build()?);
    ///
    /// let wait = orders.wait(id).until(succeeded).on_state(|order| println!("{}", order.state()));
    /// let wait = wait.progress(|event: &ProgressEvent| println!("{event}"));
    /// let order = wait.every(Duration::ZERO).timeout(Duration::from_secs(3600)).max_attempts(100).await?;
    /// assert_eq!(order.state().as_str(), "success");
    ///
    /// let name = HeaderName::from_static("x-project");
    /// let patient = orders.wait(id).tolerate(20).retry(Retry::off()).attempt_timeout(Duration::from_secs(30));
    /// let mut events = patient.every(Duration::ZERO).header(name, HeaderValue::from_static("oregon")).events();
    /// while let Some(event) = events.try_next().await? {
    ///     match event {
    ///         WaitEvent::Changed(order) => println!("now {}", order.state()),
    ///         WaitEvent::Done(end) => assert_eq!(end.into_result()?.id(), id),
    ///         _ => {}
    ///     }
    /// }
    ///
    /// let error = orders.wait(id).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::OperationFailed);
    /// let last: Option<&LastOrder> = std::error::Error::source(&error).and_then(|source| source.downcast_ref());
    /// assert_eq!(last.unwrap().order().error_hints(), ["no light"]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidInput`, before anything is sent, if the id is no UUID; `OperationFailed` if the order failed or was cancelled;
    /// `WaitTimeout` when the time or the number of attempts is used up. The order lives on then. The last two carry the
    /// order as it was last seen, a [`LastOrder`], as their source, if it was seen. Otherwise why it could not be asked for,
    /// such as `NotFound`.
    WaitOrder(Call<Get>) -> Order
}

impl WaitOrder {
    pub(crate) fn new(session: &Session, id: &str) -> Self {
        let ids = id::dashed_uuid("order_id", id).map(|id| vec![id]);
        Self(Wait::new(session.call(Get::new(id)), OPERATION, ids, finished))
    }
}

impl Watched for Order {
    const WHAT: &'static str = "order";

    fn state(&self) -> &str {
        self.state().as_str()
    }

    fn reasons(&self) -> &[String] {
        self.error_hints()
    }

    fn into_source(self) -> BoxError {
        LastOrder(self).into()
    }
}

/// The error for an order that ended in another way than was wanted.
#[cfg(feature = "fs")]
pub(crate) fn ended(order: Order, operation: &'static str) -> Error {
    let id = order.id().to_owned();
    order.into_failure(&id).with_operation(operation)
}

/// The order as it was last seen: the [`source`](std::error::Error::source) of an error of kind `OperationFailed` or
/// `WaitTimeout`, if the order was seen, and of the one for an order that has nothing to download.
#[derive(Clone, Debug, thiserror::Error)]
#[error("order {} is {}", .0.id(), .0.state())]
pub struct LastOrder(Order);

impl LastOrder {
    /// The order, as the last poll saw it.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.0
    }
}
